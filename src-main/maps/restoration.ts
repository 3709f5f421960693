import type { ModelManifest } from '../contract/manifest'
import { residualMap } from './residual'
import type { RunImages } from './run-images'
import { variationSlope } from './variation-slope'

/**
 * Restoration (Chen et al. 2020, 'Unsupervised lesion detection via image restoration with a normative prior',
 * Medical Image Analysis 64): descends x' from x along d/dx' (L(x') + lambda TV(x' - x)) towards what the model
 * holds for normal, and scores the residual of x and x'. The kinks of an L1 loss and of TV are rounded off, without
 * which the descent jumps to and fro across them and ends elsewhere on every processor. x' stays in the clip range.
 * @param images samples in the model's layout, descended side by side
 * @param differentiate image -> gradient of the rounded ELBO, of rec alone for models without a latent distribution
 * @returns [height * width] each
 */
export async function restoration(
  images: Float32Array[],
  { input, maps, preprocessing }: Pick<ModelManifest, 'input' | 'maps' | 'preprocessing'>,
  settings: NonNullable<ModelManifest['maps']['restoration']>,
  differentiate: RunImages
): Promise<Float64Array[]> {
  const [low, high] = preprocessing.clip
  const step = settings.stepSize * (high - low)
  const rounding = settings.rounding * (high - low)
  const moved = images.map((image) => Float64Array.from(image))
  for (let k = 0; k < settings.steps; k++) {
    const slopes = await differentiate(moved.map((values) => Float32Array.from(values)))
    moved.forEach((values, s) => {
      const change = values.map((value, i) => value - images[s][i])
      const variation = variationSlope(change, input, rounding)
      for (let i = 0; i < values.length; i++) {
        const slope = slopes[s][i] + settings.smoothness * variation[i]
        values[i] = Math.min(high, Math.max(low, values[i] - step * slope))
      }
    })
  }
  return images.map((image, s) => residualMap(image, Float32Array.from(moved[s]), maps.residual, input))
}
