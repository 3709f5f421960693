import type { FeedbackWarning, RejectReason } from '../../../src-main/contract/feedback'
import type { AgreementFacts, PairAgreement, SeenVerdict } from '../../../src-main/contract/feedback-channels'

/** Reasons of a rejection in the order of their digits. */
export const reasonLabels: readonly (readonly [reason: RejectReason, label: string])[] = [
  ['normal-variant', 'Normal variant'],
  ['artefact', 'Artefact'],
  ['post-operative', 'Post-operative'],
  ['wrong-place', 'Wrong place'],
  ['other', 'Other']
]

export const kindLabels: Record<SeenVerdict['kind'], string> = {
  confirm: 'Confirmed',
  reject: 'Rejected',
  unsure: 'Unsure',
  missed: 'Missed',
  'slice-normal': 'Slice normal',
  'study-normal': 'Study normal'
}

/** A sign for each kind, so that colour is never the only difference. */
export const kindSigns: Record<SeenVerdict['kind'], string> = {
  confirm: '✓',
  reject: '✕',
  unsure: '?',
  missed: '+',
  'slice-normal': '○',
  'study-normal': '○'
}

/** A verdict in words: `Rejected: artefact`. */
export function describeVerdict({ kind, reason }: Pick<SeenVerdict, 'kind' | 'reason'>): string {
  const why = reasonLabels.find(([known]) => known === reason)?.[1]
  return why ? `${kindLabels[kind]}: ${why.toLowerCase()}` : kindLabels[kind]
}

/** What two readers' agreement comes to, in a sentence; with the reason where kappa is not defined. */
export function describePair({ subjects, observed, kappa, interval }: PairAgreement): string {
  const share = `agree on ${Math.round(observed * subjects)} of ${subjects} ${subjects === 1 ? 'finding' : 'findings'}`
  if (kappa === null) {
    return `${share}. Kappa is not defined: both gave one and the same answer throughout, so nothing tells agreement from chance.`
  }
  const range = interval ? `, 95 % interval ${interval[0].toFixed(2)} to ${interval[1].toFixed(2)}` : ''
  const few = subjects < 10 ? ' Too few findings to rest anything on.' : ''
  return `${share}. Cohen’s kappa ${kappa.toFixed(2)}${range}.${few}`
}

/** Agreement of three or more readers in a sentence; null where there are not as many. */
export function describeAll({ all }: Pick<AgreementFacts, 'all'>): string | null {
  if (!all) return null
  const over = `${all.readers} readers, ${all.subjects} findings that all of them judged`
  return all.kappa === null
    ? `${over}. Fleiss’ kappa is not defined: all gave one and the same answer throughout.`
    : `${over}. Fleiss’ kappa ${all.kappa.toFixed(2)}.`
}

/** What happened to the store that the reader has to know. */
export const storeWarnings: Record<FeedbackWarning['code'], string> = {
  'store-corrupt-restored':
    'The store of verdicts was damaged and has been put right from its newest sound copy.',
  'store-corrupt-started-empty':
    'The store of verdicts was damaged and there was no copy: a new one was started. The damaged file was kept.',
  'audit-tampered': 'The store of verdicts was changed outside Nidus. See Verdicts and data, Audit.',
  'patient-salt-replaced':
    'The secret that groups studies by patient is another one than before: earlier and later studies of a patient do not join.',
  'anchor-not-written':
    'The anchor of the audit log could not be written; a cut end of the log would not be noticed.'
}

/** Faults of the audit log in plain words, by the codes of `nidus audit verify`. */
export const auditFaults: Record<string, string> = {
  'entry-changed': 'An entry of the audit log was changed.',
  'chain-broken': 'The chain of the audit log is broken.',
  'entry-missing': 'An entry of the audit log was removed.',
  'row-changed': 'A stored row was changed.',
  'row-removed': 'A stored row was removed.',
  'row-inserted': 'A row was put in past the audit log.',
  'tail-cut': 'The latest entries were cut off.',
  'anchor-missing': 'The file that anchors the audit log was removed.',
  'anchor-unreadable': 'The file that anchors the audit log is not legible.',
  'anchor-mismatch': 'The file that anchors the audit log belongs to another history.',
  'noted-at-open': 'Nidus found the store changed when it was opened at some time.',
  'schema-changed': 'A table, index or trigger of the store was changed.'
}
