import { describe, expect, it } from 'vitest'
import { cohensKappa } from '../../../../../src-main/feedback/agreement/cohens-kappa'
import { fleissKappa } from '../../../../../src-main/feedback/agreement/fleiss-kappa'
import { readerAgreement } from '../../../../../src-main/feedback/agreement/reader-agreement'
import { startSession } from '../../../../../src-main/feedback/reading/reader-sessions'
import { recordReading } from '../../../../../src-main/feedback/reading/record-reading'
import { unblind } from '../../../../../src-main/feedback/reading/unblind'
import { addVerdict, retractVerdict } from '../../../../../src-main/feedback/verdicts/add-verdict'
import { makeImage, makeRejection, makeVerdict } from '../make-verdict'
import { temporaryStore } from '../temporary-store'

describe('cohensKappa', () => {
  it('equals scikit-learn and statsmodels', () => {
    // sklearn.metrics.cohen_kappa_score; statsmodels.stats.inter_rater.cohens_kappa (0.15.0): kappa, std_kappa,
    // kappa_low, kappa_upp
    const result = cohensKappa([
      [20, 5, 1],
      [10, 15, 2],
      [0, 3, 4]
    ])
    expect(result.subjects).toBe(60)
    expect(result.kappa).toBeCloseTo(0.41395348837209306, 12)
    expect(result.standardError).toBeCloseTo(0.10286464210520896, 12)
    expect(result.interval![0]).toBeCloseTo(0.21234249456328105, 12)
    expect(result.interval![1]).toBeCloseTo(0.6155644821809051, 12)
  })

  it('has no kappa where chance alone always agrees, and refuses nothing at all', () => {
    expect(
      cohensKappa([
        [7, 0],
        [0, 0]
      ])
    ).toMatchObject({ kappa: null, interval: null, observed: 1 })
    expect(() =>
      cohensKappa([
        [0, 0],
        [0, 0]
      ])
    ).toThrow(expect.objectContaining({ code: 'request-invalid' }))
  })
})

describe('fleissKappa', () => {
  it('equals statsmodels on the example of Fleiss 1971 and on three readers', () => {
    // statsmodels.stats.inter_rater.fleiss_kappa
    const example = [
      [0, 0, 0, 0, 14],
      [0, 2, 6, 4, 2],
      [0, 0, 3, 5, 6],
      [0, 3, 9, 2, 0],
      [2, 2, 8, 1, 1],
      [7, 7, 0, 0, 0],
      [3, 2, 6, 3, 0],
      [2, 5, 3, 2, 2],
      [6, 5, 2, 1, 0],
      [0, 2, 2, 3, 7]
    ]
    expect(fleissKappa(example).kappa).toBeCloseTo(0.20993070442195522, 12)
    const three = [
      [3, 0, 0],
      [2, 1, 0],
      [0, 3, 0],
      [1, 1, 1],
      [0, 2, 1],
      [3, 0, 0]
    ]
    expect(fleissKappa(three).kappa).toBeCloseTo(0.33684210526315783, 12)
  })

  it('refuses unequal numbers of readers', () => {
    expect(() =>
      fleissKappa([
        [2, 0],
        [1, 0]
      ])
    ).toThrow(expect.objectContaining({ code: 'request-invalid' }))
    expect(fleissKappa([[3, 0]]).kappa).toBe(null)
  })
})

describe('readerAgreement', () => {
  const study = makeImage().studyInstanceUid
  const say = (kind: 'confirm' | 'reject' | 'unsure', place: number) =>
    kind === 'reject'
      ? makeRejection([place, 0])
      : makeVerdict({ kind, region: { ...makeVerdict().region!, peakAt: [place, 0] } })

  it('counts the last blind word of readers who are done', async () => {
    const store = await temporaryStore()
    const sessions = ['A', 'B', 'C'].map((reader) => startSession(store, reader).id)
    // the three-reader table of the Fleiss test: columns confirm, reject, unsure
    const words = [
      ['confirm', 'confirm', 'confirm'],
      ['confirm', 'confirm', 'reject'],
      ['reject', 'reject', 'reject'],
      ['confirm', 'reject', 'unsure'],
      ['reject', 'unsure', 'reject'],
      ['confirm', 'confirm', 'confirm']
    ] as const
    // A first says something else and changes it; B judges and retracts a finding of his own
    addVerdict(store, sessions[0], say('unsure', 0))
    words.forEach((row, place) => row.forEach((word, i) => addVerdict(store, sessions[i], say(word, place))))
    retractVerdict(store, sessions[1], addVerdict(store, sessions[1], say('confirm', 9)).id)
    expect(readerAgreement(store)).toMatchObject({ pairs: [], all: null, studiesStillBeingRead: 1 })
    sessions.forEach((id) => recordReading(store, id, study, 'completed'))
    unblind(store, sessions[0], study, 'consensus')
    // after unblinding A follows B: that is no agreement of two minds
    addVerdict(store, sessions[0], say('unsure', 4))
    const result = readerAgreement(store)
    expect(result.all!.kappa).toBeCloseTo(0.33684210526315783, 12)
    expect(result.sharedFindings).toBe(6)
    expect(result.pairs.map(({ readers }) => readers.join())).toEqual(['a,b', 'a,c', 'b,c'])
    // A and B: sklearn.metrics.cohen_kappa_score([0,0,1,0,1,0], [0,0,1,1,2,0]) = 0.4
    expect(result.pairs[0].agreement.kappa).toBeCloseTo(0.4, 12)
  })
})
