import type { ModelManifest } from '../contract/manifest'
import { percentileOfSorted } from './percentile'
import type { PreparedSlice } from './prepare-slice'

/** What a slice looks like to a model, in a few numbers. */
export interface DomainFeatures {
  /** percentiles of the model input inside the eroded foreground, then the share of the grid that this covers */
  values: number[]
  /** how much of each cell shows the patient, see `foregroundOutline`; null where the model does not compare it */
  outline: Float64Array | null
  /** pixels of the source for one of the model grid, along columns */
  sourcePxPerModelPx: number
}

/**
 * The numbers by which a slice is compared with the training set.
 * @param levels percents, as in the manifest's `domain`
 * @returns null for a slice without foreground
 */
export function domainFeatures(
  { tensor, modelMask, outline, placement, hasForeground }: PreparedSlice,
  input: ModelManifest['input'],
  levels: readonly number[]
): DomainFeatures | null {
  if (!hasForeground) return null
  const inside: number[] = []
  for (let pixel = 0; pixel < modelMask.length; pixel++) {
    // all channels hold the same grey value
    if (modelMask[pixel]) inside.push(tensor[input.layout === 'NHWC' ? pixel * input.channels : pixel])
  }
  if (inside.length === 0) return null
  const sorted = Float64Array.from(inside).sort()
  return {
    values: [...levels.map((level) => percentileOfSorted(sorted, level)), inside.length / modelMask.length],
    outline,
    sourcePxPerModelPx: placement.mmPerModelPx / placement.spacingMm[1]
  }
}
