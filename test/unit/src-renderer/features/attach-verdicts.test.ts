import { describe, expect, it } from 'vitest'
import type { SeenVerdict } from '../../../../src-main/contract/feedback-channels'
import type { JoinedFinding } from '../../../../src-main/contract/analysis'
import { findRegions } from '../../../../src-main/maps/find-regions'
import { joinFindings } from '../../../../src-main/maps/join-findings'
import { attachVerdicts } from '../../../../src-renderer/features/verdicts/attach-verdicts'

const [rows, columns] = [20, 30]

/** Two hills on one slice: 10 high at (6, 8) and 8 high at (16, 8), falling by one a pixel; a saddle of 3 between. */
function hills(shiftX = 0): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [x, y] = [(i % columns) - shiftX, Math.floor(i / columns)]
    const far = (px: number) => Math.max(Math.abs(x - px), Math.abs(y - 8))
    return Math.max(10 - far(6), 8 - far(16), 0)
  })
}

function bodiesAt(threshold: number, map = hills()): JoinedFinding[] {
  const regions = findRegions(map, rows, columns, threshold, [1, 1])
  return joinFindings([regions], { links: [], extentsMm: null }, { minAreaMm2: 0, minAreaPx: 0 })
}

const source = { seriesInstanceUid: '1.2', modelSha256: 'ab', map: 'rec' as const }

function verdictOn(body: JoinedFinding, changes: Partial<SeenVerdict> = {}): SeenVerdict {
  const { finding } = body.parts[0]
  return {
    id: `v-${finding.peakAt.join('-')}`,
    subjectKey: 'finding:1',
    kind: 'reject',
    reason: 'artefact',
    text: '',
    reader: 'A',
    mine: true,
    recordedAt: '2026-01-01T00:00:00.000Z',
    beforeReveal: false,
    blind: true,
    seriesInstanceUid: '1.2',
    sopInstanceUid: null,
    sliceIndex: 0,
    region: finding,
    drawing: null,
    maskSlices: [0],
    map: 'rec',
    modelSha256: 'ab',
    threshold: 5,
    ...changes
  }
}

describe('attachVerdicts', () => {
  const [high, low] = bodiesAt(5)

  it('starts from two findings with the peaks that were put there', () => {
    expect([high.peakAt, low.peakAt]).toEqual([
      [6, 8],
      [16, 8]
    ])
  })

  it('keeps a verdict on its finding at every threshold at which the finding is by itself', () => {
    const verdict = verdictOn(low)
    for (const threshold of [4.5, 5, 6, 7.5]) {
      const bodies = bodiesAt(threshold)
      const place = bodies.findIndex(({ peakAt }) => peakAt[0] === 16)
      expect(attachVerdicts(bodies, [verdict], source)[place].mine).toBe(verdict)
    }
  })

  it('keeps the word on the higher one when both grow together, and leaves that on the lower one by itself', () => {
    const bodies = bodiesAt(2)
    expect(bodies).toHaveLength(1)
    const onHigh = verdictOn(high)
    expect(attachVerdicts(bodies, [verdictOn(low), onHigh], source)[0].mine).toBe(onHigh)
    // 7 x 7 pixels of a region that is 27 wide: not the one that was judged
    expect(attachVerdicts(bodies, [verdictOn(low)], source)[0].mine).toBeNull()
  })

  it('attaches to none once the threshold passes the peak', () => {
    expect(attachVerdicts(bodiesAt(9), [verdictOn(low)], source)).toEqual([{ mine: null, others: [] }])
  })

  it('follows a peak that moved by a pixel on another processor', () => {
    const verdict = verdictOn(low)
    const [, moved] = bodiesAt(5, hills(1))
    expect(moved.peakAt).toEqual([17, 8])
    // boxes 7 wide, moved by 1: 6 of 8 columns in common
    expect(attachVerdicts([moved], [verdict], source)[0].mine).toBe(verdict)
    const [, far] = bodiesAt(5, hills(4))
    expect(attachVerdicts([far], [verdict], source)[0].mine).toBeNull()
  })

  it('says nothing of findings of another map, model, series or slice', () => {
    const strangers = [
      verdictOn(high, { map: 'combi' }),
      verdictOn(high, { modelSha256: 'cd' }),
      verdictOn(high, { seriesInstanceUid: '1.3' }),
      verdictOn(high, { sliceIndex: 1 })
    ]
    for (const verdict of strangers) expect(attachVerdicts([high], [verdict], source)[0].mine).toBeNull()
  })

  it('keeps other readers apart from the own word', () => {
    const mine = verdictOn(high)
    const other = verdictOn(high, { id: 'o', reader: 'B', mine: false, kind: 'confirm', reason: null })
    expect(attachVerdicts([high], [other, mine], source)[0]).toEqual({ mine, others: [other] })
  })
})
