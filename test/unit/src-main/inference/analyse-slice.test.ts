import { describe, expect, it } from 'vitest'
import { analyseSlice } from '../../../../src-main/inference/analyse-slice'
import { makeManifest } from '../../../helpers/make-manifest'

const base = makeManifest()
const manifest = makeManifest({
  input: { name: 'x', layout: 'NCHW', channels: 1, height: 4, width: 4 },
  losses: { reconstruction: 'l1', beta: 0.5 },
  maps: {
    ...base.maps,
    smoothingSigmaPx: 0,
    statistics: { ...base.maps.statistics, rec: { median: 0.1, spread: 0.2 } }
  },
  sliceScore: { median: 10, spread: 4 }
})
const threshold = { id: 'p99', version: '1', value: 2, map: 'rec' as const }

/** A 4 x 4 slice that is its own model grid: source pixel (y, x) is model pixel (y, x). */
function ready(hasForeground = true) {
  const inside = new Uint8Array(16).fill(hasForeground ? 1 : 0)
  return {
    index: 7,
    spacingMm: [2, 3] as [number, number],
    prepared: {
      tensor: new Float32Array(16).fill(hasForeground ? 0.5 : 0),
      placement: {
        centreRow: 1.5,
        centreColumn: 1.5,
        mmPerModelPx: 1,
        spacingMm: [1, 1] as [number, number],
        rows: 4,
        columns: 4,
        height: 4,
        width: 4
      },
      eroded: inside,
      modelMask: inside,
      outline: null,
      offset: 0,
      factor: 1,
      hasForeground
    }
  }
}
/** Reconstruction equal to the input but for one pixel, 0.8 away, in row 2, column 1. */
function outputs(rec = 12, kl: number | null = 4) {
  const reconstruction = new Float32Array(16).fill(0.5)
  reconstruction[2 * 4 + 1] = -0.3
  return { reconstruction, rec, kl }
}

describe('analyseSlice', () => {
  it('scores the ELBO and standardises it', () => {
    const { analysis } = analyseSlice(ready(), outputs(), manifest, ['rec'], threshold)
    // rec + beta * KL = 12 + 0.5 * 4; (14 - 10) / 4
    expect(analysis).toMatchObject({ index: 7, score: 14, scoreStandardised: 1, rec: 12, kl: 4 })
  })

  it('scores a quantile of the map where the manifest says so, and keeps to the wanted maps', () => {
    const score = { rule: 'map-quantile' as const, map: 'rec' as const, quantile: 0.95 }
    const other = { ...manifest, sliceScore: { score, median: -0.5, spread: 0.25 } }
    const given = { ...outputs(), gradRec: new Float32Array(16).fill(5) }
    const { analysis, maps } = analyseSlice(ready(), given, other, ['grad-rec'], {
      ...threshold,
      map: 'grad-rec'
    })
    // 15 pixels at (0 - 0.1) / 0.2 = -0.5, one at 3.5: numpy.quantile(., 0.95) lies at rank 14.25 of 0 to 15, a
    // quarter of the way from -0.5 to 3.5: 0.5; (0.5 + 0.5) / 0.25 = 4
    expect(analysis.score).toBeCloseTo(0.5, 5)
    expect(analysis.scoreStandardised).toBeCloseTo(4, 4)
    expect(analysis).toMatchObject({ rec: 12, kl: 4, maps: ['grad-rec'] })
    expect(Object.keys(maps)).toEqual(['grad-rec'])
  })

  it('takes rec alone for models without a latent distribution', () => {
    const { analysis } = analyseSlice(ready(), outputs(12, null), manifest, ['rec'], threshold)
    expect(analysis).toMatchObject({ score: 12, kl: null })
  })

  it('finds the pixel over the threshold, with its area in mm2', () => {
    const { analysis, maps } = analyseSlice(ready(), outputs(), manifest, ['rec'], threshold)
    // (|0.5 + 0.3| - 0.1) / 0.2 = 3.5; all others (0 - 0.1) / 0.2
    expect(maps.rec?.[9]).toBeCloseTo(3.5, 5)
    expect(analysis.peaks.rec).toBeCloseTo(3.5, 5)
    expect(analysis.findings).toHaveLength(1)
    expect(analysis.findings[0]).toMatchObject({ bbox: [1, 2, 1, 1], areaPx: 1, areaMm2: 6, peakAt: [1, 2] })
  })

  it('makes the map of the threshold even where another was wanted', () => {
    const other = { ...threshold, map: 'grad-rec' as const }
    const given = { ...outputs(), gradRec: new Float32Array(16).fill(5) }
    const { analysis, maps } = analyseSlice(ready(), given, manifest, ['rec'], other)
    expect(analysis.maps).toEqual(['rec', 'grad-rec'])
    expect(maps['grad-rec']).toHaveLength(16)
    expect(analysis.findings[0]).toMatchObject({ areaPx: 16, peak: 5 })
  })

  it('keeps the score and leaves maps at the floor where there is no foreground', () => {
    const { analysis, maps } = analyseSlice(ready(false), outputs(), manifest, ['rec'], threshold)
    expect(analysis).toMatchObject({ hasForeground: false, score: 14, findings: [] })
    expect(analysis.peaks.rec).toBeCloseTo(-0.5, 6)
    for (const value of maps.rec as Float32Array) expect(value).toBeCloseTo(-0.5, 6)
  })

  it('refuses values that are not finite', () => {
    const fails = (broken: ReturnType<typeof outputs>) =>
      expect(() => analyseSlice(ready(), broken, manifest, ['rec'], threshold)).toThrow('not finite')
    fails(outputs(NaN))
    fails(outputs(12, Infinity))
    const nan = outputs()
    nan.reconstruction[0] = NaN
    fails(nan)
  })
})
