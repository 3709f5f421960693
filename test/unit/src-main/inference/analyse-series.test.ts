import { describe, expect, it } from 'vitest'
import type { ProviderReport } from '../../../../src-main/contract/analysis'
import type { NidusError } from '../../../../src-main/contract/errors'
import type { Series } from '../../../../src-main/contract/study'
import { Engine, type EngineOptions } from '../../../../src-main/inference/analyse-series'
import type { AnalyseRequest, ToEngine } from '../../../../src-main/inference/engine-protocol'
import { FakeEngine } from '../../../helpers/fake-engine'
import { makeManifest } from '../../../helpers/make-manifest'

type Behave = (message: ToEngine, engine: FakeEngine) => void
const all = [0, 1, 2, 3]

const request = (change: Partial<AnalyseRequest> = {}): AnalyseRequest => ({
  series: { id: 's1-1', slices: [] } as unknown as Series,
  sliceIndexes: all,
  model: { id: 'test-vae', folder: '/models/test-vae', manifest: makeManifest() },
  provider: 'cpu',
  maps: ['rec'],
  threshold: { id: 'p99', version: '1', value: 3, map: 'combi' },
  ...change
})

/** An engine whose processes behave as listed, one after the other, the last one for all that follow. */
function engineOf(behaviours: Behave[], options: EngineOptions = {}) {
  const processes: FakeEngine[] = []
  const engine = new Engine(() => {
    const made = new FakeEngine(behaviours[Math.min(processes.length, behaviours.length - 1)])
    processes.push(made)
    return made
  }, options)
  const states: string[] = []
  engine.onState(({ status }) => states.push(status))
  return { engine, processes, states }
}

/** Events of a run, as they came. */
function recorder() {
  const slices: number[] = []
  const failed: [number, string][] = []
  const stages: string[] = []
  const providers: ProviderReport[] = []
  return {
    slices,
    failed,
    stages,
    providers,
    onSlice: (slice: { analysis: { index: number } }) => void slices.push(slice.analysis.index),
    onSliceFailed: (index: number, error: NidusError) => void failed.push([index, error.code]),
    onProgress: (p: { stage: string; done: number; total: number }) =>
      void stages.push(`${p.stage} ${p.done}/${p.total}`),
    onProvider: (report: ProviderReport) => void providers.push(report)
  }
}

const finishes: Behave = (message, engine) => {
  if (message.kind !== 'analyse') return
  for (const index of message.request.sliceIndexes) engine.slice(message.runId, index)
  engine.ended(message.runId)
}
/** Finishes some slices, then dies. */
const crashesAfter =
  (count: number): Behave =>
  (message, engine) => {
    if (message.kind !== 'analyse') return
    for (const index of message.request.sliceIndexes.slice(0, count)) engine.slice(message.runId, index)
    engine.exit(null, 'SIGSEGV')
  }

