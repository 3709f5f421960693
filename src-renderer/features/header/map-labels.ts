import type { MapGroup } from '../../../src-main/contract/map-facts'
import type { MapName } from '../../../src-main/contract/manifest'

/** What the families of maps are called on the screen. */
export const mapGroupLabels: Record<MapGroup, string> = {
  residual: 'Residual',
  gradient: 'Gradient',
  context: 'Context and restoration',
  ensemble: 'Several models'
}

/** What the maps are called on the screen, and what each says of a pixel. */
export const mapLabels: Record<MapName, { short: string; long: string }> = {
  rec: { short: 'Reconstruction error', long: 'How far the image is from its reconstruction' },
  'rec-absolute': {
    short: 'Absolute error',
    long: 'How far the image is from its reconstruction, brighter or darker'
  },
  'rec-squared': { short: 'Squared error', long: 'The error squared: large departures count more' },
  'rec-positive': {
    short: 'Brighter than reconstructed',
    long: 'How much brighter the image is than its reconstruction; darker counts nothing'
  },
  'rec-ssim': {
    short: 'Structural difference (SSIM)',
    long: 'How much the surroundings of a pixel differ in structure from the reconstruction'
  },
  'grad-kl': { short: 'KL gradient', long: 'How strongly a pixel pulls the code away from normal' },
  'grad-rec': { short: 'Error gradient', long: 'How strongly a pixel changes the reconstruction error' },
  'grad-elbo': { short: 'ELBO gradient', long: 'How strongly a pixel makes the image less likely' },
  'grad-kl-squared': { short: 'KL gradient, squared', long: 'The KL gradient squared: peaks count more' },
  'grad-rec-squared': {
    short: 'Error gradient, squared',
    long: 'The error gradient squared: peaks count more'
  },
  'grad-elbo-squared': {
    short: 'ELBO gradient, squared',
    long: 'The ELBO gradient squared: peaks count more'
  },
  combi: {
    short: 'Combined (KL gradient × error)',
    long: 'The ceVAE score: KL gradient times reconstruction error'
  },
  smoothgrad: {
    short: 'SmoothGrad',
    long: 'The ELBO gradient averaged over noisy copies of the image; takes longer'
  },
  context: {
    short: 'Masked patches',
    long: 'How badly each patch is rebuilt from its surroundings when it is hidden; takes longer'
  },
  'mc-rec': {
    short: 'Error of sampled reconstruction',
    long: 'How far the image is from the mean of reconstructions of sampled codes; takes longer'
  },
  restoration: {
    short: 'Restoration',
    long: 'How much the image changes on its way to what the model holds for normal; takes longer'
  },
  ensemble: { short: 'Mean of models', long: 'The mean score of several models; takes longer' },
  disagreement: {
    short: 'Disagreement of models',
    long: 'How far several models disagree about a pixel; takes longer'
  }
}
