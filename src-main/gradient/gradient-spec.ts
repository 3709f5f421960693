import type { ReconstructionLoss } from './losses/reconstruction-loss'

/** Which values of the forward model play which part, by their names in the file. */
export interface ModelRoles {
  /** graph input that takes the image, batch first */
  input: string
  layout: 'NCHW' | 'NHWC' | 'flat'
  reconstruction: string
  /** mean of the latent distribution */
  mu?: string | undefined
  /** its spread, in one of four forms: ln sigma², … */
  logVar?: string | undefined
  /** … ln sigma, … */
  logStd?: string | undefined
  /** … sigma, … */
  std?: string | undefined
  /** … or sigma² */
  variance?: string | undefined
  /** latent code that is decoded; without mu it carries no KL */
  z?: string | undefined
}

/** All that differentiation must know about a forward model. */
export interface GradientSpec {
  roles: ModelRoles
  reconstructionLoss: ReconstructionLoss
  /** weight of the KL term in ELBO = rec + beta · KL */
  beta: number
  /** size of the image, for models that leave height and width open and for SSIM on flat inputs */
  image?: { channels: number; height: number; width: number } | undefined
  /** largest minus smallest possible pixel value, used by SSIM; 1 when absent */
  dataRange?: number | undefined
  /**
   * Half width over which the kink of an L1 loss is rounded off, in model values: |r| becomes sqrt(r² + e²), so that
   * a descent along its gradient comes to rest. 0, the loss itself, when absent.
   */
  rounding?: number | undefined
  /**
   * What the decoder takes. `mu` (the default): the mean, even where the file decodes mu + sigma. `as-exported`:
   * what the file says, noise replaced by its mean.
   */
  latent?: 'mu' | 'as-exported' | undefined
}
