import type { ModelManifest } from '../contract/manifest'
import { channelPlane } from './channel-plane'
import type { RunImages } from './run-images'
import { seededNormal } from './seeded-normal'

/**
 * SmoothGrad (Smilkov et al. 2017, arXiv 1706.03825): the mean of |d ELBO/dx| over noisy copies of the image, each
 * with noise of its own. The noise is drawn from the seed anew for every image, so that all images have the same.
 * @param image one sample in the model's layout
 * @param differentiate image -> gradient of the ELBO, of rec alone for models without a latent distribution
 * @returns [height * width], the mean over channels
 */
export async function smoothGradient(
  image: Float32Array,
  { input, preprocessing }: Pick<ModelManifest, 'input' | 'preprocessing'>,
  { copies, noise, seed }: NonNullable<ModelManifest['maps']['smoothGradient']>,
  differentiate: RunImages
): Promise<Float64Array> {
  const [low, high] = preprocessing.clip
  const sigma = Math.fround(noise * (high - low))
  const drawn = seededNormal(seed, copies * image.length)
  const noisy = Array.from({ length: copies }, (_, k) =>
    image.map((value, i) => value + Math.fround(sigma * drawn[k * image.length + i]))
  )
  const gradients = await differentiate(noisy)
  return channelPlane(
    input,
    (i) => gradients.reduce((sum, gradient) => sum + Math.abs(gradient[i]), 0) / copies
  )
}
