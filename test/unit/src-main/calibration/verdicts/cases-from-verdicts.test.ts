import { describe, expect, it } from 'vitest'
import { casesFromVerdicts } from '../../../../../src-main/calibration/verdicts/cases-from-verdicts'
import { countVerdicts } from '../../../../../src-main/calibration/scored-case'
import { judged, sliceOf } from './judged'

const told = (cases: { score: number; label: string | null }[]) =>
  cases.map(({ score, label }) => [score, label]).sort((a, b) => Number(a[0]) - Number(b[0]))

describe('cases from verdicts', () => {
  it('takes confirmed and missed findings for anomalous, rejected ones for normal, unsure ones for nothing', () => {
    const { cases, leftOut } = casesFromVerdicts(
      [
        judged({ kind: 'confirm', peak: 9 }),
        judged({ kind: 'missed', peak: 3, slice: 2 }),
        judged({ kind: 'missed', peak: null, slice: 3 }),
        judged({ kind: 'reject', peak: 5, slice: 1 }),
        judged({ kind: 'unsure', peak: 6, slice: 1 })
      ],
      'finding'
    )
    expect(told(cases)).toEqual([
      [3, 'anomalous'],
      [5, 'normal'],
      [9, 'anomalous']
    ])
    expect(leftOut).toEqual({ disputed: 0, unsure: 1, withoutScore: 1 })
  })

  it('leaves out what readers contradict each other on, and joins what they agree on', () => {
    const both = (kind: 'confirm' | 'reject', reader: string, subject: string) =>
      judged({ kind, reader, subject, slice: subject === 'f1' ? 1 : 2 })
    const { findings, leftOut } = casesFromVerdicts(
      [
        both('confirm', 'a', 'f1'),
        both('reject', 'b', 'f1'),
        both('confirm', 'a', 'f2'),
        both('confirm', 'b', 'f2')
      ],
      'finding'
    )
    expect(findings.map(({ id, label }) => [id, label])).toEqual([['f2', 'anomalous']])
    // the finding and its slice
    expect(leftOut.disputed).toBe(2)
  })

  it('counts a missed finding that two readers drew once', () => {
    const drawn = (reader: string, left: number) =>
      judged({ kind: 'missed', reader, subject: `missed:${reader}${left}`, bbox: [left, 1, 3, 3], peak: 3 })
    const { cases } = casesFromVerdicts([drawn('a', 2), drawn('b', 3), drawn('b', 6)], 'finding')
    expect(cases).toHaveLength(2)
  })

  it('makes a slice normal by word, or by rejections in a study read completely', () => {
    const { cases, normalSlices } = casesFromVerdicts(
      [
        judged({ kind: 'slice-normal', slice: 0, peak: 2, study: '1' }),
        judged({ kind: 'reject', slice: 1, peak: 5, study: '1' }),
        judged({ kind: 'reject', slice: 1, peak: 6, study: '2', complete: true }),
        judged({ kind: 'confirm', slice: 2, peak: 8, study: '2', complete: true }),
        judged({ kind: 'reject', slice: 2, peak: 7, study: '2', complete: true })
      ],
      'slice'
    )
    // the rejection in study 1, which was not read completely, tells nothing of its slice
    expect(told(cases)).toEqual([
      [2, 'normal'],
      [6, 'normal'],
      [7, 'anomalous']
    ])
    expect(normalSlices.map(({ patient }) => patient)).toEqual(['1', '2'])
  })

  it('takes every slice of a normal study, and its findings that nobody judged, as one verdict', () => {
    const study = judged({
      kind: 'study-normal',
      slices: [sliceOf(0, 2), sliceOf(1, 6, [6, 5.5]), sliceOf(2, 3)]
    })
    const rejected = judged({ kind: 'reject', slice: 1, peak: 6, slices: [sliceOf(1, 6, [6, 5.5])] })
    const slices = casesFromVerdicts([study, rejected], 'slice')
    expect(told(slices.cases)).toEqual([
      [2, 'normal'],
      [3, 'normal'],
      [6, 'normal']
    ])
    // the rejection decided slice 1 last
    expect(countVerdicts(slices.cases)).toBe(2)
    const findings = casesFromVerdicts([study, rejected], 'finding')
    expect(told(findings.cases)).toEqual([
      [5.5, 'normal'],
      [6, 'normal']
    ])
    expect(findings.searched).toEqual([
      { patient: '1.2', study: '1.2', group: 'MR · ACME Field 3', knownFrom: 4 }
    ])
    expect(findings.pastFindings.map(({ score }) => score).sort()).toEqual([5.5, 6])
  })

  it('draws pixels from the kept quantiles, the same number of each normal slice', () => {
    const { cases } = casesFromVerdicts(
      [
        judged({ kind: 'slice-normal', slice: 0, peak: 4 }),
        judged({ kind: 'confirm', slice: 1, peak: 9, mean: 6 })
      ],
      'pixel'
    )
    const normals = cases.filter(({ label }) => label === 'normal').map(({ score }) => score)
    expect(normals).toHaveLength(200)
    // uniform on [0, 4]: (i + 0.5) / 200 * 4
    expect(normals[0]).toBeCloseTo(0.01, 12)
    expect(normals[199]).toBeCloseTo(3.99, 12)
    expect(cases.filter(({ label }) => label === 'anomalous').map(({ score }) => score)).toEqual([6])
  })

  it('knows how far down findings were shown, and which studies were read to the end', () => {
    const { pastFindingsFloor, searched, cases } = casesFromVerdicts(
      [
        judged({ kind: 'reject', study: '1', threshold: 4 }),
        judged({ kind: 'reject', study: '2', threshold: 5, complete: true })
      ],
      'finding'
    )
    expect(pastFindingsFloor).toBe(5)
    expect(searched.map(({ study }) => study)).toEqual(['2'])
    expect(cases.map(({ studyComplete }) => studyComplete)).toEqual([false, true])
    expect(casesFromVerdicts([], 'slice')).toMatchObject({ cases: [], pastFindingsFloor: -Infinity })
  })
})
