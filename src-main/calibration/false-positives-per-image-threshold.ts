import { countPerImage } from './count-per-image'
import { prepareSamples } from './prepare-samples'
import { calibrationSensitivity } from './calibration-rates'
import { resampleThreshold } from './resample-patients'
import type { ResampleOptions } from './resample-patients'
import { countAtOrOver, nextAbove } from './sample-statistics'
import { refuse } from './threshold-result'
import type { ThresholdResult, ThresholdSamples } from './threshold-result'

export interface FalsePositivesPerImageOptions extends ResampleOptions {
  /** false positives allowed for each normal image; 1 unless told */
  perImage?: number
}

/**
 * The lowest threshold at which normal images show at most the asked number of false findings on average (an
 * operating point of the free-response curve; Bunch et al. 1977, Proc SPIE 127:124). The normals are peaks of
 * findings in normal images; `normalImages` counts those images, also the ones without any finding. Anomalies, if
 * given, add a sensitivity. The rate is a count per image, its limits Poisson's (Garwood 1936) widened by the
 * dispersion between patients.
 */
export function falsePositivesPerImageThreshold(
  samples: ThresholdSamples,
  options: FalsePositivesPerImageOptions = {}
): ThresholdResult {
  const method = 'false-positives-per-image'
  const { perImage = 1 } = options
  if (!(perImage > 0 && Number.isFinite(perImage))) {
    return refuse(method, 'option-out-of-range', { option: 'perImage' })
  }
  const images = samples.normalImages
  if (!images || !(images >= 1)) return refuse(method, 'image-count-missing')
  const prepared = prepareSamples(method, samples, 'normals-only')
  if (prepared.kind === 'refused') return prepared
  const { normals } = prepared
  const allowed = perImage * images
  // fewer findings than allowed even with none left out: any threshold does, and none is learnt
  if (normals.length <= allowed) {
    return refuse(method, 'only-everything-anomalous', {
      need: Math.floor(allowed) + 1,
      have: normals.length
    })
  }
  const threshold = lowestFor(normals, allowed)
  if (threshold > normals[normals.length - 1]) return refuse(method, 'only-nothing-anomalous')
  const resampled = resampleThreshold(
    { ...samples, anomalies: [] },
    'normals-only',
    (drawn) => (drawn.length > allowed ? lowestFor(drawn, allowed) : null),
    options
  )
  const anomalies = samples.anomalies?.length ?? 0
  return {
    kind: 'threshold',
    method,
    level: samples.level,
    threshold,
    interval: resampled.interval,
    falsePositiveRate: {
      ...countPerImage(samples.normals, threshold, images, samples.normalPatients),
      source: 'calibration'
    },
    sensitivity: anomalies > 0 ? calibrationSensitivity(samples, threshold) : undefined,
    sampleCounts: { ...prepared.counts, anomalies },
    warnings: [...prepared.warnings, ...resampled.warnings]
  }
}

/** The lowest score whose count at or over it stays within what is allowed; just over the top where none does. */
function lowestFor(sorted: Float64Array, allowed: number): number {
  const candidate = sorted[sorted.length - Math.floor(allowed + 1e-9)]
  if (candidate !== undefined && countAtOrOver(sorted, candidate) <= allowed + 1e-9) return candidate
  const crowded = candidate ?? sorted[sorted.length - 1]
  const over = sorted.find((score) => score > crowded)
  return over ?? nextAbove(crowded)
}
