import { join, resolve } from 'node:path'
import { InferenceSession, Tensor } from '../../src-main/inference/onnx-runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Series } from '../../src-main/contract/study'
import { Engine } from '../../src-main/inference/analyse-series'
import type {
  AnalysedSlice,
  AnalyseRequest,
  EngineProcess,
  SpawnEngine
} from '../../src-main/inference/engine-protocol'
import { loadModel, type CatalogueModel } from '../../src-main/inference/model-catalogue'
import { forkEngine } from '../../src-main/platform/fork-engine'
import { prepareSlice } from '../../src-main/preprocess/prepare-slice'
import { openStudies } from '../../src-main/study/open-studies'
import { readSlice } from '../../src-main/study/read-slice'
import { buildEntries } from '../helpers/build-entries'
import { makePngStudy } from '../helpers/make-png-study'
import { temporaryFolder } from '../helpers/temporary-folder'

const slices = 21
const folder = temporaryFolder()
let entries: Awaited<ReturnType<typeof buildEntries>> | undefined
let spawn: SpawnEngine
let model: CatalogueModel
let series: Series
const engines: Engine[] = []

beforeAll(async () => {
  entries = await buildEntries(['engine'])
  spawn = forkEngine(join(entries.folder, 'engine.js'))
  model = await loadModel(resolve(__dirname, '../fixtures/models/tiny-vae'))
  await makePngStudy(join(folder, 'study'), slices, { 4: [30, 36, 6] })
  series = (await openStudies([join(folder, 'study')])).studies[0].series[0]
})
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.dispose()))
  entries?.remove()
})

function newEngine(how: SpawnEngine = spawn): Engine {
  const engine = new Engine(how, { missing: () => 'not under test' })
  engines.push(engine)
  return engine
}

function requestFor(sliceIndexes: number[]): AnalyseRequest {
  return {
    series,
    sliceIndexes,
    model,
    provider: 'cpu',
    maps: ['rec', 'grad-kl', 'grad-rec', 'grad-elbo', 'combi'],
    threshold: { id: 'p99', version: 'tiny-1', value: 3, map: 'combi' }
  }
}
const all = Array.from({ length: slices }, (_, index) => index)

/** Runs a request; slices by index, and the order in which they came. */
async function run(engine: Engine, sliceIndexes: number[], signal?: AbortSignal, onSlice?: () => void) {
  const found = new Map<number, AnalysedSlice>()
  const order: number[] = []
  const outcome = await engine.analyse(
    requestFor(sliceIndexes),
    {
      onSlice: (slice) => {
        order.push(slice.analysis.index)
        found.set(slice.analysis.index, slice)
        onSlice?.()
      }
    },
    signal
  )
  return { found, order, ...outcome }
}

