import { describe, expect, it } from 'vitest'
import type { CatalogueModel } from '../../../../src-main/inference/model-catalogue'
import { defaultModel, findMismatches, suggestModel } from '../../../../src-main/inference/suggest-model'
import { makeManifest } from '../../../helpers/make-manifest'

function model(
  id: string,
  kind: 'vae' | 'cevae',
  modality: string,
  part: string,
  contrast: string
): CatalogueModel {
  const trainedFor = { modalities: [modality], bodyParts: [part], contrast, orientation: 'any' as const }
  return { id, folder: `/${id}`, manifest: makeManifest({ id, kind, trainedFor }) }
}

const models = [
  model('brain-flair-vae', 'vae', 'MR', 'BRAIN', 'FLAIR'),
  model('chest-vae', 'vae', 'CR', 'CHEST', 'none'),
  model('brain-flair-cevae', 'cevae', 'MR', 'BRAIN', 'FLAIR'),
  model('brain-t1-vae', 'vae', 'MR', 'BRAIN', 'T1')
]
const series = (modality: string, bodyPart: string | null, description = '') => ({
  modality,
  bodyPart,
  description
})

describe('suggestModel', () => {
  it.each([
    ['brain-flair-cevae', series('MR', 'HEAD', 'AX FLAIR')],
    ['brain-flair-cevae', series('MR', 'SKULL')],
    ['brain-flair-cevae', series('OT', null)],
    ['brain-flair-cevae', series('MR', null, 't2_tirm_tra_dark-fluid')],
    ['brain-t1-vae', series('MR', 'BRAIN', 't1_mprage_sag')],
    ['chest-vae', series('CR', 'CHEST')],
    [null, series('MR', 'WRIST')],
    [null, series('MR', null, 'knee PD cor')],
    [null, series('MR', 'FINGER')],
    [null, series('CT', 'HEAD')],
    [null, { ...series('MR', null), studyDescription: 'LEFT WRIST' }],
    ['brain-flair-cevae', { ...series('MR', null, 'AX FLAIR BRAIN'), studyDescription: 'SPINE' }]
  ])('takes %s for %o', (id, facts) => {
    expect(suggestModel(models, facts)?.id ?? null).toBe(id)
  })

  it('falls back on the ceVAE, and on nothing where there is nothing', () => {
    expect(defaultModel(models)?.id).toBe('brain-flair-cevae')
    expect(defaultModel([])).toBeNull()
  })
})

describe('findMismatches', () => {
  const brainModel = models[2].manifest
  const trainedFor = { ...brainModel.trainedFor, orientation: 'axial' as const }
  const manifest = { ...brainModel, trainedFor }
  const oriented = (...orientation: number[]) => ({ ...series('MR', 'HEAD'), slices: [{ orientation }] })
  it.each([
    [[], series('MR', 'HEAD', 'FLAIR')],
    [[], series('OT', null, '')],
    [['modality', 'body part'], series('CT', 'CHEST')],
    [['contrast'], series('MR', 'BRAIN', 'sT1W_3D_TFE')],
    [['contrast'], series('MR', 'BRAIN', 'AX T2 TSE')],
    [['body part'], series('MR', 'WRIST', 'FLAIR')],
    [[], oriented(0.99, -0.02, 0.04, 0.03, 0.98, -0.17)],
    [['orientation'], oriented(1, 0, 0, 0, 0, -1)],
    [['orientation'], oriented(0, 1, 0, 0, 0, -1)],
    // lying on the face, so that the back is above; then with the face to one side; then mirrored alone
    [['orientation'], oriented(-1, 0, 0, 0, -0.98, 0.2)],
    [['orientation'], oriented(0, 1, 0, 1, 0, 0)],
    [[], oriented(-1, 0, 0, 0, 1, 0)]
  ])('finds %o for %o', (expected, facts) => {
    expect(findMismatches(manifest, facts).map(({ what }) => what)).toEqual(expected)
  })

  it('says how slices of the right plane lie', () => {
    const said = (...orientation: number[]) => findMismatches(manifest, oriented(...orientation))
    expect(said(1, 0, 0, 0, -1, 0)).toEqual([
      { what: 'orientation', found: 'axial, upside down', trainedFor: 'axial, upright' }
    ])
    expect(said(0, 1, 0, 1, 0, 0)[0]?.found).toBe('axial, on their side')
  })

  it('knows what is below in the other planes', () => {
    const coronal = { ...manifest, trainedFor: { ...trainedFor, orientation: 'coronal' as const } }
    // feet below, and feet above
    expect(findMismatches(coronal, oriented(1, 0, 0, 0, 0, -1))).toEqual([])
    expect(findMismatches(coronal, oriented(1, 0, 0, 0, 0, 1))[0]?.found).toBe('coronal, upside down')
  })

  it.each([
    ['KNEE', 'KNEE'],
    ['Left knee of J. Doe', 'knee'],
    ['J DOE', 'another one']
  ])('calls %s %s, as reports name no patient', (stated, found) => {
    expect(findMismatches(manifest, series('MR', stated))).toMatchObject([{ what: 'body part', found }])
  })
})
