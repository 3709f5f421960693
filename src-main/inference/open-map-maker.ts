import type { UsedProvider } from '../contract/analysis'
import { NidusError } from '../contract/errors'
import { mapFacts } from '../contract/map-facts'
import type { MapName } from '../contract/manifest'
import { whyNoKl } from '../contract/why-no-kl'
import { contextScore } from '../maps/context-score'
import { ensembleDisagreement } from '../maps/ensemble-disagreement'
import { ensembleMean } from '../maps/ensemble-mean'
import { makeMaps, type ForwardOutputs } from '../maps/make-maps'
import { mapSettingsOf } from '../maps/map-settings'
import { monteCarloResidual } from '../maps/monte-carlo-residual'
import { restoration } from '../maps/restoration'
import { smoothGradient } from '../maps/smooth-gradient'
import type { PreparedSlice } from '../preprocess/prepare-slice'
import type { CatalogueModel } from './model-catalogue'
import { openImageRunner, type ImageOutput, type ImageRunner } from './open-image-runner'
import { openNetwork, type NetworkHelp, type SampleOutputs } from './open-network'

/** What the network gives of a slice, and the maps that take many runs of it. */
export type MapOutputs = SampleOutputs & Pick<ForwardOutputs, 'planes'>

/** A slice as the network takes it. */
export type MapSlice = Pick<PreparedSlice, 'tensor' | 'modelMask'>

/** All that one model needs open to make some maps. */
export interface MapMaker {
  /** slices that are best given together; it may change with {@link expect} */
  readonly groupSize: number
  /** Prepares for so many slices, where that pays. */
  expect(slices: number): Promise<void>
  /**
   * Runs slices, in order.
   * @param isCancelled asked between the batches of costly maps
   * @returns null where it was cancelled
   */
  run(slices: MapSlice[], isCancelled?: () => boolean): Promise<MapOutputs[] | null>
  dispose(): Promise<void>
}

/** Planes [height * width] of one map for slices, before smoothing. */
type MakePlanes = (slices: MapSlice[]) => Promise<Float64Array[]>

/** Thrown between batches of a run that is not wanted any more. */
class CancelledRun extends Error {}

/**
 * Opens what some maps of a model need: one session for those that a forward and backward run gives, further ones
 * for the costly maps among them, and the other models of an ensemble. Only what is asked for is opened.
 * @throws model-*, onnx-*, map-unavailable (the model cannot give a map, or a member of its ensemble is missing)
 */
export async function openMapMaker(
  model: CatalogueModel,
  provider: UsedProvider,
  maps: readonly MapName[],
  help: NetworkHelp = {}
): Promise<MapMaker> {
  const { manifest } = model
  const reason = whyNoKl(manifest.outputs)
  const missing = reason && maps.find((map) => mapFacts[map].latent)
  if (missing) throw new NidusError('map-unavailable', { map: missing, model: model.id, reason })
  const opened: { dispose(): Promise<void> }[] = []
  const dispose = async (): Promise<void> => {
    for (const one of opened) await one.dispose()
  }
  const keep = <T extends { dispose(): Promise<void> }>(one: T): T => (opened.push(one), one)
  let isCancelled = (): boolean => false
  const beforeRun = (): void => {
    if (isCancelled()) throw new CancelledRun()
  }
  const settings = mapSettingsOf(manifest)
  const [low, high] = manifest.preprocessing.clip
  const runnerOptions = {
    rounding: settings.restoration.rounding * (high - low),
    hasKl: !reason,
    beforeRun
  }
  const runner = async (output: ImageOutput): Promise<ImageRunner> =>
    keep(await openImageRunner(model, provider, output, runnerOptions, help.cache))
  const makers = new Map<MapName, MakePlanes>()
  const isJoined = (map: MapName): boolean => mapFacts[map].group === 'ensemble'
  const costly = maps.filter((map) => mapFacts[map].costly)
  const own = maps.filter((map) => !costly.includes(map))
  try {
    const network = keep(await openNetwork(model, provider, own, help))
    for (const map of costly) {
      if (!isJoined(map)) makers.set(map, await openPlanes(map, model, runner))
    }
    const isBatchedInside = costly.some((map) => !isJoined(map) && map !== 'restoration')
    const members = costly.some(isJoined) ? await openMembers(model, provider, help, keep) : null
    const run = async (slices: MapSlice[]): Promise<MapOutputs[]> => {
      const outputs: MapOutputs[] = await network.run(slices.map(({ tensor }) => tensor))
      const planes: Partial<Record<MapName, Float64Array>>[] = slices.map(() => ({}))
      for (const [map, make] of makers) (await make(slices)).forEach((plane, i) => (planes[i][map] = plane))
      const joined = members ? await members(slices, () => isCancelled()) : []
      joined.forEach((maps, i) => {
        planes[i].ensemble = ensembleMean(maps)
        planes[i].disagreement = ensembleDisagreement(maps)
      })
      return outputs.map((output, i) => ({ ...output, planes: planes[i] }))
    }
    return {
      get groupSize() {
        return isBatchedInside ? 1 : network.groupSize
      },
      expect: async (count) => {
        // batches of a costly map are made of one slice's own images: longer series do not fill them better
        if (costly.length === 0) await network.expect(count)
      },
      dispose,
      run: async (slices, asked = () => false) => {
        isCancelled = asked
        try {
          return await run(slices)
        } catch (thrown) {
          if (thrown instanceof CancelledRun) return null
          throw thrown
        }
      }
    }
  } catch (thrown) {
    await dispose()
    throw thrown
  }
}