describe('the engine process', () => {
  it('gives, for the forward part, what ONNX Runtime gives for the plain model', async () => {
    const { found } = await run(newEngine(), [4])
    const slice = found.get(4) as AnalysedSlice
    const pixels = await readSlice(series, series.slices[4])
    const { tensor } = prepareSlice(
      pixels.modality,
      pixels.rows,
      pixels.columns,
      pixels.spacingMm,
      model.manifest
    )
    // The same sample through the forward graph alone, without our gradient builder; losses summed by hand.
    const session = await InferenceSession.create(join(model.folder, 'model.onnx'))
    const plain = await session.run({ input: new Tensor('float32', tensor, [1, 1, 32, 32]) })
    const mu = plain.mu.data as Float32Array
    const logVar = plain.logvar.data as Float32Array
    const kl = mu.reduce((sum, m, i) => sum + 0.5 * (m * m + Math.exp(logVar[i]) - logVar[i] - 1), 0)
    const reconstruction = plain.rec.data as Float32Array
    const rec = tensor.reduce((sum, x, i) => sum + Math.abs(x - reconstruction[i]), 0)
    expect(slice.analysis.kl).toBeCloseTo(kl, 4)
    expect(slice.analysis.rec).toBeCloseTo(rec, 3)
    expect(slice.analysis.score).toBeCloseTo(rec + 0.5 * kl, 3)
    const apart = slice.reconstruction.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - reconstruction[i])),
      0
    )
    expect(apart).toBeLessThan(1e-5)
  })

  it('finds a bright square inside its box, and no such finding on the other slices', async () => {
    const { found } = await run(newEngine(), all)
    const peakOf = (index: number): number => found.get(index)?.analysis.peaks.rec ?? NaN
    const finding = found.get(4)?.analysis.findings[0]
    // The square covers columns 30 to 35 and rows 36 to 41; smoothing spreads its peak by about a model pixel,
    // which is two source pixels.
    expect(finding?.peakAt[0]).toBeGreaterThanOrEqual(28)
    expect(finding?.peakAt[0]).toBeLessThanOrEqual(37)
    expect(finding?.peakAt[1]).toBeGreaterThanOrEqual(34)
    expect(finding?.peakAt[1]).toBeLessThanOrEqual(43)
    for (const index of all.filter((i) => i !== 4)) expect(peakOf(index)).toBeLessThan(peakOf(4))
  })

  it('gives bit-identical results alone, in a series, in reverse, again, and after a restart', async () => {
    const engine = newEngine()
    const reference = await run(engine, all)
    expect(reference.order).toEqual(all)
    const again = await run(engine, all)
    const reversed = await run(engine, [...all].reverse())
    expect(reversed.order).toEqual([...all].reverse())
    const restarted = await run(newEngine(), [...all].reverse())
    for (const other of [again, reversed, restarted]) expect(other.found).toEqual(reference.found)
    for (const index of [0, 4, 13, 20]) {
      const alone = await run(newEngine(), [index])
      expect(alone.found.get(index)).toEqual(reference.found.get(index))
    }
  })

  it('survives kill -9 in the middle of a run: no slice lost, none twice, the same bits', async () => {
    const whole = await run(newEngine(), all)
    const started: EngineProcess[] = []
    const engine = newEngine(() => {
      const process = spawn()
      started.push(process)
      return process
    })
    const states: string[] = []
    engine.onState(({ status }) => states.push(status))
    let seen = 0
    const killed = await run(engine, all, undefined, () => {
      seen += 1
      if (seen === 3 || seen === 12) started[started.length - 1].kill()
    })
    expect(started.length).toBe(3)
    expect(states.filter((state) => state === 'restarting')).toHaveLength(2)
    expect([...killed.order].sort((a, b) => a - b)).toEqual(all)
    expect(killed.found).toEqual(whole.found)
  })

  it('stops when cancelled and runs the next request in the same process', async () => {
    const started: EngineProcess[] = []
    const engine = newEngine(() => {
      started.push(spawn())
      return started[started.length - 1]
    })
    const abort = new AbortController()
    const stopped = await run(engine, all, abort.signal, () => abort.abort())
    expect(stopped.outcome).toBe('cancelled')
    expect(stopped.order).toEqual([0])
    const next = await run(engine, [7, 8])
    expect(next.outcome).toBe('done')
    expect(next.order).toEqual([7, 8])
    expect(started).toHaveLength(1)
  })

  it('reports a slice that cannot be read and goes on', async () => {
    const broken = { ...series, slices: series.slices.map((slice) => ({ ...slice })) }
    broken.slices[2].source = { path: join(folder, 'gone.png'), frame: 0 }
    const failed: [number, string][] = []
    const done: number[] = []
    await newEngine().analyse(
      { ...requestFor([1, 2, 3]), series: broken },
      {
        onSlice: ({ analysis }) => done.push(analysis.index),
        onSliceFailed: (index, { code }) => failed.push([index, code])
      }
    )
    expect(done).toEqual([1, 3])
    expect(failed).toEqual([[2, 'file-not-found']])
  })

  it('refuses a network that changed after the manifest was read', async () => {
    const changed = { ...model, manifest: { ...model.manifest, sha256: '0'.repeat(64) } }
    await expect(newEngine().analyse({ ...requestFor([0]), model: changed }, {})).rejects.toMatchObject({
      code: 'model-hash-mismatch'
    })
  })

  it.runIf(process.platform === 'linux')(
    'runs on the CPU, and says why, where CUDA does not work',
    async () => {
      // Nothing is declared missing, so that the real trial process runs and finds out by itself.
      const engine = new Engine(spawn, { missing: () => null })
      engines.push(engine)
      const { provider } = await engine.analyse({ ...requestFor([0]), provider: 'auto' }, {})
      expect(provider.tried[0].provider).toBe('cuda')
      if (provider.used === 'cuda') expect(provider.tried[0].reason).toContain('agrees with the CPU')
      else expect(provider.tried[0].reason).not.toBe('')
    }
  )
})
