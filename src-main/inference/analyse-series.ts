import { performance } from 'node:perf_hooks'
import type { ProviderReport, UsedProvider } from '../contract/analysis'
import type { EngineState } from '../contract/channels'
import { NidusError } from '../contract/errors'
import { chooseProvider, type ProbeOutcome } from './choose-provider'
import { EngineLink } from './engine-link'
import type {
  AnalyseEvents,
  AnalyseOutcome,
  AnalyseRequest,
  FromEngine,
  RunTimings,
  SpawnEngine
} from './engine-protocol'
import { limitRate } from './limit-rate'
import { probeInProcess } from './probe-in-process'
import { ProviderVerdicts, type DescribeMachine } from './provider-verdicts'
import type { Remembered } from './remembered'

export interface EngineOptions {
  platform?: NodeJS.Platform
  /** why a provider cannot be tried at all here, or null; by default all can */
  missing?(provider: UsedProvider): string | null
  /** driver, system and runtime, which verdicts on providers depend on */
  describeMachine?: DescribeMachine
  /** verdicts on providers from earlier runs of Nidus */
  verdicts?: Remembered<ProbeOutcome>
  /** after which a provider under trial counts as hanging; the first start of CUDA takes many seconds */
  probeTimeoutMs?: number
  /** after which a process that does not answer a cancel is ended */
  cancelGraceMs?: number
}

/** Crashes in a row, without one slice finished in between, after which a run is given up. */
const mostCrashes = 3

/** Slices that a run may leave out because the process crashes on them. */
const mostGivenUp = 3

/**
 * The parent's hold on the engine process: starts it when needed, runs one request at a time (others wait), and
 * brings a run through crashes of the process: a new one gets the unfinished slices, so that none is lost and
 * none comes twice. A provider that fails or crashes twice gives way to the CPU.
 */
export class Engine {
  private lastRun: Promise<unknown> = Promise.resolve()
  private disposed = false
  private readonly link: EngineLink
  private readonly verdicts: ProviderVerdicts
  private readonly stateListeners = new Set<(state: EngineState) => void>()
  private readonly options: Required<Omit<EngineOptions, 'verdicts' | 'describeMachine'>>
  private current: EngineState = { status: 'idle', provider: null, message: '' }

  /** @param spawn starts an engine process: of Node for the command line, of Electron for the app */
  constructor(spawn: SpawnEngine, options: EngineOptions = {}) {
    this.options = {
      platform: process.platform,
      missing: () => null,
      probeTimeoutMs: 60_000,
      cancelGraceMs: 5_000,
      ...options
    }
    this.verdicts = new ProviderVerdicts(options.describeMachine ?? (() => ''), options.verdicts)
    this.link = new EngineLink(spawn, this.options.cancelGraceMs)
  }

  /** What the status bar shows. */
  get state(): EngineState {
    return this.current
  }

  /** Calls the listener on every change of state; returns the function that stops that. */
  onState(listener: (state: EngineState) => void): () => void {
    this.stateListeners.add(listener)
    return () => this.stateListeners.delete(listener)
  }

  /**
   * Analyses slices of a series; results arrive through the events, in the order in which they are done.
   * A slice that cannot be read or analysed is reported as failed and the rest goes on.
   * @throws engine-crashed (three restarts in a row without one slice done), model-*, onnx-*, engine-failed
   */
  analyse(request: AnalyseRequest, events: AnalyseEvents, signal?: AbortSignal): Promise<AnalyseOutcome> {
    const run = this.lastRun.then(() => this.run(request, events, signal))
    this.lastRun = run.catch(() => undefined)
    return run
  }

  /** Ends the engine process; a run in progress ends as cancelled. */
  async dispose(): Promise<void> {
    this.disposed = true
    this.link.killAll()
    await this.lastRun
  }

