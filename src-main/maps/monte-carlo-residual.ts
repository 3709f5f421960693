import type { ModelManifest } from '../contract/manifest'
import { residualMap } from './residual'
import { seededNormal } from './seeded-normal'

/**
 * Residual of the Monte-Carlo reconstruction E_q[D(z)], z = mu + sigma * noise (Kingma & Welling 2014; An & Cho
 * 2015, 'Variational autoencoder based anomaly detection using reconstruction probability'). The noise is drawn
 * from the seed anew for every image, so that all images have the same.
 * @param image one sample in the model's layout
 * @param latentSize numbers in a code
 * @param sample noise of each code [latentSize] -> D(mu + sigma * noise) of this image, in the model's layout
 * @returns [height * width]
 */
export async function monteCarloResidual(
  image: Float32Array,
  latentSize: number,
  { input, maps }: Pick<ModelManifest, 'input' | 'maps'>,
  { samples, seed }: NonNullable<ModelManifest['maps']['monteCarlo']>,
  sample: (noise: Float32Array[]) => Promise<Float32Array[]>
): Promise<Float64Array> {
  const all = seededNormal(seed, samples * latentSize)
  const noise = Array.from({ length: samples }, (_, k) => all.slice(k * latentSize, (k + 1) * latentSize))
  const mean = meanOf(await sample(noise), image.length)
  return residualMap(image, mean, maps.residual, input)
}

function meanOf(images: Float32Array[], size: number): Float32Array {
  return Float32Array.from(
    { length: size },
    (_, i) => images.reduce((sum, values) => sum + values[i], 0) / images.length
  )
}
