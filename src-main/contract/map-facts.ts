import type { MapName, ModelManifest } from './manifest'

/** Families of maps, in the order in which they are listed. */
export const mapGroups = ['residual', 'gradient', 'context', 'ensemble'] as const
export type MapGroup = (typeof mapGroups)[number]

interface MapFacts {
  group: MapGroup
  /** needs mean and spread of a latent distribution */
  latent?: true
  /** needs many more runs of the network than one, and is made only where it is asked for */
  costly?: true
}

/** What is to be known of every map beside its value. */
export const mapFacts: Record<MapName, MapFacts> = {
  rec: { group: 'residual' },
  'rec-absolute': { group: 'residual' },
  'rec-squared': { group: 'residual' },
  'rec-positive': { group: 'residual' },
  'rec-ssim': { group: 'residual' },
  'grad-kl': { group: 'gradient', latent: true },
  'grad-rec': { group: 'gradient' },
  'grad-elbo': { group: 'gradient', latent: true },
  'grad-kl-squared': { group: 'gradient', latent: true },
  'grad-rec-squared': { group: 'gradient' },
  'grad-elbo-squared': { group: 'gradient', latent: true },
  combi: { group: 'gradient', latent: true },
  smoothgrad: { group: 'gradient', costly: true },
  context: { group: 'context', costly: true },
  'mc-rec': { group: 'context', latent: true, costly: true },
  restoration: { group: 'context', costly: true },
  ensemble: { group: 'ensemble', costly: true },
  disagreement: { group: 'ensemble', costly: true }
}

/** Maps that one forward and backward run gives and that an analysis makes without being asked. */
const usual: readonly MapName[] = ['rec', 'grad-kl', 'grad-rec', 'grad-elbo', 'combi']

/** The maps that an analysis makes of its own accord: the usual ones of the model and its default map. */
export function usualMaps({ maps }: Pick<ModelManifest, 'maps'>): MapName[] {
  return maps.available.filter((map) => usual.includes(map) || map === maps.default)
}
