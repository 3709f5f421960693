import type {
  AnalysedSlice,
  EngineProcess,
  FromEngine,
  ToEngine
} from '../../src-main/inference/engine-protocol'

/** An engine process that does what a test tells it to. */
export class FakeEngine implements EngineProcess {
  readonly received: ToEngine[] = []
  killed = false
  private readonly listeners: ((message: FromEngine) => void)[] = []
  private exited: ((exitCode: number | null, signal: string | null) => void)[] = []

  /** @param behave called with each message of the parent */
  constructor(private readonly behave: (message: ToEngine, engine: FakeEngine) => void) {}

  post(message: ToEngine): void {
    this.received.push(message)
    setImmediate(() => this.behave(message, this))
  }
  onMessage(listener: (message: FromEngine) => void): void {
    this.listeners.push(listener)
  }
  onExit(listener: (exitCode: number | null, signal: string | null) => void): void {
    this.exited.push(listener)
  }
  kill(): void {
    this.killed = true
    this.exit(null, 'SIGKILL')
  }

  say(message: FromEngine): void {
    for (const listener of this.listeners) listener(message)
  }
  exit(exitCode: number | null, signal: string | null = null): void {
    const exited = this.exited
    this.exited = []
    for (const listener of exited) listener(exitCode, signal)
  }
  slice(runId: number, index: number): void {
    this.say({ kind: 'slice', runId, slice: { analysis: { index } } as AnalysedSlice })
  }
  ended(runId: number, outcome: 'done' | 'cancelled' = 'done'): void {
    const timingsMs = { start: 1, load: 2, preprocess: 3, inference: 4, maps: 5 }
    this.say({ kind: 'ended', runId, outcome, timingsMs })
  }
}
