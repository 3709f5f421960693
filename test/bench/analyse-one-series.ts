import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Engine } from '../../src-main/inference/analyse-series'
import type { RunTimings } from '../../src-main/inference/engine-protocol'
import { loadModel } from '../../src-main/inference/model-catalogue'
import { usualMaps } from '../../src-main/contract/map-facts'
import { chooseThreshold } from '../../src-main/maps/choose-threshold'
import { floorOf, mapToSourceGrid } from '../../src-main/maps/to-source-grid'
import { forkEngine } from '../../src-main/platform/fork-engine'
import { openStudies } from '../../src-main/study/open-studies'

/** From files to heatmaps, in a process of its own as the app would be. Milliseconds. */
export interface SeriesRun {
  slices: number
  /** listing files, reading headers, grouping */
  parseMs: number
  /** from the parsed study to the first slice's heatmap on its own pixel grid, engine start included */
  firstSliceMs: number
  /** from the parsed study to the last slice */
  analyseMs: number
  /** of the engine, see RunTimings */
  timingsMs: RunTimings
}

async function analyseOneSeries(seriesFolder: string, modelFolder: string): Promise<SeriesRun> {
  const model = await loadModel(modelFolder)
  const { manifest } = model
  const started = performance.now()
  const { studies } = await openStudies([seriesFolder])
  const parsed = performance.now()
  const series = studies[0].series[0]
  const engine = new Engine(forkEngine(join(__dirname, 'engine.js')), { missing: () => 'not measured' })
  let first = 0
  let slices = 0
  const { timingsMs } = await engine.analyse(
    {
      series,
      sliceIndexes: series.slices.map(({ index }) => index),
      model,
      provider: 'cpu',
      maps: usualMaps(manifest),
      threshold: chooseThreshold(manifest, manifest.maps.default)
    },
    {
      onSlice: ({ maps, modelMask, eroded, placement }) => {
        slices++
        if (first > 0) return
        const map = maps[manifest.maps.default] as Float32Array
        mapToSourceGrid(map, modelMask, eroded, placement, floorOf(manifest, manifest.maps.default))
        first = performance.now()
      },
      onSliceFailed: (_index, error) => {
        throw error
      }
    }
  )
  const ended = performance.now()
  await engine.dispose()
  return {
    slices,
    parseMs: parsed - started,
    firstSliceMs: first - parsed,
    analyseMs: ended - parsed,
    timingsMs
  }
}

const [seriesFolder, modelFolder] = process.argv.slice(2)
if (process.send && seriesFolder && modelFolder) {
  void analyseOneSeries(seriesFolder, modelFolder).then((run) => {
    process.send?.(run)
    process.disconnect?.()
  })
}
