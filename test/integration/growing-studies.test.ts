import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OpenedStudies, Study } from '../../src-main/contract/study'
import { answerReaderQuestion } from '../../src-main/study/answer-reader-question'
import { openStudies } from '../../src-main/study/open-studies'
import { ReaderClient } from '../../src-main/study/reader-client'
import type { FromReader } from '../../src-main/study/reader-protocol'
import { buildDicom, imageElements, pixelData } from '../helpers/build-dicom'
import { buildNifti } from '../helpers/build-nifti'
import { buildPng } from '../helpers/build-png'
import { seededRandom } from '../helpers/damage-file'
import { temporaryFolder } from '../helpers/temporary-folder'

/**
 * A folder of three series whose files lie in no order, opened on a clock that passes a millisecond each time it is
 * looked at: then it takes long enough to be shown while it grows, on any machine.
 */
const folder = join(temporaryFolder(), 'big')
/** the first has more slices than a message between processes carries; two share a study */
const series = [
  { uid: '2.25.31', study: '2.25.1', slices: 1100, number: 2 },
  { uid: '2.25.32', study: '2.25.1', slices: 200, number: 1 },
  { uid: '2.25.33', study: '2.25.2', slices: 100, number: 1 }
]
const total = 1400

beforeAll(() => {
  mkdirSync(folder)
  const random = seededRandom(5)
  const all = series.flatMap((one) => Array.from({ length: one.slices }, (_, z) => ({ ...one, z })))
  const shuffled = all
    .map((slice) => ({ slice, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ slice }) => slice)
  const pixels = pixelData(new Uint8Array(2))
  shuffled.forEach(({ uid, study, z, number }, at) => {
    const elements = imageElements(
      {
        rows: 1,
        columns: 1,
        modality: 'MR',
        studyUid: study,
        seriesUid: uid,
        instanceUid: `${uid}.${z}`,
        position: [0, 0, z],
        orientation: [1, 0, 0, 0, 1, 0],
        extra: [{ tag: [0x0020, 0x0011], vr: 'IS', value: new TextEncoder().encode(`${number} `) }],
        window: ['40', '400']
      },
      pixels
    )
    writeFileSync(join(folder, `image${at}`), buildDicom(elements))
  })
})

beforeEach(() => {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now++)
})
afterEach(() => void vi.restoreAllMocks())

const allSeries = (studies: Study[]) => studies.flatMap((study) => study.series)
const images = (studies: Study[]): number =>
  allSeries(studies).reduce((sum, { slices }) => sum + slices.length, 0)

/** What every list has to be like, however little there is of it. */
function expectInOrder(studies: Study[]): void {
  for (const one of allSeries(studies)) {
    const heights = one.slices.map(({ positionMm }) => positionMm?.[2] as number)
    expect(heights).toEqual([...heights].sort((a, b) => a - b))
    expect(one.slices.map(({ index }) => index)).toEqual(heights.map((_, index) => index))
    expect(one.windows.length).toBeGreaterThan(0)
  }
}

describe('studies that grow while their files are read', () => {
  it('are listed before the last file is read, under ids that stay, and end up as if opened at once', async () => {
    const atOnce = await openStudies([folder])
    const lists: { studies: Study[]; done: number }[] = []
    let done = 0
    const opened = await openStudies([folder], {
      onProgress: (progress) => (done = progress.done),
      onGrown: async (studies) => void lists.push({ studies, done })
    })
    expect(opened).toEqual(atOnce)
    expect(images(opened.studies)).toBe(total)
    // the study met first, and in it the series with the lower number
    expect(allSeries(opened.studies).map(({ slices }) => slices.length)).toHaveLength(3)
    expect(lists.length).toBeGreaterThan(1)
    const idOfUid = new Map(
      allSeries(opened.studies).map(({ id, seriesInstanceUid }) => [seriesInstanceUid, id])
    )
    const pathOfSlice = new Map(
      allSeries(opened.studies).flatMap(({ slices }) => slices.map(({ id, source }) => [id, source.path]))
    )
    let before = 0
    for (const { studies, done: read } of lists) {
      expect(read).toBeLessThan(total)
      expect(images(studies)).toBe(read)
      expect(images(studies)).toBeGreaterThan(before)
      before = images(studies)
      expectInOrder(studies)
      for (const { id, seriesInstanceUid, growing, slices } of allSeries(studies)) {
        expect(id).toBe(idOfUid.get(seriesInstanceUid))
        expect(growing).toBeGreaterThan(0)
        for (const slice of slices) expect(slice.source.path).toBe(pathOfSlice.get(slice.id))
      }
    }
    expect(allSeries(opened.studies).every(({ growing }) => growing === undefined)).toBe(true)
  })

  it('reach main in parts, each list whole, and nothing twice that has not changed', async () => {
    let slicesSent = 0
    const grown: number[] = []
    const client = new ReaderClient(() => {
      let answer: (message: FromReader) => void = () => undefined
      return {
        post: (message) => {
          if ('cancel' in message) return
          const { id, question } = message
          if (question.kind === 'decode') return
          // as between processes: nothing is shared
          const send = (sent: FromReader): void => {
            if ('report' in sent && sent.report.kind === 'slices') {
              expect(sent.report.slices.length).toBeLessThanOrEqual(1000)
              slicesSent += sent.report.slices.length
            }
            answer(structuredClone(sent))
          }
          void answerReaderQuestion(
            question,
            (report) => send({ id, report }),
            new AbortController().signal
          ).then((value) => send({ id, ok: true, answer: value }))
        },
        onMessage: (listener) => (answer = listener),
        onExit: () => undefined,
        kill: () => undefined
      }
    })
    const opened: OpenedStudies = await client.ask(
      { kind: 'open', paths: [folder] },
      {
        onGrown: (studies) => {
          expectInOrder(studies)
          grown.push(images(studies))
        }
      }
    )
    expect(grown.length).toBeGreaterThan(1)
    expect([...grown].sort((a, b) => a - b)).toEqual(grown)
    expect(opened).toEqual(await openStudies([folder]))
    expect(slicesSent).toBeLessThanOrEqual(grown.reduce((sum, count) => sum + count, total))
  })

  it('stop growing when told to', async () => {
    const stop = new AbortController()
    const opening = openStudies([folder], {
      signal: stop.signal,
      onGrown: async () => stop.abort(new Error('stopped'))
    })
    await expect(opening).rejects.toThrow('stopped')
  })
})

