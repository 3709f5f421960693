import { describe, expect, it } from 'vitest'
import {
  applyLabels,
  readLabelTable,
  readScoreTable
} from '../../../../src-main/calibration/read-score-table'

describe('score tables', () => {
  it('take columns in any order, quotes, semicolons, byte order marks and dates', () => {
    const text =
      '\ufeffscore;id;patient;time;group\r\n1.5;a;p1;2026-01-02;"MR; ""3T"""\r\n\r\n-2e-3;b;p2;2026-01-02T10:00;\r\n'
    const { cases, skipped } = readScoreTable(text)
    expect(skipped).toEqual([])
    // Python: datetime(2026, 1, 2, tzinfo=utc).timestamp() = 1767312000
    expect(cases).toEqual([
      {
        id: 'a',
        patient: 'p1',
        study: undefined,
        score: 1.5,
        label: null,
        studyComplete: false,
        group: 'MR; "3T"',
        time: 1767312000000
      },
      {
        id: 'b',
        patient: 'p2',
        study: undefined,
        score: -0.002,
        label: null,
        studyComplete: false,
        group: undefined,
        time: 1767312000000 + 36000000
      }
    ])
  })

  it('list rows they cannot use by line', () => {
    const { cases, skipped } = readScoreTable(
      'id,patient,score,time\na,p,1,\na,p,2,\n,p,3,\nc,,3,\nd,p,NaN,\ne,p,,\nf,p,4,soon\n'
    )
    expect(cases.map(({ id }) => id)).toEqual(['a'])
    expect(skipped).toEqual([
      { line: 3, reason: 'id occurs twice' },
      { line: 4, reason: 'no id' },
      { line: 5, reason: 'no patient' },
      { line: 6, reason: 'score is no finite number' },
      { line: 7, reason: 'score is no finite number' },
      { line: 8, reason: 'time is neither a number nor an ISO date' }
    ])
  })

  it('refuse a head line without the needed columns', () => {
    expect(() => readScoreTable('id,score\na,1\n')).toThrow('lacks patient')
    expect(() => readScoreTable('')).toThrow('lacks id, patient, score')
    expect(() => readLabelTable('id\na\n')).toThrow('lacks label')
  })

  it('put the latest verdict to each case', () => {
    const labels = readLabelTable(
      'id,label,complete\na,normal,1\nb,1,\na,Anomalous,no\nc,maybe,1\nd,0,perhaps\n'
    )
    expect(labels.skipped.map(({ line }) => line)).toEqual([5, 6])
    const { cases } = readScoreTable('id,patient,score\na,p,1\nb,p,2\nc,p,3\n')
    expect(applyLabels(cases, labels).map(({ label, studyComplete }) => [label, studyComplete])).toEqual([
      ['anomalous', false],
      ['anomalous', false],
      [null, false]
    ])
    const complete = readLabelTable('id,label\nb,1.0\n', true)
    expect(complete.labels.get('b')).toEqual({ label: 'anomalous', complete: true })
  })
})
