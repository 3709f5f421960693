import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { SeriesRun } from './analyse-one-series'
import { spreadOf } from './measure-time'
import { residentOfTree } from './memory-of-tree'

/** A whole series with all maps. Figures are of the run with the median analysis time; `fastest` of the fastest. */
export interface EndToEnd {
  slices: number
  size: number
  model: string
  runs: number
  parseMs: number
  firstSliceMs: number
  analyseMs: number
  fastest: { firstSliceMs: number; analyseMs: number }
  /** load counts waiting only; stages overlap, so their sum may pass total */
  msPerSlice: { load: number; preprocess: number; engine: number; maps: number; total: number }
  /** resident, of all processes together, sampled every 20 ms; null where /proc is missing */
  peakMemoryMiB: number | null
}

/** Analyses the series several times, each time in fresh processes. */
export async function measureEndToEnd(
  seriesFolder: string,
  size: number,
  modelFolder: string,
  modelId: string,
  runs: number
): Promise<EndToEnd> {
  const found: { run: SeriesRun; peakMiB: number | null }[] = []
  for (let i = 0; i < runs; i++) found.push(await runOnce(seriesFolder, modelFolder))
  found.sort((a, b) => a.run.analyseMs - b.run.analyseMs)
  const { run } = found[Math.floor(runs / 2)]
  const { timingsMs, slices } = run
  const peaks = found.map(({ peakMiB }) => peakMiB).filter((peak) => peak !== null)
  return {
    slices,
    size,
    model: modelId,
    runs,
    parseMs: run.parseMs,
    firstSliceMs: run.firstSliceMs,
    analyseMs: run.analyseMs,
    fastest: {
      firstSliceMs: spreadOf(found.map((each) => each.run.firstSliceMs)).min,
      analyseMs: found[0].run.analyseMs
    },
    msPerSlice: {
      load: timingsMs.load / slices,
      preprocess: timingsMs.preprocess / slices,
      engine: timingsMs.inference / slices,
      maps: timingsMs.maps / slices,
      total: timingsMs.total / slices
    },
    peakMemoryMiB: peaks.length > 0 ? Math.max(...peaks) : null
  }
}

function runOnce(
  seriesFolder: string,
  modelFolder: string
): Promise<{ run: SeriesRun; peakMiB: number | null }> {
  return new Promise((resolve, reject) => {
    const child = fork(join(__dirname, 'series.js'), [seriesFolder, modelFolder], {
      execArgv: [],
      // the graph cache of these runs, not that of the user
      env: { ...process.env, NIDUS_DATA: join(seriesFolder, '..', 'data') }
    })
    let run: SeriesRun | null = null
    let peakMiB = 0
    const sampler = setInterval(() => {
      peakMiB = Math.max(peakMiB, residentOfTree(child.pid as number))
    }, 20)
    child.on('message', (message) => (run = message as SeriesRun))
    child.once('error', reject)
    child.once('exit', (code) => {
      clearInterval(sampler)
      if (run) resolve({ run, peakMiB: peakMiB > 0 ? peakMiB : null })
      else reject(new Error(`the analysis ended with ${code} and without a result`))
    })
  })
}
