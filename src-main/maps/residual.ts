import type { ModelManifest } from '../contract/manifest'
import { channelPlane } from './channel-plane'

/** What counts as an error: |r|, r² or the positive part of r, where r = image - reconstruction. */
export type ResidualKind = ModelManifest['maps']['residual']

/** The error of one element, float64. */
export function errorOf(kind: ResidualKind, value: number, reconstruction: number): number {
  const difference = value - reconstruction
  switch (kind) {
    case 'absolute':
      return Math.abs(difference)
    case 'squared':
      return difference * difference
    case 'positive':
      return Math.max(difference, 0)
  }
}

/**
 * The residual, the mean over channels: the score of autoencoders since Baur et al. 2018 (arXiv 1804.04488). The
 * positive part keeps what is brighter than its reconstruction.
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
  return channelPlane(input, (i) => errorOf(kind, image[i], reconstruction[i]))
}
