import { NidusError } from '../contract/errors'
import type { MapName, MapStatistics, ModelManifest } from '../contract/manifest'
import { channelPlane } from './channel-plane'
import { createMaskSmoother, type MaskSmoother } from './smooth-in-mask'

/** What the network gave for one sample; every array is in the model's layout, gradients signed. */
export interface ForwardOutputs {
  input: Float32Array
  reconstruction: Float32Array
  /** d KL / d x */
  gradKl?: Float32Array
  /** d rec / d x, x as network input and as target */
  gradRec?: Float32Array
  /** d ELBO / d x */
  gradElbo?: Float32Array
}

/**
 * The wanted anomaly maps of one sample on the model grid, smoothed inside the mask and standardised by the
 * manifest's fixed statistics: 0 is the median of calibration normals, 1 their robust spread above it.
 * `rec`: residual; `grad-*`: score maps (Zimmerer et al. 2018, 'A Case for the Score'); `combi`: |d KL/dx| * rec
 * (Zimmerer et al. 2018, arXiv 1812.05941), each factor divided by its stored spread.
 * @param modelMask [height * width], 0 or 1; outside it every map is at its floor
 * @returns [height * width] each, float32
 * @throws map-unavailable where the manifest has no statistics for a map, or the network gave no such gradient
 */
export function makeMaps(
  outputs: ForwardOutputs,
  modelMask: Uint8Array,
  manifest: ModelManifest,
  wanted: readonly MapName[]
): Partial<Record<MapName, Float32Array>> {
  const { input, maps } = manifest
  const smoothed = new Map<MapName, Float64Array>()
  const smoothers = new Map<number, MaskSmoother>()
  const smooth = (values: Float64Array, sigmaPx: number): Float64Array => {
    const smoother =
      smoothers.get(sigmaPx) ?? createMaskSmoother(modelMask, input.height, input.width, sigmaPx)
    smoothers.set(sigmaPx, smoother)
    return smoother(values)
  }

  const smoothedMap = (name: MapName): Float64Array => {
    const known = smoothed.get(name)
    if (known) return known
    const made =
      name === 'combi'
        ? smooth(product(), maps.combiSmoothingSigmaPx)
        : smooth(rawMap(name, outputs, manifest), maps.smoothingSigmaPx)
    smoothed.set(name, made)
    return made
  }
  const product = (): Float64Array => {
    const scale = statisticsOf(manifest, 'grad-kl').spread * statisticsOf(manifest, 'rec').spread
    const residual = smoothedMap('rec')
    return smoothedMap('grad-kl').map((gradient, i) => (gradient * residual[i]) / scale)
  }

  const made: Partial<Record<MapName, Float32Array>> = {}
  for (const name of wanted) {
    const { median, spread } = statisticsOf(manifest, name)
    const values = smoothedMap(name)
    const standardised = new Float32Array(values.length)
    for (let i = 0; i < values.length; i++) standardised[i] = (values[i] - median) / spread
    made[name] = standardised
  }
  return made
}

/**
 * Statistics of calibration normals that a map is standardised by.
 * @throws map-unavailable where the manifest has none
 */
export function statisticsOf(manifest: ModelManifest, map: MapName): MapStatistics {
  const statistics = manifest.maps.statistics[map]
  if (!statistics) {
    throw new NidusError('map-unavailable', {
      map,
      model: manifest.id,
      reason: 'the manifest has no statistics for it'
    })
  }
  return statistics
}

function rawMap(
  name: Exclude<MapName, 'combi'>,
  outputs: ForwardOutputs,
  manifest: ModelManifest
): Float64Array {
  const { input, maps } = manifest
  if (name === 'rec') {
    const { input: x, reconstruction } = outputs
    switch (maps.residual) {
      case 'absolute':
        return channelPlane(input, (i) => Math.abs(x[i] - reconstruction[i]))
      case 'squared':
        return channelPlane(input, (i) => (x[i] - reconstruction[i]) ** 2)
      case 'positive':
        return channelPlane(input, (i) => Math.max(x[i] - reconstruction[i], 0))
    }
  }
  const gradient = { 'grad-kl': outputs.gradKl, 'grad-rec': outputs.gradRec, 'grad-elbo': outputs.gradElbo }[
    name
  ]
  if (!gradient) {
    throw new NidusError('map-unavailable', {
      map: name,
      model: manifest.id,
      reason: 'the model gives no such gradient'
    })
  }
  return maps.gradient === 'squared'
    ? channelPlane(input, (i) => gradient[i] * gradient[i])
    : channelPlane(input, (i) => Math.abs(gradient[i]))
}
