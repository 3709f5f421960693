import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mapFacts } from '../../src-main/contract/map-facts'
import { mapNames, type MapName, type ModelManifest } from '../../src-main/contract/manifest'
import { DataType } from '../../src-main/gradient/onnx/onnx-tensor'
import type { CatalogueModel } from '../../src-main/inference/model-catalogue'
import { openMapMaker, type MapOutputs, type MapSlice } from '../../src-main/inference/open-map-maker'
import { makeMaps } from '../../src-main/maps/make-maps'
import { makeManifest } from '../helpers/make-manifest'
import { temporaryFolder } from '../helpers/temporary-folder'
import { turnLayout } from '../helpers/turn-layout'
import { seededNumbers } from '../unit/src-main/gradient/tiny-model'
import { tinyVae, type TinyVaeOptions } from '../unit/src-main/gradient/tiny-vae'

const folder = temporaryFolder()
const [height, width] = [10, 9]
const pixels = height * width
type Layout = ModelManifest['input']['layout']

interface Made {
  layout?: Layout
  channels?: 1 | 3
  options?: TinyVaeOptions
  outputs?: (names: { mu: string; spread: string }) => Partial<ModelManifest['outputs']>
}

/** A small network with its manifest, in a folder of the catalogue. */
function place(
  id: string,
  { layout = 'NCHW', channels = 1, options = {}, outputs }: Made = {}
): CatalogueModel {
  const sample = [channels, height, width] as const
  const { bytes, names } = tinyVae({ floatType: DataType.float, latent: 3, ...options, sampleShape: sample })
  const turned = turnLayout(bytes, names.reconstruction, layout, [...sample])
  const roles = outputs ? outputs(names) : { mu: names.mu, logVar: names.spread }
  const at = join(folder, id)
  mkdirSync(at)
  writeFileSync(join(at, 'model.onnx'), turned)
  const plain = makeManifest()
  const manifest = makeManifest({
    id,
    sha256: createHash('sha256').update(turned).digest('hex'),
    input: { name: 'image', layout, channels, height, width },
    outputs: { reconstruction: 'reconstruction', ...roles },
    losses: { reconstruction: 'l1', beta: 0.4 },
    maps: {
      ...plain.maps,
      statistics: Object.fromEntries(mapNames.map((map) => [map, { median: 0, spread: 1 }])),
      available: [...mapNames],
      context: { patchPx: 4, stridePx: 3 },
      monteCarlo: { samples: 5, seed: 2 },
      smoothGradient: { copies: 5, noise: 0.1, seed: 2 },
      restoration: { steps: 4, stepSize: 0.02, smoothness: 0.5, rounding: 0.05 },
      ensemble: { map: 'rec', members: [] }
    }
  })
  return { id, folder: at, manifest }
}

/** Three images channel by channel, put into a layout; the mask leaves the rim out. */
function slicesOf({ layout, channels }: Pick<ModelManifest['input'], 'layout' | 'channels'>): MapSlice[] {
  const random = seededNumbers(6)
  const modelMask = Uint8Array.from({ length: pixels }, (_, i) =>
    Number(i % width > 0 && i > width && i < pixels - width)
  )
  return [0, 1, 2].map(() => {
    const image = Array.from({ length: channels * pixels }, () => random())
    const tensor = Float32Array.from(image, (_, i) =>
      layout === 'NHWC' ? image[(i % channels) * pixels + Math.floor(i / channels)] : image[i]
    )
    return { tensor, modelMask }
  })
}

interface Run {
  outputs: MapOutputs[]
  maps: Partial<Record<MapName, Float32Array>>[]
}

/** All maps of three slices together, and of the last alone. */
async function runAll(model: CatalogueModel, wanted: readonly MapName[]): Promise<Run & { alone: Run }> {
  const slices = slicesOf(model.manifest.input)
  const maker = await openMapMaker(model, 'cpu', wanted)
  const run = async (given: MapSlice[]): Promise<Run> => {
    const outputs = (await maker.run(given))!
    const maps = outputs.map((output, k) =>
      makeMaps({ input: given[k].tensor, ...output }, given[k].modelMask, model.manifest, wanted)
    )
    return { outputs, maps }
  }
  const together = await run(slices)
  const alone = await run([slices[2]])
  await maker.dispose()
  return { ...together, alone }
}

function expectSound({ outputs, maps, alone }: Run & { alone: Run }, wanted: readonly MapName[]): void {
  expect(alone.outputs[0]).toEqual(outputs[2])
  for (const map of wanted) {
    const values = maps[2][map]!
    expect(values.every(Number.isFinite), map).toBe(true)
    expect(Math.max(...values), map).toBeGreaterThan(0)
    expect(alone.maps[0][map], map).toEqual(values)
  }
}

