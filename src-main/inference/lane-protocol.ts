import type { UsedProvider } from '../contract/analysis'
import type { ErrorCode, ErrorContext } from '../contract/errors'
import type { SessionFacts } from './network-session'
import type { SampleOutputs } from './sample-outputs'

/** Messages to a lane, a thread with a session of its own: `open` once, then batches, one at a time. */
export type ToLane =
  | { kind: 'open'; graph: Uint8Array; provider: UsedProvider; threads: number; facts: SessionFacts }
  | { kind: 'run'; samples: Float32Array[] }

/** The one answer to each of them. */
export type FromLane =
  | { kind: 'opened' }
  | { kind: 'done'; outputs: SampleOutputs[] }
  | { kind: 'failed'; code: ErrorCode; context: ErrorContext }
