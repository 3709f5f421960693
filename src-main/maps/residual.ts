import type { ModelManifest } from '../contract/manifest'
import { absoluteError } from './absolute-residual'
import { channelPlane } from './channel-plane'
import { positiveError } from './positive-residual'
import { squaredError } from './squared-residual'

/** What counts as an error: |r|, r² or the positive part of r, where r = image - reconstruction. */
export type ResidualKind = ModelManifest['maps']['residual']

const errors: Record<ResidualKind, (value: number, reconstruction: number) => number> = {
  absolute: absoluteError,
  squared: squaredError,
  positive: positiveError
}

/** The error of one element, float64. */
export function errorOf(kind: ResidualKind, value: number, reconstruction: number): number {
  return errors[kind](value, reconstruction)
}

/**
 * The residual map of a kind, the mean over channels.
 * @param image one sample in the model's layout
 * @param reconstruction the same
 * @returns [height * width]
 */
export function residualMap(
  image: Float32Array,
  reconstruction: Float32Array,
  kind: ResidualKind,
  input: ModelManifest['input']
): Float64Array {
  const error = errors[kind]
  return channelPlane(input, (i) => error(image[i], reconstruction[i]))
}