describe('pictures and volumes that are still read', () => {
  const mixed = join(temporaryFolder(), 'mixed')
  const pictures = 400
  const volumes = 40

  beforeAll(() => {
    for (const name of ['a pictures', 'b volumes', 'c dicom'])
      mkdirSync(join(mixed, name), { recursive: true })
    const rows = [
      [10, 200],
      [30, 90]
    ]
    // natural order is that of the numbers, not that of the letters
    for (let at = 0; at < pictures; at++)
      writeFileSync(
        join(mixed, 'a pictures', `p${at}.png`),
        buildPng(2, 2, 8, 0, [[at % 256, 0], ...rows.slice(1)])
      )
    for (let at = 0; at < volumes; at++) {
      const volume = buildNifti({
        size: [2, 2, 3],
        datatype: 2,
        voxels: Uint8Array.from({ length: 12 }, (_, i) => i * at)
      })
      writeFileSync(join(mixed, 'b volumes', `v${at}.nii`), volume)
    }
    for (let z = 0; z < 50; z++) {
      const elements = imageElements(
        {
          rows: 1,
          columns: 1,
          instanceUid: `2.25.9${z}`,
          position: [0, 0, z],
          orientation: [1, 0, 0, 0, 1, 0],
          window: ['1', '2']
        },
        pixelData(new Uint8Array(2))
      )
      writeFileSync(join(mixed, 'c dicom', `i${z}`), buildDicom(elements))
    }
  })

  it('are listed before the last file is read, under ids that stay, and end up as if opened at once', async () => {
    const atOnce = await openStudies([mixed])
    const lists: { studies: Study[]; done: number }[] = []
    let done = 0
    const opened = await openStudies([mixed], {
      onProgress: (progress) => (done = progress.done),
      onGrown: async (studies) => void lists.push({ studies, done })
    })
    expect(opened).toEqual(atOnce)
    expect(images(opened.studies)).toBe(pictures + volumes * 3 + 50)
    const [first] = lists
    expect(first?.done).toBeLessThan(pictures)
    expect(allSeries(first?.studies ?? []).map(({ description }) => description)).toEqual(['a pictures'])
    const idOf = new Map(allSeries(opened.studies).map((one) => [one.slices[0]?.source.path, one.id]))
    const pathOf = new Map(
      allSeries(opened.studies).flatMap(({ slices }) => slices.map(({ id, source }) => [id, source.path]))
    )
    for (const { studies } of lists) {
      for (const { id, growing, windows, slices } of allSeries(studies)) {
        expect(growing).toBeDefined()
        expect(windows.length).toBeGreaterThan(0)
        expect(id).toBe(idOf.get(slices[0]?.source.path))
        for (const slice of slices) expect(slice.source.path).toBe(pathOf.get(slice.id))
      }
    }
    const ofPictures = lists.map(({ studies }) => images(studies.filter(({ id }) => id === 's1')))
    expect([...ofPictures].sort((a, b) => a - b)).toEqual(ofPictures)
    expect(new Set(ofPictures).size).toBeGreaterThan(1)
    const names = opened.studies
      .find(({ id }) => id === 's1')
      ?.series[0]?.slices.map(({ source }) => basename(source.path))
    expect(names).toEqual(Array.from({ length: pictures }, (_, at) => `p${at}.png`))
  })

  it('stop growing when told to, also once all headers are read', async () => {
    const growing = new AbortController()
    const onGrown = async (): Promise<void> => growing.abort(new Error('stopped'))
    await expect(openStudies([mixed], { signal: growing.signal, onGrown })).rejects.toThrow('stopped')
    const late = new AbortController()
    const onProgress = ({ done, total: all }: { done: number; total: number }): void => {
      if (done === all) late.abort(new Error('stopped late'))
    }
    await expect(openStudies([mixed], { signal: late.signal, onProgress })).rejects.toThrow('stopped late')
  })
})