async function openPlanes(
  map: MapName,
  { id, manifest }: CatalogueModel,
  runner: (output: ImageOutput) => Promise<ImageRunner>
): Promise<MakePlanes> {
  const settings = mapSettingsOf(manifest)
  const eachSlice =
    (make: (slice: MapSlice) => Promise<Float64Array>): MakePlanes =>
    async (slices) => {
      const planes: Float64Array[] = []
      for (const slice of slices) planes.push(await make(slice))
      return planes
    }
  switch (map) {
    case 'context': {
      const { run } = await runner('reconstruction')
      return eachSlice(({ tensor, modelMask }) =>
        contextScore(tensor, modelMask, manifest, settings.context, run)
      )
    }
    case 'mc-rec': {
      const { run, noiseSize } = await runner('sample')
      return eachSlice(({ tensor }) =>
        monteCarloResidual(tensor, noiseSize, manifest, settings.monteCarlo, (noise) =>
          run(noise.map((one) => behind(tensor, one)))
        )
      )
    }
    case 'smoothgrad': {
      const { run } = await runner('gradient')
      return eachSlice(({ tensor }) => smoothGradient(tensor, manifest, settings.smoothGradient, run))
    }
    case 'restoration': {
      const { run } = await runner('rounded-gradient')
      return (slices) =>
        restoration(
          slices.map(({ tensor }) => tensor),
          manifest,
          settings.restoration,
          run
        )
    }
    default:
      throw new NidusError('map-unavailable', { map, model: id, reason: 'no many runs give it' })
  }
}

/** The model and the others of its ensemble, as one: the standardised map of each, slice by slice. */
async function openMembers(
  model: CatalogueModel,
  provider: UsedProvider,
  help: NetworkHelp,
  keep: (maker: MapMaker) => MapMaker
): Promise<(slices: MapSlice[], isCancelled: () => boolean) => Promise<Float32Array[][]>> {
  const { ensemble } = model.manifest.maps
  if (!ensemble || !model.members) {
    const reason = 'the other models of the ensemble are not there as they were'
    throw new NidusError('map-unavailable', { map: 'ensemble', model: model.id, reason })
  }
  const makers: { manifest: CatalogueModel['manifest']; maker: MapMaker }[] = []
  for (const one of [model, ...model.members]) {
    const maker = keep(await openMapMaker(one, provider, [ensemble.map], help))
    makers.push({ manifest: one.manifest, maker })
  }
  return async (slices, isCancelled) => {
    const byMember: Float32Array[][] = []
    for (const { manifest, maker } of makers) {
      const outputs = await maker.run(slices, isCancelled)
      if (!outputs) throw new CancelledRun()
      byMember.push(
        outputs.map((output, i) => {
          const { tensor, modelMask } = slices[i]
          const made = makeMaps({ input: tensor, ...output }, modelMask, manifest, [ensemble.map])
          return made[ensemble.map] as Float32Array
        })
      )
    }
    return slices.map((_, i) => byMember.map((maps) => maps[i]))
  }
}

function behind(image: Float32Array, noise: Float32Array): Float32Array {
  const both = new Float32Array(image.length + noise.length)
  both.set(image)
  both.set(noise, image.length)
  return both
}
