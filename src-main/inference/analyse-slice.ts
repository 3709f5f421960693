import type { ThresholdChoice } from '../contract/analysis'
import { NidusError } from '../contract/errors'
import type { MapName, ModelManifest } from '../contract/manifest'
import { findFindings } from '../maps/find-findings'
import { makeMaps } from '../maps/make-maps'
import { sliceScoreOf } from '../maps/slice-score'
import { createSourceSampler } from '../maps/source-sampler'
import { floorOf } from '../maps/to-source-grid'
import { domainFeatures } from '../preprocess/domain-features'
import type { PreparedSlice } from '../preprocess/prepare-slice'
import type { AnalysedSlice } from './engine-protocol'
import type { MapOutputs } from './open-map-maker'

/** A slice ready for the network. */
export interface ReadySlice {
  index: number
  spacingMm: [row: number, column: number] | null
  prepared: PreparedSlice
}

/**
 * Score, maps and findings of one slice from what the network gave for it.
 * @param maps wanted maps; that of the threshold is made in any case
 * @throws engine-failed where the network gave a value that is not finite; map-unavailable
 */
export function analyseSlice(
  { index, spacingMm, prepared }: ReadySlice,
  outputs: MapOutputs,
  manifest: ModelManifest,
  maps: readonly MapName[],
  threshold: ThresholdChoice
): AnalysedSlice {
  const { placement, eroded, modelMask, offset, factor, hasForeground } = prepared
  const { rows, columns } = placement
  const wanted = maps.includes(threshold.map) ? maps : [...maps, threshold.map]
  const given = { input: prepared.tensor, ...outputs }
  const made = makeMaps(given, modelMask, manifest, wanted)

  const toSource = createSourceSampler(modelMask, eroded, placement)
  // one after the other, since what is kept of them are peaks and findings
  const onSource = new Float32Array(rows * columns)
  const score = sliceScoreOf(outputs, manifest, eroded, (map) => {
    const plane = made[map] ?? makeMaps(given, modelMask, manifest, [map])[map]
    return toSource(plane as Float32Array, floorOf(manifest, map), onSource)
  })
  const peaks: Partial<Record<MapName, number>> = {}
  let findings: AnalysedSlice['analysis']['findings'] = []
  for (const name of wanted) {
    toSource(made[name] as Float32Array, floorOf(manifest, name), onSource)
    peaks[name] = highestOf(onSource)
    if (name === threshold.map && hasForeground) {
      findings = findFindings(onSource, rows, columns, threshold.value, { spacingMm, ...manifest.findings })
    }
  }
  if (![score, outputs.rec, outputs.kl ?? 0, ...Object.values(peaks)].every(Number.isFinite)) {
    throw new NidusError('engine-failed', {
      slice: index,
      reason: 'the network gave a value that is not finite'
    })
  }
  const { median, spread } = manifest.sliceScore
  return {
    analysis: {
      index,
      score,
      scoreStandardised: (score - median) / spread,
      rec: outputs.rec,
      kl: outputs.kl,
      maps: [...wanted],
      peaks,
      findings,
      hasForeground
    },
    placement,
    eroded,
    modelMask,
    offset,
    factor,
    maps: made,
    reconstruction: outputs.reconstruction,
    domain: manifest.domain ? domainFeatures(prepared, manifest.input, manifest.domain.levels) : null
  }
}

/** The highest value; NaN where there is one, so that a broken network is not taken for a quiet image. */
function highestOf(values: Float32Array): number {
  let highest = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value > highest) highest = value
    else if (Number.isNaN(value)) return NaN
  }
  return highest
}
