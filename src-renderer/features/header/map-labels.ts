import type { MapName } from '../../../src-main/contract/manifest'

/** What the maps are called on the screen. */
export const mapLabels: Record<MapName, { short: string; long: string }> = {
  rec: { short: 'Reconstruction error', long: 'How far the image is from its reconstruction' },
  'grad-kl': { short: 'KL gradient', long: 'How strongly a pixel pulls the code away from normal' },
  'grad-rec': { short: 'Error gradient', long: 'How strongly a pixel changes the reconstruction error' },
  'grad-elbo': { short: 'ELBO gradient', long: 'How strongly a pixel makes the image less likely' },
  combi: {
    short: 'Combined (KL gradient × error)',
    long: 'The ceVAE score: KL gradient times reconstruction error'
  }
}
