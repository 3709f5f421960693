import { mapFacts } from '../contract/map-facts'
import { mapNames, type MapName, type ModelManifest } from '../contract/manifest'
import type { GradientSpec } from '../gradient/gradient-spec'

/** Maps that only a model with a latent distribution has: without a KL the ELBO is the reconstruction loss. */
export const latentMaps: readonly MapName[] = mapNames.filter((map) => mapFacts[map].latent)

/** What differentiation has to know of a model, from its manifest. The decoder takes z = mu. */
export function gradientSpecOf(
  manifest: Pick<ModelManifest, 'input' | 'outputs' | 'losses' | 'preprocessing'>
): GradientSpec {
  const { input, outputs, losses, preprocessing } = manifest
  return {
    roles: { input: input.name, layout: input.layout, ...outputs },
    reconstructionLoss: losses.reconstruction,
    beta: losses.beta,
    image: { channels: input.channels, height: input.height, width: input.width },
    dataRange: preprocessing.clip[1] - preprocessing.clip[0]
  }
}