describe('Engine', () => {
  it('delivers slices and failures, keeps the process for the next run, and reports progress and state', async () => {
    const { engine, processes, states } = engineOf([
      (message, process) => {
        if (message.kind !== 'analyse') return
        const { runId } = message
        process.slice(runId, 0)
        process.say({ kind: 'slice-failed', runId, index: 1, code: 'dicom-truncated', context: {} })
        process.slice(runId, 2)
        process.slice(runId, 3)
        process.ended(runId)
      }
    ])
    const seen = recorder()
    const outcome = await engine.analyse(request(), seen)
    expect(outcome).toMatchObject({ outcome: 'done', provider: { used: 'cpu' } })
    expect(outcome.timingsMs).toMatchObject({ load: 2, preprocess: 3, inference: 4, maps: 5 })
    expect(seen.slices).toEqual([0, 2, 3])
    expect(seen.failed).toEqual([[1, 'dicom-truncated']])
    expect(seen.stages[0]).toBe('starting engine 0/4')
    expect(seen.stages[seen.stages.length - 1]).toBe('analysing 4/4')
    expect(states).toEqual(['starting', 'running', 'idle'])
    await engine.analyse(request(), recorder())
    expect(processes).toHaveLength(1)
  })

  it('restarts after a crash with the unfinished slices only: none lost, none twice', async () => {
    const { engine, processes, states } = engineOf([crashesAfter(2), crashesAfter(1), finishes])
    const seen = recorder()
    await engine.analyse(request(), seen)
    expect(seen.slices).toEqual([0, 1, 2, 3])
    const asked = processes.map(
      ({ received }) => received[0].kind === 'analyse' && received[0].request.sliceIndexes
    )
    expect(asked).toEqual([[0, 1, 2, 3], [2, 3], [3]])
    expect(states).toEqual(['starting', 'running', 'restarting', 'running', 'restarting', 'running', 'idle'])
  })

  it('drops a slice that arrives after the crash of its process was seen', async () => {
    const { engine, processes } = engineOf([
      crashesAfter(1),
      (message, process) => {
        if (message.kind === 'analyse') processes[0].slice(message.runId - 1, 1)
        finishes(message, process)
      }
    ])
    const seen = recorder()
    await engine.analyse(request(), seen)
    expect(seen.slices).toEqual([0, 1, 2, 3])
  })

  it('gives up after three restarts in a row without progress, and works again afterwards', async () => {
    const { engine, processes, states } = engineOf([
      crashesAfter(0),
      crashesAfter(0),
      crashesAfter(0),
      crashesAfter(0),
      finishes
    ])
    await expect(engine.analyse(request(), recorder())).rejects.toMatchObject({
      code: 'engine-crashed',
      context: { reason: expect.stringContaining('SIGSEGV') as string }
    })
    expect(processes).toHaveLength(4)
    expect(states[states.length - 1]).toBe('failed')
    const seen = recorder()
    await engine.analyse(request(), seen)
    expect(seen.slices).toEqual(all)
  })

  it('counts crashes anew after every finished slice', async () => {
    const { engine, processes } = engineOf([
      crashesAfter(0),
      crashesAfter(0),
      crashesAfter(0),
      crashesAfter(1),
      crashesAfter(0),
      crashesAfter(0),
      crashesAfter(1),
      finishes
    ])
    const seen = recorder()
    await engine.analyse(request(), seen)
    expect(seen.slices).toEqual(all)
    expect(processes).toHaveLength(8)
  })

  it('leaves out a slice on which the process crashes again and again, and finishes the rest', async () => {
    const poisoned: Behave = (message, process) => {
      if (message.kind !== 'analyse') return
      for (const index of message.request.sliceIndexes) {
        if (index === 2) return process.exit(134)
        process.slice(message.runId, index)
      }
      process.ended(message.runId)
    }
    const { engine, processes } = engineOf([poisoned])
    const seen = recorder()
    expect(await engine.analyse(request(), seen)).toMatchObject({ outcome: 'done' })
    expect(seen.slices).toEqual([0, 1, 3])
    expect(seen.failed).toEqual([[2, 'engine-crashed']])
    expect(processes).toHaveLength(5)
  })

  it('passes on what makes a run impossible', async () => {
    const { engine } = engineOf([
      (message, process) => {
        if (message.kind === 'analyse') {
          process.say({
            kind: 'failed',
            runId: message.runId,
            code: 'model-hash-mismatch',
            context: { model: 'm' }
          })
        }
      }
    ])
    await expect(engine.analyse(request(), recorder())).rejects.toMatchObject({ code: 'model-hash-mismatch' })
  })

  it('ends as cancelled when aborted, without slices that come after it', async () => {
    const abort = new AbortController()
    const { engine } = engineOf([
      (message, process) => {
        if (message.kind === 'analyse') process.slice(message.runId, 0)
        if (message.kind === 'cancel') {
          process.slice(message.runId, 1)
          process.ended(message.runId, 'cancelled')
        }
      }
    ])
    const seen = recorder()
    const run = engine.analyse(
      request(),
      { ...seen, onSlice: (s) => (seen.onSlice(s), abort.abort()) },
      abort.signal
    )
    expect(await run).toMatchObject({ outcome: 'cancelled' })
    expect(seen.slices).toEqual([0])
  })

  it('ends a process that does not answer a cancel', async () => {
    const abort = new AbortController()
    const { engine, processes } = engineOf(
      [(message, process) => (message.kind === 'analyse' ? process.slice(message.runId, 0) : undefined)],
      { cancelGraceMs: 1 }
    )
    const run = engine.analyse(request(), { onSlice: () => abort.abort() }, abort.signal)
    expect(await run).toMatchObject({ outcome: 'cancelled' })
    expect(processes[0].killed).toBe(true)
  })

  it('starts nothing for a run that was aborted before', async () => {
    const { engine, processes } = engineOf([finishes])
    const abort = new AbortController()
    abort.abort()
    expect(await engine.analyse(request(), recorder(), abort.signal)).toMatchObject({ outcome: 'cancelled' })
    expect(processes).toHaveLength(0)
  })

  it('runs one request after the other', async () => {
    const order: string[] = []
    const { engine } = engineOf([finishes])
    const first = engine.analyse(request(), { onSlice: () => order.push('first') })
    const second = engine.analyse(request(), { onSlice: () => order.push('second') })
    await Promise.all([first, second])
    expect(order).toEqual([...Array<string>(4).fill('first'), ...Array<string>(4).fill('second')])
  })

  it('ends a run in progress as cancelled when disposed', async () => {
    const { engine, processes } = engineOf([() => undefined])
    const run = engine.analyse(request(), recorder())
    await new Promise((resolve) => setTimeout(resolve, 5))
    await engine.dispose()
    expect(await run).toMatchObject({ outcome: 'cancelled' })
    expect(processes[0].killed).toBe(true)
  })
})