describe('every map, whatever the layout of the images', () => {
  for (const channels of [1, 3] as const) {
    it(`${channels} channel(s): first, last and flat agree, each alone as in company`, async () => {
      const found: Record<string, Run> = {}
      for (const layout of ['NCHW', 'NHWC', 'flat'] as const) {
        const id = `${layout}-${channels}`
        const made = { layout, channels }
        const model = {
          ...place(id, made),
          members: [place(`${id}-member`, { ...made, options: { latent: 2 } })]
        }
        const run = await runAll(model, mapNames)
        expectSound(run, mapNames)
        found[layout] = run
      }
      // the noise of SmoothGrad runs along the elements: with channels last another pixel gets it
      const alike = (layout: Layout): readonly MapName[] =>
        mapNames.filter((map) => !(layout === 'NHWC' && channels > 1 && map === 'smoothgrad'))
      for (const layout of ['NHWC', 'flat'] as const) {
        for (const map of alike(layout)) {
          const [one, other] = [found.NCHW.maps[1][map]!, found[layout].maps[1][map]!]
          const worst = Math.max(...one.map((value, i) => Math.abs(value - other[i])))
          expect(worst / Math.max(...one), `${layout} ${map}`).toBeLessThan(1e-5)
        }
      }
    })
  }
})

describe('models that sample z', () => {
  it('give the maps of the same model with z = mu, bit for bit every time', async () => {
    const noisy: TinyVaeOptions = {
      decode: (m, mu, spread) => {
        const deviation = m.op('Exp', [m.op('Mul', [spread, m.constant([], [0.5])])])
        return m.op('Add', [mu, m.op('Mul', [deviation, m.op('RandomNormalLike', [deviation])])])
      }
    }
    // the same weights in the same order, decoding the mean
    const still: TinyVaeOptions = {
      decode: (m, mu, spread) => (m.op('Mul', [spread, m.constant([], [0.5])]), mu)
    }
    const wanted = mapNames.filter((map) => mapFacts[map].group !== 'ensemble')
    const sampling = await runAll(place('sampling', { options: noisy }), wanted)
    expectSound(sampling, wanted)
    const plain = await runAll(place('still', { options: still }), wanted)
    for (const map of wanted) {
      const [one, other] = [sampling.maps[0][map]!, plain.maps[0][map]!]
      const worst = Math.max(...one.map((value, i) => Math.abs(value - other[i])))
      expect(worst / Math.max(...other), map).toBeLessThan(1e-5)
    }
  })
})

describe('maps that a model cannot give', () => {
  const reasonOf = async (model: CatalogueModel, map: MapName): Promise<unknown> => {
    try {
      await (await openMapMaker(model, 'cpu', [map])).dispose()
    } catch (thrown) {
      return thrown
    }
    return undefined
  }
  const unavailable = (words: string): unknown =>
    expect.objectContaining({
      code: 'map-unavailable',
      context: expect.objectContaining({ reason: expect.stringContaining(words) as string }) as object
    })

  it('a model without a latent distribution gives the others, and says why it gives no more', async () => {
    const model = place('ae', { outputs: () => ({}) })
    const latent = mapNames.filter((map) => mapFacts[map].latent)
    const wanted = mapNames.filter((map) => !mapFacts[map].latent && mapFacts[map].group !== 'ensemble')
    expect(wanted).toHaveLength(10)
    expectSound(await runAll(model, wanted), wanted)
    for (const map of latent) {
      expect(await reasonOf(model, map), map).toEqual(unavailable('no latent distribution'))
    }
  })

  it('a mean without a variance', async () => {
    const model = place('mean-only', { outputs: ({ mu }) => ({ mu }) })
    for (const map of ['grad-kl', 'mc-rec'] as const) {
      expect(await reasonOf(model, map), map).toEqual(unavailable('a mean but no variance'))
    }
  })

  it('a decoder that does not take the mean has no place for a drawn code', async () => {
    const model = place('apart', { options: { decode: (_, __, spread) => spread } })
    expect(await reasonOf(model, 'mc-rec')).toEqual(unavailable('not decoded from the mean'))
  })

  it('an ensemble whose other models are not there', async () => {
    for (const map of ['ensemble', 'disagreement'] as const) {
      expect(await reasonOf(place(`lonely-${map}`), map)).toEqual(unavailable('other models of the ensemble'))
    }
  })
})
