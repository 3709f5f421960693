import { createHash } from 'node:crypto'
import { readerNameSchema, type Verdict } from '../../contract/feedback'
import { measureMask, packMask, unpackMask } from '../masks/slice-mask'
import { currentOfSubject, findVerdict } from '../verdicts/query-verdicts'
import { findSession, readerKeyOf, startSession } from '../reading/reader-sessions'
import { verdictRow } from '../verdicts/verdict-row'
import type { FeedbackStore } from '../store/open-store'
import type { ReturnedMask } from './coco'

/** What came of masks that were edited in another program. */
export interface ReturnedMasksReport {
  unchanged: number
  /** verdicts that got a new version with the edited mask */
  edited: number
  refused: { verdictId: string; reason: 'unknown-verdict' | 'replaced-meanwhile' | 'other-grid' | 'empty' }[]
}

/** UUID version 5 layout (RFC 9562) from a name: the same edit has the same id, so it is not stored twice. */
function uuidFrom(name: string): string {
  const bytes = createHash('sha1').update(name, 'utf8').digest().subarray(0, 16)
  bytes[6] = (bytes[6] & 0x0f) | 0x50
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The verdict with its masks replaced where edited; null when nothing differs. */
function withMasks(verdict: Verdict, returned: ReturnedMask[]): Verdict['masks'] | null {
  let changed = false
  const masks = verdict.masks.map((stored) => {
    const edit = returned.find(({ sliceIndex }) => sliceIndex === stored.sliceIndex)
    if (!edit || Buffer.compare(edit.mask, unpackMask(stored)) === 0) return stored
    changed = true
    return packMask(edit.mask, edit.rows, edit.columns, stored)
  })
  return changed
    ? masks.filter(({ counts, size }) => unpackMask({ ...masks[0], counts, size }).some(Boolean))
    : null
}

/** Region and slice after an edit: box and area from the mask; scores are those of the old region and go. */
function afterEdit(verdict: Verdict, masks: Verdict['masks']): Pick<Verdict, 'region' | 'image'> {
  const own = masks.find(({ sliceIndex }) => sliceIndex === verdict.image.sliceIndex) ?? masks[0]
  const measured = measureMask(unpackMask(own), own.size[1])!
  const geometry = verdict.image.geometry
  const areaMm2 = geometry ? measured.areaPx * geometry.spacingMm[0] * geometry.spacingMm[1] : null
  return {
    region: { ...measured, areaMm2, peak: null, mean: null, peakAt: verdict.region?.peakAt ?? null },
    image: { ...verdict.image, sliceIndex: own.sliceIndex, sopInstanceUid: own.sopInstanceUid }
  }
}

/**
 * Takes masks back that were exported, perhaps edited elsewhere. Unchanged ones do nothing; an edited one becomes a
 * new verdict of `reader` that says the same with the new outline. The reader's own verdict is
 * superseded; another reader's stays, and the edit stands beside it on the same subject.
 */
export function applyReturnedMasks(
  store: FeedbackStore,
  reader: string,
  returned: readonly ReturnedMask[]
): ReturnedMasksReport {
  const report: ReturnedMasksReport = { unchanged: 0, edited: 0, refused: [] }
  const readerKey = readerKeyOf(readerNameSchema.parse(reader))
  let sessionId: string | null = null
  const byVerdict = new Map<string, ReturnedMask[]>()
  for (const mask of returned) byVerdict.set(mask.verdictId, [...(byVerdict.get(mask.verdictId) ?? []), mask])
  for (const [verdictId, masks] of byVerdict) {
    const verdict = findVerdict(store, verdictId)
    const refuse = (reason: ReturnedMasksReport['refused'][number]['reason']) =>
      report.refused.push({ verdictId, reason })
    if (!verdict) refuse('unknown-verdict')
    else if (
      masks.some(({ rows, columns }) => rows !== verdict.image.rows || columns !== verdict.image.columns)
    )
      refuse('other-grid')
    else applyOne(verdict, masks, refuse)
  }
  return report

  function applyOne(
    verdict: Verdict,
    masks: ReturnedMask[],
    refuse: (reason: ReturnedMasksReport['refused'][number]['reason']) => void
  ): void {
    const edited = withMasks(verdict, masks)
    const name = edited && `${verdict.id}\n${readerKey}\n${JSON.stringify(edited.map((mask) => mask.counts))}`
    const id = name && uuidFrom(name)
    if (!edited || !id || findVerdict(store, id)) {
      report.unchanged += 1
      return
    }
    if (edited.length === 0) return void refuse('empty')
    const own = currentOfSubject(store, readerKey, verdict.subjectKey)
    const given = findSession(store, verdict.sessionId)
    const isOwn = readerKeyOf(given.reader) === readerKey
    if (isOwn ? own?.id !== verdict.id : own !== null) return void refuse('replaced-meanwhile')
    const ownSession = (sessionId ??= startSession(store, reader).id)
    store.write((append, recordedAt) => {
      append.row(
        'verdicts',
        verdictRow({
          ...verdict,
          id,
          sessionId: ownSession,
          masks: edited,
          drawing: null,
          ...afterEdit(verdict, edited),
          supersedes: own?.id ?? null,
          recordedAt,
          appVersion: store.appVersion,
          beforeReveal: false,
          blind: false
        })
      )
    })
    report.edited += 1
  }
}
