import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { buildDicom, imageElements, pixelData } from '../helpers/build-dicom'
import { buildPng } from '../helpers/build-png'
import { buildNifti } from '../helpers/build-nifti'
import type { FromReader, ReaderProcess } from '../../src-main/study/reader-protocol'
import { ReaderClient } from '../../src-main/study/reader-client'
import { StudyRegistry } from '../../src-main/study/study-registry'
import type { ReaderFigures } from './opening-child'

const filesASeries = 500
const side = 16

/** Folders by what lies in them: how many files, what one is, and how many images come of it. */
const kinds = {
  dicom: { files: 50_000, imagesAFile: 1, make: makeDicom },
  png: { files: 20_000, imagesAFile: 1, make: makePictures },
  nifti: { files: 300, imagesAFile: 64, make: makeVolumes }
}
type Kind = keyof typeof kinds

/** What opening a big folder takes. Delays are the longest time that a process answered nothing. */
interface OpeningFigures {
  files: number
  load: number
  firstReportMs: number
  firstSeriesMs: number
  totalMs: number
  reports: number
  /** lists of studies, the last one included */
  lists: number
  mainLongestDelayMs: number
  readerLongestDelayMs: number
  readerPeakMemoryMiB: number
  mainMemoryMiB: number
}

/** One study of 100 series, in folders of their own: 16 x 16 pixels, names without extension. */
function makeDicom(folder: string, files: number): void {
  const pixels = pixelData(new Uint8Array(side * side * 2))
  for (let file = 0; file < files; file++) {
    const series = Math.floor(file / filesASeries)
    const place = join(folder, `series${series}`)
    if (file % filesASeries === 0) mkdirSync(place, { recursive: true })
    const elements = imageElements(
      {
        rows: side,
        columns: side,
        modality: 'CT',
        seriesUid: `2.25.3${series}`,
        instanceUid: `2.25.4${file}`,
        instanceNumber: file % filesASeries,
        position: [0, 0, file % filesASeries],
        orientation: [1, 0, 0, 0, 1, 0],
        spacing: [1, 1],
        window: ['40', '400']
      },
      pixels
    )
    writeFileSync(join(place, `image${file}`), buildDicom(elements))
  }
}

/** One folder of grey pictures of 8 bits, no two alike. */
function makePictures(folder: string, files: number): void {
  for (let file = 0; file < files; file++) {
    const rows = Array.from({ length: side }, (_, y) =>
      Array.from({ length: side }, (__, x) => (x * y + file) % 256)
    )
    writeFileSync(join(folder, `picture${file}.png`), buildPng(side, side, 8, 0, rows))
  }
}

/** Packed volumes of 64 planes of 64 x 64 voxels. */
function makeVolumes(folder: string, files: number): void {
  for (let file = 0; file < files; file++) {
    const voxels = Uint16Array.from({ length: 64 ** 3 }, (_, at) => (at * 31 + file) % 1000)
    const volume = buildNifti({ size: [64, 64, 64], datatype: 512, voxels: new Uint8Array(voxels.buffer) })
    writeFileSync(join(folder, `volume${file}.nii.gz`), gzipSync(volume, { level: 1 }))
  }
}

async function measure(folder: string, kind: Kind): Promise<OpeningFigures> {
  let figures: ReaderFigures | null = null
  let told: () => void = () => undefined
  const readerDone = new Promise<void>((done) => (told = done))
  const reader = new ReaderClient((): ReaderProcess => {
    const child = fork(join(__dirname, 'opening-child.js'), [], { serialization: 'advanced' })
    return {
      post: (message) => void child.send(message),
      onMessage: (listener) =>
        void child.on('message', (message: FromReader | { figures: ReaderFigures }) => {
          if ('figures' in message) {
            figures = message.figures
            told()
          } else listener(message)
        }),
      onExit: (listener) => void child.once('exit', listener),
      kill: () => void child.kill()
    }
  })
  const started = performance.now()
  const first = { report: NaN, series: NaN }
  let reports = 0
  const registry = new StudyRegistry(reader, (progress) => {
    if (!progress) return
    reports++
    if (Number.isNaN(first.report)) first.report = performance.now() - started
  })
  let lists = 0
  registry.onChange(({ studies }) => {
    lists++
    if (Number.isNaN(first.series) && studies.length > 0) first.series = performance.now() - started
  })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const { studies, problems } = await registry.open([folder])
  const totalMs = performance.now() - started
  delay.disable()
  const slices = studies.flatMap(({ series }) => series.map((one) => one.slices.length))
  const found = slices.reduce((sum, count) => sum + count, 0)
  const { files, imagesAFile } = kinds[kind]
  const failed = problems.filter(({ code }) => code !== 'header-doubtful')
  if (found !== files * imagesAFile || failed.length > 0)
    throw new Error(`${found} slices, ${failed.length} problems`)
  await readerDone
  reader.dispose()
  const { longestDelayMs, peakMemoryMiB } = figures as unknown as ReaderFigures
  return {
    files,
    load: loadavg()[0] as number,
    firstReportMs: first.report,
    firstSeriesMs: first.series,
    totalMs,
    reports,
    lists,
    mainLongestDelayMs: delay.max / 1e6,
    readerLongestDelayMs: longestDelayMs,
    readerPeakMemoryMiB: peakMemoryMiB,
    mainMemoryMiB: process.memoryUsage().rss / 1024 ** 2
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'string' }, kind: { type: 'string', default: 'dicom' } }
  })
  const kind = values.kind as Kind
  if (!(kind in kinds)) throw new Error(`--kind ${kind}: one of ${Object.keys(kinds).join(', ')}`)
  const folder = mkdtempSync(join(tmpdir(), 'nidus-big-folder-'))
  try {
    kinds[kind].make(folder, kinds[kind].files)
    const figures = await measure(folder, kind)
    for (const [name, value] of Object.entries(figures)) {
      console.log(`${name.padEnd(22)} ${Number.isInteger(value) ? value : value.toFixed(1)}`)
    }
    if (values.json) writeFileSync(values.json, JSON.stringify(figures, null, 2) + '\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

main().catch((thrown) => {
  console.error(thrown)
  process.exitCode = 1
})
