import { mapFacts } from '../../contract/map-facts'
import { mapNames, type MapName, type ModelManifest, type Preprocessing } from '../../contract/manifest'
import { whyNoKl } from '../../contract/why-no-kl'
import type { NetworkDescription } from './describe-network'

/** What a manifest says that neither the network nor the normal images tell. */
export interface ManifestFacts {
  id: string
  name: string
  sha256: string
  preprocessing: Preprocessing
  trainedFor: ModelManifest['trainedFor']
  licence: string
}

/** Maps that one network can give: without a latent distribution there is no KL and the ELBO is rec alone. */
export function possibleMaps(outputs: ModelManifest['outputs']): MapName[] {
  const noKl = whyNoKl(outputs)
  return mapNames.filter((map) => mapFacts[map].group !== 'ensemble' && !(mapFacts[map].latent && noKl))
}

/**
 * Manifest of an added model, its statistics still empty. What a given model.json says goes before what is
 * worked out.
 */
export function makeManifest(described: NetworkDescription, facts: ManifestFacts): ModelManifest {
  const { spec, kind, manifest: given } = described
  const { input, layout, ...outputs } = spec.roles
  const { channels, height, width } = spec.image
  const named = Object.fromEntries(
    Object.entries(outputs).filter(([, name]) => name !== undefined)
  ) as ModelManifest['outputs']
  return {
    schemaVersion: 1,
    id: facts.id,
    name: facts.name,
    version: given?.version ?? '1.0.0',
    kind,
    file: 'model.onnx',
    sha256: facts.sha256,
    input: { name: input, layout, channels: channels as 1 | 3, height, width },
    preprocessing: facts.preprocessing,
    outputs: named,
    losses: { reconstruction: spec.reconstructionLoss, beta: spec.beta },
    maps: {
      residual: 'absolute',
      gradient: 'absolute',
      smoothingSigmaPx: 1,
      combiSmoothingSigmaPx: 1,
      foregroundErosion: 0,
      available: possibleMaps(named),
      default: 'rec',
      ...given?.maps,
      statistics: {}
    },
    thresholds: [],
    findings: given?.findings ?? { minAreaMm2: 0, minAreaPx: 9 },
    sliceScore: { median: 0, spread: 1 },
    trainedFor: facts.trainedFor,
    training: given?.training ?? {
      dataset: 'not stated; the model was added by the user',
      datasetLicence: 'not stated',
      recipe: 'not stated'
    },
    licence: facts.licence,
    intendedUse: given?.intendedUse ?? 'Research with a model that the user brought. Not for diagnosis.'
  }
}
