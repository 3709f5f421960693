import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ModelManifest } from '../../../../src-main/contract/manifest'
import { makeMaps, statisticsOf } from '../../../../src-main/maps/make-maps'
import { sliceScoreOf } from '../../../../src-main/maps/slice-score'
import { floorOf, mapToSourceGrid } from '../../../../src-main/maps/to-source-grid'
import { findForeground } from '../../../../src-main/preprocess/find-foreground'
import { foregroundOutline } from '../../../../src-main/preprocess/foreground-outline'
import { prepareSlice } from '../../../../src-main/preprocess/prepare-slice'
import { makeManifest } from '../../../helpers/make-manifest'
import { readNpy } from '../../../helpers/read-npy'

// Golden arrays: `nidus-train golden` (models/training, numpy and scipy). Both sides must agree to 1e-5.
const folder = resolve(__dirname, '../../../fixtures/preprocess')

interface GoldenCase {
  spacingMm: [number, number] | null
  input: ModelManifest['input']
  preprocessing: ModelManifest['preprocessing']
  maps: ModelManifest['maps']
  affine: { cy: number; cx: number; u: number }
  scale: { offset: number; factor: number }
  noForeground: boolean
  /** quantile -> that of the map rec inside the eroded foreground */
  sliceScore: Record<string, number>
}

function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length)
  let largest = 0
  for (let i = 0; i < actual.length; i++) largest = Math.max(largest, Math.abs(actual[i] - expected[i]))
  return largest
}

const cases = readdirSync(folder)
expect(cases.length).toBeGreaterThanOrEqual(5)

describe.each(cases)('golden case %s', (name) => {
  const at = (file: string) => readNpy(join(folder, name, file))
  const golden = JSON.parse(readFileSync(join(folder, name, 'case.json'), 'utf8')) as GoldenCase
  const { input, preprocessing, maps } = golden
  const manifest = makeManifest({ input, preprocessing, maps })
  const source = at('input.npy')
  const [rows, columns] = source.shape
  const values = source.values as Float32Array
  const prepared = prepareSlice(values, rows, columns, golden.spacingMm, manifest)

  it('finds the same foreground', () => {
    expect(prepared.hasForeground).toBe(!golden.noForeground)
    if (golden.noForeground) return
    const { mask } = findForeground(values, rows, columns, preprocessing.foreground)
    expect(largestDifference(mask, at('foreground.npy').values)).toBe(0)
  })

  if (golden.noForeground) {
    it('gives an empty tensor and empty masks', () => {
      expect(prepared.tensor.every((value) => value === 0)).toBe(true)
      expect(prepared.eroded.every((value) => value === 0)).toBe(true)
    })
    return
  }

  it('makes the same model input', () => {
    expect(prepared.placement.centreRow).toBeCloseTo(golden.affine.cy, 9)
    expect(prepared.placement.centreColumn).toBeCloseTo(golden.affine.cx, 9)
    expect(prepared.placement.mmPerModelPx).toBeCloseTo(golden.affine.u, 9)
    expect(prepared.offset).toBeCloseTo(golden.scale.offset, 5)
    expect(prepared.factor / golden.scale.factor).toBeCloseTo(1, 9)
    expect(largestDifference(prepared.tensor, at('model-input.npy').values)).toBeLessThanOrEqual(1e-5)
  })

  it('makes the same masks', () => {
    expect(largestDifference(prepared.eroded, at('eroded.npy').values)).toBe(0)
    expect(largestDifference(prepared.modelMask, at('model-mask.npy').values)).toBe(0)
  })

  it('sees the same outline', () => {
    const expected = at('outline.npy').values
    const foreground = findForeground(values, rows, columns, preprocessing.foreground)
    const outline = foregroundOutline(foreground, prepared.placement, Math.sqrt(expected.length))
    expect(largestDifference(outline, expected)).toBeLessThanOrEqual(1e-6)
  })

  it('makes the same maps on the model grid and on the source grid, and the same score of the slice', () => {
    const rawRec = at('raw-rec.npy').values as Float32Array
    const rawGradKl = at('raw-grad-kl.npy').values as Float32Array
    // the raw arrays are what step 6 gives: absolute values of themselves, with a reconstruction of zero
    const asRaw = {
      ...manifest,
      maps: { ...maps, residual: 'absolute', gradient: 'absolute' }
    } as ModelManifest
    const outputs = { input: rawRec, reconstruction: new Float32Array(rawRec.length), gradKl: rawGradKl }
    const made = makeMaps(outputs, prepared.modelMask, asRaw, ['rec', 'grad-kl', 'combi'])
    for (const [map, file] of [
      ['rec', 'smoothed-rec.npy'],
      ['grad-kl', 'smoothed-grad-kl.npy'],
      ['combi', 'combi.npy']
    ] as const) {
      const { median, spread } = statisticsOf(manifest, map)
      const expected = Array.from(at(file).values, (value) => (value - median) / spread)
      expect(largestDifference(made[map]!, expected)).toBeLessThanOrEqual(1e-5)
    }
    for (const map of ['rec', 'combi'] as const) {
      const onSource = mapToSourceGrid(
        made[map]!,
        prepared.modelMask,
        prepared.eroded,
        prepared.placement,
        floorOf(manifest, map)
      )
      expect(largestDifference(onSource, at(`source-${map}.npy`).values)).toBeLessThanOrEqual(1e-5)
      if (map !== 'rec') continue
      for (const [quantile, expected] of Object.entries(golden.sliceScore)) {
        const score = { rule: 'map-quantile' as const, map, quantile: Number(quantile) }
        const scored = { ...manifest, sliceScore: { score, median: 0, spread: 1 } }
        const found = sliceScoreOf({ rec: 0, kl: null }, scored, prepared.eroded, () => onSource)
        expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-5)
      }
    }
  })
})
