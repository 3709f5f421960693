import { describe, expect, it } from 'vitest'
import type { PairAgreement } from '../../../../src-main/contract/feedback-channels'
import {
  describeAll,
  describePair,
  describeVerdict
} from '../../../../src-renderer/features/verdicts/verdict-words'

const pair: PairAgreement = {
  readers: ['A', 'B'],
  subjects: 20,
  observed: 0.9,
  expected: 0.5,
  kappa: 0.8,
  interval: [0.55, 1]
}

describe('verdicts in words', () => {
  it('name the reason of a rejection', () => {
    expect(describeVerdict({ kind: 'reject', reason: 'wrong-place' })).toBe('Rejected: wrong place')
    expect(describeVerdict({ kind: 'unsure', reason: null })).toBe('Unsure')
  })

  it('give kappa with its interval, and a warning where there is little behind it', () => {
    expect(describePair(pair)).toBe(
      'agree on 18 of 20 findings. Cohen’s kappa 0.80, 95 % interval 0.55 to 1.00.'
    )
    expect(describePair({ ...pair, subjects: 2, observed: 0.5 })).toContain('Too few findings')
  })

  it('say why kappa is not defined instead of giving a number', () => {
    const same = describePair({ ...pair, observed: 1, expected: 1, kappa: null, interval: null })
    expect(same).toContain('agree on 20 of 20')
    expect(same).toContain('not defined')
    expect(same).not.toMatch(/kappa -?\d/)
    expect(describeAll({ all: null })).toBeNull()
    expect(
      describeAll({ all: { readers: 3, subjects: 4, observed: 1, expected: 1, kappa: null } })
    ).toContain('not defined')
  })
})
