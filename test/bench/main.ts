import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { loadModel } from '../../src-main/inference/model-catalogue'
import { appRoot } from '../../src-main/platform/app-paths'
import { forkLane } from '../../src-main/platform/fork-lane'
import { makeHeadSeries } from './make-head-series'
import { measureDecode } from './measure-decode'
import { measureEndToEnd } from './measure-end-to-end'
import { measureEngine } from './measure-engine'
import { measureScan } from './measure-scan'
import { printTables, type BenchReport } from './print-tables'
import { runWindow } from './run-window'
import { startReferencePython } from './reference-python'
import { startSideBySide } from './side-by-side'
import { writeCevae } from './write-cevae'

const seriesSlices = 200
const seriesSize = 256

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'string' }, python: { type: 'string' } } })
  const root = appRoot()
  const work = mkdtempSync(join(tmpdir(), 'nidus-bench-'))
  const python = values.python ? await startReferencePython(root, values.python) : null
  try {
    const before = loadavg()[0]
    const shipped = await Promise.all(
      ['brain-flair-cevae', 'brain-flair-vae'].map((id) => loadModel(join(root, 'models', id)))
    )
    const { sgemmPeakGflops, engine } = await measureEngine(
      [
        ...[64, 128].map((size) => ({
          model: writeCevae(join(work, `cevae-${size}`), size),
          generated: true
        })),
        ...shipped.map((model) => ({ model, generated: false }))
      ],
      python,
      forkLane(join(__dirname, 'engine.js'))
    )
    const corpus = resolve(root, process.env.NIDUS_CORPUS ?? '../shared/data')
    const sideBySide = startSideBySide()
    const decode = await measureDecode(join(corpus, 'dicom', 'files'), python, sideBySide).finally(() =>
      sideBySide.stop()
    )
    const series = join(work, 'series')
    makeHeadSeries(series, seriesSlices, seriesSize)
    const scan = await measureScan(join(corpus, 'series'), series, join(work, 'scan'), python)
    const engineAlone = await measureEndToEnd(series, seriesSize, shipped[0].folder, shipped[0].id, 5)
    const endToEnd = { ...engineAlone, window: await runWindow(series) }
    const report: BenchReport = {
      machine: {
        cpu: cpus()[0].model,
        cores: cpus().length,
        memoryGiB: Math.round(totalmem() / 1024 ** 3),
        platform: `${process.platform} ${process.arch}`,
        node: process.versions.node,
        onnxruntime: versionOf(root, 'onnxruntime-node'),
        load: [before, loadavg()[0]],
        sgemmPeakGflops,
        torch: python?.facts.torch ?? null,
        pydicom: python?.facts.pydicom ?? null,
        readers: sideBySide.readers
      },
      engine,
      decode,
      scan,
      endToEnd
    }
    console.log(printTables(report))
    if (values.json) writeFileSync(values.json, JSON.stringify(report, null, 2) + '\n')
  } finally {
    python?.stop()
    rmSync(work, { recursive: true, force: true })
  }
}

function versionOf(root: string, name: string): string {
  const file = join(root, 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

main().catch((thrown) => {
  console.error(thrown)
  process.exitCode = 1
})