describe('Engine with an accelerator', () => {
  const linux: EngineOptions = { platform: 'linux', probeTimeoutMs: 1000 }
  const says =
    (usable: boolean): Behave =>
    (message, process) => {
      if (message.kind === 'probe')
        process.say({ kind: 'probed', usable, reason: usable ? 'agrees' : 'differs' })
    }

  it('probes in a process of its own, ends it, and remembers the verdict', async () => {
    const { engine, processes } = engineOf([says(true), finishes], linux)
    const seen = recorder()
    expect(await engine.analyse(request({ provider: 'auto' }), seen)).toMatchObject({
      provider: { used: 'cuda' }
    })
    expect(processes[0].killed).toBe(true)
    expect(processes[1].received[0]).toMatchObject({ kind: 'analyse', request: { provider: 'cuda' } })
    await engine.analyse(request({ provider: 'auto' }), recorder())
    expect(processes).toHaveLength(2)
    expect(seen.providers).toHaveLength(1)
  })

  it.each([
    ['a verdict against it', says(false), 'differs'],
    ['a crash', crash('SIGSEGV'), 'SIGSEGV'],
    ['silence', () => undefined, 'no answer']
  ])('takes the CPU after %s', async (_, behave, reason) => {
    const { engine } = engineOf([behave as Behave, finishes], { ...linux, probeTimeoutMs: 20 })
    const { provider } = await engine.analyse(request({ provider: 'cuda' }), recorder())
    expect(provider).toMatchObject({ requested: 'cuda', used: 'cpu' })
    expect(provider.reason).toContain(reason)
  })

  it('goes on with the CPU where the provider crashes twice without progress', async () => {
    const { engine, processes } = engineOf([says(true), crashesAfter(2), crashesAfter(0), finishes], linux)
    const seen = recorder()
    const { provider } = await engine.analyse(request({ provider: 'auto' }), seen)
    expect(provider).toMatchObject({ requested: 'auto', used: 'cpu' })
    expect(provider.reason).toContain('cuda failed during the run')
    expect(seen.slices).toEqual(all)
    expect(seen.providers.map(({ used }) => used)).toEqual(['cuda', 'cpu'])
    expect(processes[3].received[0]).toMatchObject({ request: { provider: 'cpu', sliceIndexes: [2, 3] } })
    expect((await engine.analyse(request({ provider: 'auto' }), recorder())).provider.used).toBe('cpu')
  })
})

function crash(signal: string): Behave {
  return (_, engine) => engine.exit(null, signal)
}
