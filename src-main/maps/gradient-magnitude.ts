import type { ModelManifest } from '../contract/manifest'
import { channelPlane } from './channel-plane'

/**
 * Score map: |d loss/dx| or its square, the mean over channels (Zimmerer et al. 2018, 'A Case for the Score';
 * Zimmerer et al. 2019, MICCAI, 'Unsupervised Anomaly Localization using VAEs').
 * @param gradient signed, one sample in the model's layout
 * @returns [height * width]
 */
export function gradientMagnitude(
  gradient: Float32Array,
  kind: ModelManifest['maps']['gradient'],
  input: ModelManifest['input']
): Float64Array {
  return kind === 'squared'
    ? channelPlane(input, (i) => gradient[i] * gradient[i])
    : channelPlane(input, (i) => Math.abs(gradient[i]))
}
