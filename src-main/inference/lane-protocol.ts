import type { UsedProvider } from '../contract/analysis'
import type { ErrorCode, ErrorContext } from '../contract/errors'
import type { SessionFacts } from './network-session'
import type { SampleOutputs } from './sample-outputs'

/** Messages to a lane, a process with a session of its own: `open` once, then batches, one at a time. */
export type ToLane =
  | { kind: 'open'; graph: Uint8Array; provider: UsedProvider; threads: number; facts: SessionFacts }
  | { kind: 'run'; samples: Float32Array[] }

/** The one answer to each of them. */
export type FromLane =
  | { kind: 'opened' }
  | { kind: 'done'; outputs: SampleOutputs[] }
  | { kind: 'failed'; code: ErrorCode; context: ErrorContext }

/** A lane's process, seen from the engine. */
export interface LaneProcess {
  post(message: ToLane): void
  onMessage(listener: (message: FromLane) => void): void
  /** fulfilled when the process has ended or could not be started */
  exited: Promise<void>
  kill(): void
}

/** Starts a process that runs serveLane. */
export type SpawnLane = () => LaneProcess

/** The engine, seen from the process of a lane. */
export interface LanePort {
  post(message: FromLane): void
  onMessage(listener: (message: ToLane) => void): void
}
