import type { GradientSpec } from '../../../../src-main/gradient/build-gradient-model'
import type { ReconstructionLoss } from '../../../../src-main/gradient/losses/reconstruction-loss'
import { runModel, type TinyVae } from './tiny-vae'

/** Spec of a tiny VAE whose spread is ln sigma². */
export const specOf = ({ names }: TinyVae, more: Partial<GradientSpec> = {}): GradientSpec => ({
  roles: {
    input: 'image',
    layout: 'NCHW',
    reconstruction: names.reconstruction,
    mu: names.mu,
    logVar: names.spread
  },
  reconstructionLoss: 'l2',
  beta: 0.3,
  ...more
})

/** The losses as the docstrings define them, pixel by pixel. */
export const perPixel: Record<Exclude<ReconstructionLoss, 'ssim'>, (x: number, r: number) => number> = {
  l1: (x, r) => Math.abs(x - r),
  l2: (x, r) => (x - r) ** 2,
  bce: (x, r) => -(x * Math.log(r) + (1 - x) * Math.log(1 - r)),
  'laplace-nll': (x, r) => Math.abs(x - r) + Math.log(2),
  'gaussian-nll': (x, r) => (x - r) ** 2 / 2 + Math.log(2 * Math.PI) / 2
}

/** The loss of each image, from the forward model's outputs. */
export async function recLosses(
  vae: TinyVae,
  kind: Exclude<ReconstructionLoss, 'ssim'>,
  images: number[],
  dims: readonly number[]
): Promise<number[]> {
  const outputs = await runModel(vae.bytes, 'image', images, dims)
  const size = images.length / dims[0]!
  const sums = new Array<number>(dims[0]!).fill(0)
  images.forEach(
    (x, at) => (sums[Math.floor(at / size)]! += perPixel[kind](x, outputs[vae.names.reconstruction]![at]!))
  )
  return sums
}

/** KL of each image from mu and the spread of the forward model. */
export async function klLosses(
  vae: TinyVae,
  images: number[],
  dims: readonly number[],
  variance = Math.exp
): Promise<number[]> {
  const outputs = await runModel(vae.bytes, 'image', images, dims)
  const mu = outputs[vae.names.mu]!
  const spread = outputs[vae.names.spread]!
  const latent = mu.length / dims[0]!
  const sums = new Array<number>(dims[0]!).fill(0)
  mu.forEach((mean, at) => {
    const sigma2 = variance(spread[at]!)
    sums[Math.floor(at / latent)]! += 0.5 * (mean ** 2 + sigma2 - Math.log(sigma2) - 1)
  })
  return sums
}
