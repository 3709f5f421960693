import { describe, expect, it } from 'vitest'
import type { NamedVerdict, VerdictInput } from '../../../../../src-main/contract/feedback'
import { labelSlices } from '../../../../../src-main/feedback/transfer/slice-labels'
import { makeImage, makeVerdict } from '../make-verdict'

let counter = 0
function given(
  reader: string,
  changes: Partial<VerdictInput>,
  subjectKey = `finding:${(counter += 1)}`
): NamedVerdict {
  return {
    ...makeVerdict(changes),
    ...{
      id: `${(counter += 1)}`,
      sessionId: 's',
      subjectKey,
      supersedes: null,
      recordedAt: '',
      appVersion: '1'
    },
    ...{ beforeReveal: false, blind: true, reader, readerKey: reader }
  }
}
const onSlice = (sliceIndex: number) => makeImage({ sliceIndex, sopInstanceUid: `1.${sliceIndex}` })
const rejected: Partial<VerdictInput> = { kind: 'reject', reason: 'artefact', masks: [] }

describe('labelSlices', () => {
  it('labels by what was said, and leaves what is uncertain', () => {
    const normal: Partial<VerdictInput> = { kind: 'slice-normal', region: null, masks: [], analysis: null }
    const verdicts = [
      given('a', { image: onSlice(0), masks: [] }), // confirmed
      given('a', { ...rejected, image: onSlice(0) }), // another finding of the same slice rejected: still anomalous
      given('a', { ...rejected, image: onSlice(1) }), // rejected, reading complete
      given('b', { ...rejected, image: onSlice(2) }), // rejected, reading not complete
      given('b', { ...normal, image: onSlice(3) }),
      given('b', { kind: 'unsure', masks: [], image: onSlice(4) }),
      given('a', { masks: [], image: onSlice(5) }), // confirmed by one,
      given('b', { ...normal, image: onSlice(5) }), // normal for the other
      given('a', { masks: [], image: onSlice(6) }, 'finding:same'), // the same finding confirmed
      given('b', { ...rejected, image: onSlice(6) }, 'finding:same') // and rejected
    ]
    const { labels, left } = labelSlices(verdicts, ({ readerKey }) => readerKey === 'a')
    expect(labels.map(({ sliceIndex, label }) => [sliceIndex, label])).toEqual([
      [0, 'anomalous'],
      [1, 'normal'],
      [3, 'normal']
    ])
    expect(left.map(({ sliceIndex, reason }) => [sliceIndex, reason])).toEqual([
      [2, 'only-rejected-findings'],
      [4, 'unsure'],
      [5, 'readers-disagree'],
      [6, 'readers-disagree']
    ])
  })

  it('spreads masks and normal studies over their slices', () => {
    const base = makeVerdict()
    const [mask] = base.masks
    const [statistics] = base.analysis!.slices
    const verdicts = [
      given('a', { masks: [mask, { ...mask, sliceIndex: 4 }] }),
      given('a', {
        ...{ kind: 'study-normal', region: null, masks: [] },
        image: makeImage({
          studyInstanceUid: '2',
          seriesInstanceUid: '2.1',
          sliceIndex: null,
          sopInstanceUid: null
        }),
        analysis: { ...base.analysis!, slices: [0, 1].map((sliceIndex) => ({ ...statistics, sliceIndex })) }
      })
    ]
    const { labels } = labelSlices(verdicts, () => false)
    expect(
      labels.map(({ seriesInstanceUid, sliceIndex, label, masks }) => [
        seriesInstanceUid,
        sliceIndex,
        label,
        masks.length
      ])
    ).toEqual([
      ['1.2.826.1.1', 3, 'anomalous', 1],
      ['1.2.826.1.1', 4, 'anomalous', 1],
      ['2.1', 0, 'normal', 0],
      ['2.1', 1, 'normal', 0]
    ])
  })
})