  private async run(
    request: AnalyseRequest,
    events: AnalyseEvents,
    signal?: AbortSignal
  ): Promise<AnalyseOutcome> {
    const started = performance.now()
    const total = request.sliceIndexes.length
    const unfinished = new Set(request.sliceIndexes)
    const timingsMs: RunTimings = { start: 0, load: 0, preprocess: 0, inference: 0, maps: 0, total: 0 }
    const progress = limitRate(
      (p: Parameters<NonNullable<AnalyseEvents['onProgress']>>[0]) => events.onProgress?.(p),
      100
    )
    const report = (stage: 'starting engine' | 'reading' | 'analysing' | 'restarting engine'): void =>
      progress.push({ stage, done: total - unfinished.size, total })
    let provider: ProviderReport = {
      requested: request.provider,
      used: 'cpu',
      reason: 'not started',
      tried: []
    }
    let crashes = 0
    let givenUp = 0

    const finish = (outcome: 'done' | 'cancelled'): AnalyseOutcome => {
      if (outcome === 'done') progress.flush()
      this.setState('idle', '')
      timingsMs.total = performance.now() - started
      return { outcome, provider, timingsMs }
    }
    const advance = (): void => {
      crashes = 0
      if (this.current.status === 'restarting') this.setState('running', '')
      report('analysing')
    }
    const receive = (message: FromEngine): void => {
      if (message.kind === 'slice' && unfinished.delete(message.slice.analysis.index)) {
        events.onSlice?.(message.slice)
        advance()
      } else if (message.kind === 'slice-failed' && unfinished.delete(message.index)) {
        events.onSliceFailed?.(message.index, new NidusError(message.code, message.context))
        advance()
      } else if (message.kind === 'ended') {
        for (const [stage, ms] of Object.entries(message.timingsMs))
          timingsMs[stage as keyof RunTimings] += ms
      }
    }

    try {
      if (this.stopped(signal)) return finish('cancelled')
      report('starting engine')
      this.setState('starting', 'starting the engine')
      provider = await this.provider(request)
      timingsMs.start += performance.now() - started
      if (this.stopped(signal)) return finish('cancelled')
      this.setState('running', '', provider)
      events.onProvider?.(provider)
      report('reading')
      for (;;) {
        const sliceIndexes = request.sliceIndexes.filter((index) => unfinished.has(index))
        const rest = { ...request, sliceIndexes, provider: provider.used }
        const attempt = await this.link.attempt(rest, receive, signal)
        if (attempt.kind === 'ended') return finish(attempt.outcome)
        if (this.stopped(signal)) return finish('cancelled')
        crashes += 1
        const reason =
          attempt.kind === 'crashed'
            ? attempt.reason
            : String(attempt.error.context.reason ?? attempt.error.code)
        if (provider.used !== 'cpu' && (attempt.kind === 'failed' || crashes > 1)) {
          provider = withoutProvider(provider, reason)
          const { sha256 } = request.model.manifest
          await this.verdicts.refuse(provider.tried[0].provider, sha256, reason)
          events.onProvider?.(provider)
        } else if (attempt.kind === 'failed') {
          throw attempt.error
        } else if (crashes > mostCrashes) {
          const error = new NidusError('engine-crashed', { reason, restarts: mostCrashes })
          // Where others went well, the slice whose turn it is may be what kills the process: go on without it.
          if (unfinished.size === total || ++givenUp > mostGivenUp) throw error
          const poison = request.sliceIndexes.find((index) => unfinished.has(index)) as number
          unfinished.delete(poison)
          crashes = 0
          events.onSliceFailed?.(poison, error)
        }
        report('restarting engine')
        this.setState('restarting', reason, provider)
      }
    } catch (thrown) {
      this.setState('failed', thrown instanceof Error ? thrown.message : String(thrown), provider)
      throw thrown
    } finally {
      progress.drop()
    }
  }

  private async provider(request: AnalyseRequest): Promise<ProviderReport> {
    const { platform, missing, probeTimeoutMs } = this.options
    const maps = [...new Set([...request.maps, request.threshold.map])]
    return chooseProvider(request.provider, {
      platform,
      missing,
      probe: (provider) =>
        this.verdicts.verdict(provider, request.model.manifest.sha256, request.provider, () =>
          probeInProcess(() => this.link.spawn(), provider, request.model, maps, probeTimeoutMs)
        )
    })
  }

  private stopped(signal?: AbortSignal): boolean {
    return this.disposed || signal?.aborted === true
  }

  private setState(status: EngineState['status'], message: string, provider = this.current.provider): void {
    this.current = { status, provider, message }
    for (const listener of this.stateListeners) listener(this.current)
  }
}

function withoutProvider(report: ProviderReport, reason: string): ProviderReport {
  return {
    requested: report.requested,
    used: 'cpu',
    reason: `${report.used} failed during the run: ${reason}`,
    tried: [
      { provider: report.used, usable: false, reason },
      { provider: 'cpu', usable: true, reason: 'the reference' }
    ]
  }
}
