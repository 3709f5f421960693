import { vi } from 'vitest'
import type { ChannelName } from '../../../../src-main/contract/channel-names'

type FeedbackChannel = Extract<ChannelName, `feedback:${string}`>

/** Services behind the channels of verdicts, each answering with its own name. */
export function feedbackServices() {
  return {
    feedback: {
      state: vi.fn(async () => 'state' as never),
      startSession: vi.fn(async () => 'started' as never),
      endSession: vi.fn(() => 'ended' as never),
      recordReading: vi.fn(async () => null),
      study: vi.fn(async () => null),
      add: vi.fn(async () => 'added' as never),
      annotate: vi.fn(async () => 'annotated' as never),
      sayAgain: vi.fn(async () => 'said again' as never),
      retract: vi.fn(async () => 'retracted' as never),
      unblind: vi.fn(async () => 'unblinded' as never),
      restore: vi.fn(async () => 'restored' as never),
      reader: 'A. Reader'
    },
    askFeedback: vi.fn(async (name: string) => `asked ${name}` as never),
    chooseExportPlace: vi.fn(async (): Promise<string | null> => '/out'),
    chooseImport: vi.fn(async (): Promise<string[] | null> => ['/in'])
  }
}

const seriesId = 's'
const finding = {
  kind: 'confirm',
  seriesId,
  map: 'combi',
  threshold: 4.5,
  sliceIndex: 3,
  peakAt: [10, 20]
}
const ellipse = { tool: 'ellipse', centre: [10, 12], radii: [4, 2], angleRad: 0 }
const stamp = '2026-11-22T19-30-00-000Z'

/** For every channel: a request that it takes, what it answers, and requests that it must refuse. */
export const feedbackCases: Record<FeedbackChannel, { good: unknown; answer: unknown; bad: unknown[] }> = {
  'feedback:state': { good: undefined, answer: 'state', bad: [{}] },
  'feedback:start-session': {
    good: { reader: ' A.  Reader ' },
    answer: 'started',
    bad: [undefined, { reader: '  ' }, { reader: 'x'.repeat(81) }, { reader: 'A\u0000B' }]
  },
  'feedback:end-session': { good: undefined, answer: 'ended', bad: [null] },
  'feedback:record-reading': {
    good: { seriesId, event: 'revealed' },
    answer: null,
    bad: [{ seriesId }, { seriesId, event: 'hidden' }, { event: 'opened' }]
  },
  'feedback:study': { good: { seriesId }, answer: null, bad: [{}, { seriesId: 7 }] },
  'feedback:add': {
    good: finding,
    answer: 'added',
    bad: [
      undefined,
      { ...finding, kind: 'retracted' },
      { ...finding, kind: 'reject' },
      { ...finding, kind: 'reject', reason: 'boring' },
      { ...finding, peakAt: [-1, 0] },
      { ...finding, peakAt: [1] },
      { ...finding, threshold: NaN },
      { ...finding, map: 'nothing' },
      { ...finding, text: 'x'.repeat(4001) },
      { kind: 'missed', seriesId, sliceIndex: 1 },
      { kind: 'missed', seriesId, sliceIndex: 1, drawing: { ...ellipse, radii: [0, 2] } },
      { kind: 'missed', seriesId, sliceIndex: 1, drawing: { tool: 'freehand', outline: [[1, 1]] } },
      { kind: 'slice-normal', seriesId },
      { kind: 'study-normal' }
    ]
  },
  'feedback:annotate': {
    good: { seriesId, verdictId: 'v', text: 'seen' },
    answer: 'annotated',
    bad: [{ seriesId, verdictId: 'v' }]
  },
  'feedback:say-again': {
    good: { seriesId, subjectKey: 'finding:1', verdictId: null },
    answer: 'said again',
    bad: [
      { seriesId, verdictId: 'v' },
      { seriesId, subjectKey: 'finding:1' }
    ]
  },
  'feedback:retract': { good: { seriesId, verdictId: 'v' }, answer: 'retracted', bad: [{ seriesId }] },
  'feedback:unblind': {
    good: { seriesId, reason: 'consensus' },
    answer: 'unblinded',
    bad: [
      { seriesId, reason: ' ' },
      { seriesId, reason: 'x'.repeat(501) }
    ]
  },
  'feedback:summary': { good: undefined, answer: 'asked summarise', bad: [1] },
  'feedback:export': {
    good: { format: 'coco' },
    answer: 'asked exportFeedback',
    bad: [{ format: 'xml' }, {}]
  },
  'feedback:import': { good: { what: 'folder' }, answer: 'asked importFeedback', bad: [{ what: '/etc' }] },
  'feedback:verify': { good: undefined, answer: 'asked verify', bad: ['x'] },
  'feedback:backups': { good: undefined, answer: 'asked listBackups', bad: [[]] },
  'feedback:back-up': { good: undefined, answer: 'asked backUp', bad: [true] },
  'feedback:restore': {
    good: { stamp },
    answer: 'restored',
    bad: [{ stamp: '../../etc/passwd' }, { stamp: `${stamp}/..` }, {}]
  }
}
