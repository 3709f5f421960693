import type { ModelManifest } from '../contract/manifest'
import { channelPlane } from './channel-plane'

/**
 * Score map (d loss/dx)² of KL, rec or ELBO, the mean over channels (Zimmerer et al. 2019, MICCAI, 'Unsupervised
 * Anomaly Localization using Variational Auto-Encoders', arXiv 1907.02796).
 * @param gradient signed, one sample in the model's layout
 * @returns [height * width]
 */
export function squaredGradient(gradient: Float32Array, input: ModelManifest['input']): Float64Array {
  return channelPlane(input, (i) => gradient[i] * gradient[i])
}
