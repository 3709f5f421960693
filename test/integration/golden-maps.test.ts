import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mapNames, type ModelManifest } from '../../src-main/contract/manifest'
import type { CatalogueModel } from '../../src-main/inference/model-catalogue'
import { openMapMaker, type MapMaker } from '../../src-main/inference/open-map-maker'
import { makeMaps } from '../../src-main/maps/make-maps'
import { makeManifest } from '../helpers/make-manifest'
import { readNpy } from '../helpers/read-npy'

// Golden arrays: `nidus-train golden` (models/training: torch, scipy) on a network with random weights that was
// exported as trained ones are. Standardised, so the tolerance is in units of the case's spreads (most of them 1).
const folder = resolve(__dirname, '../fixtures/maps')
const golden = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as Pick<
  ModelManifest,
  'input' | 'preprocessing' | 'losses' | 'maps'
> & { sha256: Record<'first' | 'second', string> }
const tolerance = 1e-5

function modelOf(name: 'first' | 'second'): CatalogueModel {
  const { input, preprocessing, losses, maps, sha256 } = golden
  const manifest = makeManifest({ id: name, sha256: sha256[name], input, preprocessing, losses, maps })
  return { id: name, folder: join(folder, name), manifest }
}
const model: CatalogueModel = { ...modelOf('first'), members: [modelOf('second')] }

const slices = [0, 1].map((k) => ({
  tensor: readNpy(join(folder, `x-${k}.npy`)).values as Float32Array,
  modelMask: readNpy(join(folder, `mask-${k}.npy`)).values as Uint8Array
}))
const expected = (map: string, k: number): Float32Array =>
  readNpy(join(folder, `${map}-${k}.npy`)).values as Float32Array

describe('every map of a network', () => {
  let maker: MapMaker
  beforeAll(async () => {
    maker = await openMapMaker(model, 'cpu', mapNames)
  })
  afterAll(() => maker.dispose())

  it('is that of the training package', async () => {
    const outputs = await maker.run(slices)
    const worst: Record<string, number> = {}
    outputs!.forEach((output, k) => {
      const { tensor, modelMask } = slices[k]
      const made = makeMaps({ input: tensor, ...output }, modelMask, model.manifest, mapNames)
      for (const map of mapNames) {
        const right = expected(map, k)
        for (let i = 0; i < right.length; i++) {
          if (!modelMask[i]) continue
          const difference = Math.abs(made[map]![i] - right[i])
          if (!(difference <= (worst[map] ?? 0))) worst[map] = difference
        }
      }
    })
    expect(Object.entries(worst).filter(([, difference]) => !(difference <= tolerance))).toEqual([])
  })

  it('shows more than the tolerance could hide', () => {
    for (const map of mapNames) {
      const inside = expected(map, 0).filter((_, i) => slices[0].modelMask[i] === 1)
      expect(Math.max(...inside) - Math.min(...inside), map).toBeGreaterThan(0.05)
    }
  })

  it('is the same bit for bit in another order, alone and in company', async () => {
    const together = await maker.run(slices)
    const [second] = (await maker.run([slices[1]]))!
    const [again] = (await maker.run([slices[1], slices[0]]))!
    for (const output of [second, again]) expect(output.planes).toEqual(together![1].planes)
  })

  it('stops between batches when cancelled', async () => {
    let asked = 0
    expect(await maker.run(slices, () => ++asked > 2)).toBeNull()
    expect(asked).toBe(3)
  })
})
