import { NidusError } from '../contract/errors'
import type { EngineProcess, EngineRequest, FromEngine, SpawnEngine } from './engine-protocol'

/** How one attempt to run a request in the engine process ended. */
export type Attempt =
  | { kind: 'ended'; outcome: 'done' | 'cancelled' }
  | { kind: 'crashed'; reason: string }
  | { kind: 'failed'; error: NidusError }

/** The line to one engine process: starts it when there is none and notices when it is gone. */
export class EngineLink {
  private engine: EngineProcess | null = null
  private receive: ((message: FromEngine) => void) | null = null
  private lost: ((reason: string) => void) | null = null
  private runCount = 0
  private readonly children = new Set<EngineProcess>()

  /** @param cancelGraceMs after which a process that does not answer a cancel is ended */
  constructor(
    private readonly start: SpawnEngine,
    private readonly cancelGraceMs: number
  ) {}

  /**
   * Runs a request to its end in the engine process, whatever that end is. One at a time.
   * @param receive gets the messages of this attempt only; after an abort only its end
   */
  attempt(
    request: EngineRequest,
    receive: (message: FromEngine) => void,
    signal?: AbortSignal
  ): Promise<Attempt> {
    const runId = ++this.runCount
    const engine = (this.engine ??= this.connect())
    return new Promise<Attempt>((resolve) => {
      let grace: ReturnType<typeof setTimeout> | undefined
      const settle = (attempt: Attempt): void => {
        clearTimeout(grace)
        signal?.removeEventListener('abort', cancel)
        this.receive = null
        this.lost = null
        resolve(attempt)
      }
      const cancel = (): void => {
        engine.post({ kind: 'cancel', runId })
        // The network itself cannot be interrupted; a process that stays silent is ended.
        grace = setTimeout(() => engine.kill(), this.cancelGraceMs)
      }
      this.receive = (message) => {
        if (message.kind === 'probed' || message.runId !== runId) return
        // Slices that were on their way when the cancel was sent are dropped: the caller has been told to stop.
        if (!signal?.aborted || message.kind === 'ended') receive(message)
        if (message.kind === 'ended') settle({ kind: 'ended', outcome: message.outcome })
        if (message.kind === 'failed') {
          settle({ kind: 'failed', error: new NidusError(message.code, message.context) })
        }
      }
      this.lost = (reason) => settle({ kind: 'crashed', reason })
      if (signal?.aborted) cancel()
      else signal?.addEventListener('abort', cancel)
      engine.post({ kind: 'analyse', runId, request })
    })
  }

  /** Starts a process apart from the one in use, a trial of a provider for one; killAll ends it too. */
  spawn(): EngineProcess {
    const child = this.start()
    this.children.add(child)
    child.onExit(() => this.children.delete(child))
    return child
  }

  /** Ends every process that was started here. */
  killAll(): void {
    for (const child of [...this.children]) child.kill()
  }

  private connect(): EngineProcess {
    const engine = this.spawn()
    engine.onMessage((message) => {
      if (this.engine === engine) this.receive?.(message)
    })
    engine.onExit((exitCode, signal) => {
      if (this.engine !== engine) return
      this.engine = null
      this.lost?.(`the engine process ended (${signal ?? `exit code ${exitCode}`})`)
    })
    return engine
  }
}
