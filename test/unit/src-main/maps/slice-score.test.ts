import { describe, expect, it } from 'vitest'
import { nameSliceScore } from '../../../../src-main/contract/name-slice-score'
import type { ModelManifest } from '../../../../src-main/contract/manifest'
import { scoredMapOf, sliceScoreOf } from '../../../../src-main/maps/slice-score'
import { makeManifest } from '../../../helpers/make-manifest'

type Choice = ModelManifest['sliceScore']['score']

const manifest = (score: Choice): ModelManifest =>
  makeManifest({
    losses: { reconstruction: 'l1', beta: 0.5 },
    sliceScore: { score, median: 0, spread: 1 }
  })
const refuse = (): never => {
  throw new Error('no map is needed')
}
const eroded = Uint8Array.of(0, 1, 1, 1, 1, 1)
const plane = Float32Array.of(99, 4, 1, 3, 2, 0)

describe('sliceScoreOf', () => {
  it('is the ELBO where the manifest says nothing else', () => {
    // rec + beta * KL = 12 + 0.5 * 4
    for (const score of [undefined, { rule: 'elbo' as const }]) {
      expect(sliceScoreOf({ rec: 12, kl: 4 }, manifest(score), eroded, refuse)).toBe(14)
      expect(sliceScoreOf({ rec: 12, kl: null }, manifest(score), eroded, refuse)).toBe(12)
    }
  })

  it('is KL alone', () => {
    expect(sliceScoreOf({ rec: 12, kl: 4 }, manifest({ rule: 'kl' }), eroded, refuse)).toBe(4)
  })

  it('is a quantile of the asked map inside the eroded foreground', () => {
    const score = { rule: 'map-quantile' as const, map: 'rec' as const, quantile: 0.9 }
    const asked: string[] = []
    const found = sliceScoreOf({ rec: 12, kl: 4 }, manifest(score), eroded, (map) => {
      asked.push(map)
      return plane
    })
    // of 0, 1, 2, 3, 4: rank 3.6
    expect(found).toBeCloseTo(3.6, 6)
    expect(asked).toEqual(['rec'])
    expect(sliceScoreOf({ rec: 12, kl: 4 }, manifest(score), new Uint8Array(6), () => plane)).toBe(0)
  })

  it('names the map that has to be made, and itself', () => {
    const score = { rule: 'map-quantile' as const, map: 'combi' as const, quantile: 0.995 }
    expect(scoredMapOf(manifest(score))).toBe('combi')
    expect(nameSliceScore({ score, median: 0, spread: 1 })).toBe('99.5 % quantile of combi')
    expect(scoredMapOf(manifest({ rule: 'kl' }))).toBeNull()
    expect(nameSliceScore({ score: { rule: 'kl' }, median: 0, spread: 1 })).toBe('KL')
    expect(scoredMapOf(manifest(undefined))).toBeNull()
    expect(nameSliceScore({ median: 0, spread: 1 })).toBe('ELBO')
  })
})
