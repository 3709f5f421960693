import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mapNames, type ModelManifest } from '../../src-main/contract/manifest'
import type { AnalysisReport } from '../../src-main/export/analysis-report'
import { readOnnxModel } from '../../src-main/gradient/onnx/read-model'
import { proposeRoles } from '../../src-main/gradient/propose-roles'
import { readCaseRoles } from '../../src-main/gradient/read-case-roles'
import { buildEntries } from '../helpers/build-entries'
import { makeNormalImages } from '../helpers/make-normal-images'
import { makePngStudy } from '../helpers/make-png-study'
import { runNidus, type Ended } from '../helpers/run-nidus'
import { temporaryFolder } from '../helpers/temporary-folder'

// Models as people export them, brought in and run from end to end: PyTorch and Keras, NCHW, NHWC and flat, with and
// without a latent distribution, batch fixed or open. What their gradients are is checked elsewhere against float64.
const models = join(
  process.env.NIDUS_CORPUS ?? resolve(__dirname, '../../../shared/data'),
  'reference-models'
)
const cases = existsSync(models) ? readdirSync(models).sort() : []
if (cases.length === 0) console.log(`skipped: no reference models at ${models} (set NIDUS_CORPUS)`)

const folder = temporaryFolder()
const normals = join(folder, 'normals')
const deep = join(folder, 'deep')
const study = join(folder, 'study')
let entries: Awaited<ReturnType<typeof buildEntries>> | undefined

beforeAll(async () => {
  if (cases.length === 0) return
  entries = await buildEntries(['engine', 'cli'])
  await makeNormalImages(normals, 9)
  await makePngStudy(deep, 9)
  await makePngStudy(study, 2, { 1: [30, 36, 8] })
})
afterAll(() => entries?.remove())

const nidus = (...argv: string[]): Promise<Ended> =>
  runNidus(entries?.folder ?? '', folder, { NIDUS_DATA: join(folder, 'data') }, argv)

/** Bytes of every map that analyze wrote, by file name. */
function mapsIn(out: string): Record<string, string> {
  const root = join(out, 'maps')
  const [series] = readdirSync(root)
  return Object.fromEntries(
    readdirSync(join(root, series)).map((file) => [
      file,
      readFileSync(join(root, series, file)).toString('base64')
    ])
  )
}

describe.skipIf(cases.length === 0)('reference models, brought along', () => {
  it.each(cases)('%s: added, checked, analysed, the same twice', async (name) => {
    const id = name.replace(/_/g, '-')
    const roles = join(models, name, 'case.json')
    const add = await nidus(
      'models',
      'add',
      join(models, name, 'model.onnx'),
      '--roles',
      roles,
      '--normals',
      deep
    )
    expect(add.stderr).toContain('agree with finite differences')
    expect(add.code).toBe(0)
    const path = join(folder, 'data', 'models', id, 'model.json')
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as ModelManifest
    const stated = JSON.parse(readFileSync(roles, 'utf8')) as {
      kind: string
      beta: number | null
      rec_loss: string
    }
    expect(manifest).toMatchObject({ id, kind: stated.kind, losses: { reconstruction: stated.rec_loss } })
    const forAll = ['rec', 'rec-absolute', 'rec-squared', 'rec-positive', 'rec-ssim', 'grad-rec', 'grad-rec-squared', 'smoothgrad', 'context', 'restoration'] // prettier-ignore
    const latent = ['grad-kl', 'grad-elbo', 'grad-kl-squared', 'grad-elbo-squared', 'combi', 'mc-rec']
    const names = new Set(stated.kind === 'ae' ? forAll : [...forAll, ...latent])
    const available = mapNames.filter((map) => names.has(map))
    expect(manifest.maps.available).toEqual(available)

    const check = await nidus('models', 'check', id, '--json')
    expect(check.code).toBe(0)

    const [one, two] = [join(folder, `${id}-one`), join(folder, `${id}-two`)]
    const analyze = (out: string): Promise<Ended> =>
      nidus('analyze', study, '--model', id, '--provider', 'cpu', '--map', 'all', '--out', out)
    expect((await analyze(one)).code).toBe(0)
    expect((await analyze(two)).code).toBe(0)
    const maps = mapsIn(one)
    expect(Object.keys(maps)).toHaveLength(2 * available.length)
    expect(mapsIn(two)).toEqual(maps)
    // a slice by itself gets the maps, bit for bit, that it has among others
    const single = join(folder, `${id}-single`)
    const alone = join(folder, `${id}-alone`)
    mkdirSync(single)
    const [, second] = readdirSync(study).sort()
    copyFileSync(join(study, second), join(single, second))
    // prettier-ignore
    const again = await nidus('analyze', single, '--model', id, '--provider', 'cpu', '--map', 'all', '--out', alone)
    expect(again.code).toBe(0)
    const byMap = (found: Record<string, string>, slice: number): Record<string, string> =>
      Object.fromEntries(
        available.map((map) => [
          map,
          found[
            Object.keys(found)
              .filter((file) => file.endsWith(`_${map}.npy`))
              .sort()[slice]
          ]
        ])
      )
    expect(byMap(mapsIn(alone), 0)).toEqual(byMap(maps, 1))
    const report = JSON.parse(readFileSync(join(one, 'report.json'), 'utf8')) as AnalysisReport
    for (const slice of report.studies[0].series[0].slices) {
      expect(Object.values(slice.peaks).every(Number.isFinite)).toBe(true)
    }
    if (stated.kind === 'ae') {
      const refused = await nidus('analyze', study, '--model', id, '--provider', 'cpu', '--map', 'grad-kl')
      expect(refused.code).toBe(2)
      expect(refused.stderr).toContain('no latent distribution')
      expect(add.stdout).toContain('no latent distribution')
    }
  })

  it.each(cases)('%s: the proposal from names and shapes is what the case says', (name) => {
    const { graph } = readOnnxModel(readFileSync(join(models, name, 'model.onnx')))
    const { roles, image, range, doubts } = proposeRoles(graph)
    const stated = readCaseRoles(readFileSync(join(models, name, 'case.json'), 'utf8'))
    expect(roles).toEqual(stated.roles)
    expect(image).toEqual(stated.image)
    expect(range[1] - range[0]).toBe(stated.dataRange)
    expect(doubts).toEqual([])
  })

  it('8-bit images and a range from -1 to 1: black is -1, white is 1', async () => {
    const name = cases.find((one) => one.includes('tanh'))
    if (!name) return
    const add = await nidus('models', 'add', join(models, name), '--normals', normals, '--id', 'tanh-8-bit')
    expect(add.code).toBe(0)
    const path = join(folder, 'data', 'models', 'tanh-8-bit', 'model.json')
    const { preprocessing } = JSON.parse(readFileSync(path, 'utf8')) as ModelManifest
    expect(preprocessing.clip).toEqual([-1, 1])
    const { intensity } = preprocessing
    if (intensity.rule !== 'fixed') throw new Error(intensity.rule)
    expect((0 - intensity.offset) * intensity.scale).toBeCloseTo(-1, 12)
    expect((255 - intensity.offset) * intensity.scale).toBeCloseTo(1, 12)
  })
})
