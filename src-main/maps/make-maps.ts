import { NidusError } from '../contract/errors'
import type { MapName, MapStatistics, ModelManifest } from '../contract/manifest'
import { absoluteGradient } from './absolute-gradient'
import { combineMaps } from './combine-maps'
import { residualMap } from './residual'
import { squaredGradient } from './squared-gradient'
import { ssimResidual } from './ssim-residual'
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
  /** maps that take many runs of the network, before smoothing, [height * width] */
  planes?: Partial<Record<MapName, Float64Array>>
}

/** Made of maps that are smoothed and standardised already. */
const joinedMaps: readonly MapName[] = ['ensemble', 'disagreement']

/**
 * The wanted anomaly maps of one sample on the model grid, smoothed inside the mask and standardised by the
 * manifest's fixed statistics: 0 is the median of calibration normals, 1 their robust spread above it.
 * What each map is, and whose it is, stands in its own file beside this one.
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
        : smooth(rawMap(name, outputs, manifest), joinedMaps.includes(name) ? 0 : maps.smoothingSigmaPx)
    smoothed.set(name, made)
    return made
  }
  const product = (): Float64Array => {
    const spreads = {
      gradKl: statisticsOf(manifest, 'grad-kl').spread,
      rec: statisticsOf(manifest, 'rec').spread
    }
    return combineMaps(smoothedMap('grad-kl'), smoothedMap('rec'), spreads)
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
  const { input, maps, preprocessing } = manifest
  const residual = (kind: typeof maps.residual): Float64Array =>
    residualMap(outputs.input, outputs.reconstruction, kind, input)
  const gradient = (of: 'gradKl' | 'gradRec' | 'gradElbo', kind = maps.gradient): Float64Array => {
    const magnitude = kind === 'squared' ? squaredGradient : absoluteGradient
    return magnitude(outputs[of] ?? missing(name, manifest, 'gradient'), input)
  }
  switch (name) {
    case 'rec':
      return residual(maps.residual)
    case 'rec-absolute':
      return residual('absolute')
    case 'rec-squared':
      return residual('squared')
    case 'rec-positive':
      return residual('positive')
    case 'rec-ssim': {
      const [low, high] = preprocessing.clip
      return ssimResidual(outputs.input, outputs.reconstruction, high - low, input)
    }
    case 'grad-kl':
      return gradient('gradKl')
    case 'grad-rec':
      return gradient('gradRec')
    case 'grad-elbo':
      return gradient('gradElbo')
    case 'grad-kl-squared':
      return gradient('gradKl', 'squared')
    case 'grad-rec-squared':
      return gradient('gradRec', 'squared')
    case 'grad-elbo-squared':
      return gradient('gradElbo', 'squared')
    case 'smoothgrad':
    case 'context':
    case 'mc-rec':
    case 'restoration':
    case 'ensemble':
    case 'disagreement':
      return outputs.planes?.[name] ?? missing(name, manifest, 'map')
  }
}

function missing(map: MapName, { id }: ModelManifest, what: string): never {
  throw new NidusError('map-unavailable', { map, model: id, reason: `the model gives no such ${what}` })
}
