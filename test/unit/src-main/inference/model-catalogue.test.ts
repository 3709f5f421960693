import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadCatalogue, loadModel } from '../../../../src-main/inference/model-catalogue'
import { temporaryFolder } from '../../../helpers/temporary-folder'

const tiny = resolve(__dirname, '../../../fixtures/models/tiny-vae')
const folder = temporaryFolder()

/** Writes a model folder: the tiny model with its manifest changed. */
function modelFolder(
  name: string,
  change: (manifest: Record<string, any>) => void,
  withNetwork = true
): string {
  const target = join(folder, name)
  mkdirSync(target, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(tiny, 'model.json'), 'utf8')) as Record<string, any>
  change(manifest)
  writeFileSync(join(target, 'model.json'), JSON.stringify(manifest))
  if (withNetwork) copyFileSync(join(tiny, 'model.onnx'), join(target, 'model.onnx'))
  return target
}

describe('loadModel', () => {
  it('loads a folder whose manifest and network agree', async () => {
    const model = await loadModel(tiny)
    expect(model.id).toBe('tiny-vae')
    expect(model.folder).toBe(tiny)
    expect(model.manifest.input).toMatchObject({ height: 32, width: 32, layout: 'NCHW' })
  })

  it.each([
    ['input.height', (m: any) => (m.input.height = -1)],
    ['sha256', (m: any) => (m.sha256 = 'abc')],
    ['thresholds.1.value', (m: any) => delete m.thresholds[1].value],
    ['maps.statistics.rec.spread', (m: any) => (m.maps.statistics.rec.spread = 0)],
    ['schemaVersion', (m: any) => (m.schemaVersion = 2)],
    ['maps.default', (m: any) => (m.maps.available = ['combi'])],
    ['thresholds', (m: any) => (m.maps.default = 'grad-kl')],
    ['maps.statistics.grad-kl', (m: any) => delete m.maps.statistics['grad-kl']],
    ['outputs', (m: any) => delete m.outputs.logVar],
    ['sliceScore.score.quantile', (m: any) => (m.sliceScore.score = { rule: 'map-quantile', map: 'rec' })],
    [
      'sliceScore.score.map',
      (m: any) => (m.sliceScore.score = { rule: 'map-quantile', map: 'disagreement', quantile: 0.9 })
    ],
    ['preprocessing.clip', (m: any) => (m.preprocessing.clip = [1, 0])]
  ])('names the file and the field %s of a manifest that is not valid', async (field, change) => {
    const broken = modelFolder(`broken-${field.replace(/\W/g, '-')}`, change)
    await expect(loadModel(broken)).rejects.toMatchObject({
      code: 'model-manifest-invalid',
      context: { path: join(broken, 'model.json'), field }
    })
  })

  it.each([
    [
      'a map that takes many runs',
      'sliceScore.score.map',
      (m: any) => {
        m.maps.available.push('restoration')
        m.maps.statistics.restoration = m.maps.statistics.rec
        m.sliceScore.score = { rule: 'map-quantile', map: 'restoration', quantile: 0.9 }
      }
    ],
    [
      'KL without a latent distribution',
      'sliceScore.score',
      (m: any) => {
        m.maps.available = ['rec']
        m.maps.default = 'rec'
        delete m.outputs.logVar
        m.sliceScore.score = { rule: 'kl' }
      }
    ]
  ])('refuses a slice score of %s', async (what, field, change) => {
    const broken = modelFolder(`score-${what.replace(/\W/g, '-')}`, change)
    await expect(loadModel(broken)).rejects.toMatchObject({ context: { field } })
  })

  it('refuses a network file of another hash, and says which it found', async () => {
    const other = modelFolder('other-network', () => undefined)
    writeFileSync(join(other, 'model.onnx'), 'abc')
    // SHA-256 of "abc": FIPS 180-2, appendix B.1
    await expect(loadModel(other)).rejects.toMatchObject({
      code: 'model-hash-mismatch',
      context: { found: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' }
    })
  })

  it('tells a missing network file and a folder without manifest apart', async () => {
    const without = modelFolder('without-network', () => undefined, false)
    await expect(loadModel(without)).rejects.toMatchObject({ code: 'model-file-missing' })
    await expect(loadModel(folder)).rejects.toMatchObject({ code: 'model-not-found' })
  })

  it('refuses a manifest that is no JSON', async () => {
    const garbled = modelFolder('garbled', () => undefined)
    writeFileSync(join(garbled, 'model.json'), '{ "id": ')
    await expect(loadModel(garbled)).rejects.toMatchObject({ code: 'model-manifest-invalid' })
  })
})

describe('loadCatalogue', () => {
  it('lists broken models with their problem and loads the rest', async () => {
    const models = join(folder, 'catalogue')
    modelFolder('catalogue/a-good', () => undefined)
    modelFolder('catalogue/b-bad', (m) => (m.kind = 'gan'))
    modelFolder('catalogue/c-twin', () => undefined)
    mkdirSync(join(models, 'training'))
    const { models: loaded, problems } = await loadCatalogue([models, join(folder, 'not-there')])
    expect(loaded.map(({ folder: where }) => where)).toEqual([join(models, 'a-good')])
    expect(problems.map(({ id, error }) => [id, error.code, error.context.field])).toEqual([
      ['b-bad', 'model-manifest-invalid', 'kind'],
      ['c-twin', 'model-manifest-invalid', 'id']
    ])
  })
})
