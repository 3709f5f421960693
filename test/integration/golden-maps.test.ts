import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mapNames, type MapName, type ModelManifest } from '../../src-main/contract/manifest'
import type { CatalogueModel } from '../../src-main/inference/model-catalogue'
import { openMapMaker, type MapMaker, type MapOutputs } from '../../src-main/inference/open-map-maker'
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

/**
 * The maps of a slice that are further from the expected ones than the tolerance, with how far they are.
 * @param unitOf what differences of a map are measured in
 */
function deviations(
  output: MapOutputs,
  k: number,
  maps: readonly MapName[],
  { manifest }: CatalogueModel,
  right: (map: MapName) => Float32Array,
  unitOf: (values: Float32Array) => number = () => 1
): [MapName, number][] {
  const { tensor, modelMask } = slices[k]
  const made = makeMaps({ input: tensor, ...output }, modelMask, manifest, maps)
  return maps
    .map((map): [MapName, number] => {
      const values = right(map)
      const far = values.map((value, i) => (modelMask[i] ? Math.abs(made[map]![i] - value) : 0))
      // a NaN stays one, and is no agreement
      return [map, Math.max(...far) / unitOf(values)]
    })
    .filter(([, difference]) => !(difference <= tolerance))
}

describe('every map of a network', () => {
  let maker: MapMaker
  beforeAll(async () => {
    maker = await openMapMaker(model, 'cpu', mapNames)
  })
  afterAll(() => maker.dispose())

  it('is that of the training package', async () => {
    const outputs = await maker.run(slices)
    expect(
      outputs!.flatMap((output, k) => deviations(output, k, mapNames, model, (map) => expected(map, k)))
    ).toEqual([])
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

// The maps that the loss of the manifest changes, of the first slice, with torch's gradients of each loss.
const otherLosses = ['l2', 'bce', 'laplace-nll', 'gaussian-nll', 'ssim'] as const
const changed: readonly MapName[] = ['grad-rec', 'grad-elbo', 'smoothgrad', 'restoration']

describe('maps made of the gradient of the loss that the manifest names', () => {
  it.each(otherLosses)('%s', async (reconstruction) => {
    const manifest = { ...model.manifest, losses: { ...model.manifest.losses, reconstruction } }
    const other = { ...model, manifest }
    const right = (map: MapName): Float32Array =>
      readNpy(join(folder, reconstruction, `${map}-0.npy`)).values as Float32Array
    const maker = await openMapMaker(other, 'cpu', changed)
    const [output] = (await maker.run([slices[0]]))!
    await maker.dispose()
    // the gradient of SSIM reaches 28 spreads, since these are left at 1: there, in units of its largest value
    const unitOf = (values: Float32Array): number => Math.max(1, ...values)
    expect(deviations(output, 0, changed, other, right, unitOf)).toEqual([])
    // with another loss they are others: the tolerance would not let L1 pass
    const differs = changed.filter((map) =>
      right(map).some((value, i) => Math.abs(value - expected(map, 0)[i]) > 100 * tolerance)
    )
    expect(differs).toEqual(reconstruction === 'laplace-nll' ? [] : changed)
  })
})
