import type { ModelManifest } from '../contract/manifest'
import { channelPlane } from './channel-plane'

/**
 * Score map |d loss/dx| of KL, rec or ELBO, the mean over channels (Zimmerer et al. 2018, 'A Case for the Score:
 * Identifying Image Anomalies using Variational Autoencoder Gradients', arXiv 1912.00003).
 * @param gradient signed, one sample in the model's layout
 * @returns [height * width]
 */
export function absoluteGradient(gradient: Float32Array, input: ModelManifest['input']): Float64Array {
  return channelPlane(input, (i) => Math.abs(gradient[i]))
}
