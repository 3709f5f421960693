import type { MapName, ModelManifest } from './manifest'
import { mapFacts } from './map-facts'
import { whyNoKl } from './why-no-kl'

/** Why a model does not make a map, in plain words for the user; null where it makes it. */
export function whyMapUnavailable(
  { maps, outputs }: Pick<ModelManifest, 'maps' | 'outputs'>,
  map: MapName
): string | null {
  if (mapFacts[map].latent) {
    const noKl = whyNoKl(outputs)
    if (noKl) return noKl
  }
  if (mapFacts[map].group === 'ensemble' && !maps.ensemble) return 'the model names no other models to ask'
  if (!maps.statistics[map]) return 'the model has no statistics of normal images for it'
  if (maps.available.includes(map)) return null
  if (mapFacts[map].group !== 'ensemble') return 'the model does not list it among its maps'
  const names = maps.ensemble?.members.map(({ id }) => id).join(', ')
  return `it needs ${names}, the same files that its statistics were fitted with`
}
