import { performance } from 'node:perf_hooks'
import { InferenceSession, Tensor } from '../../src-main/inference/onnx-runtime'
import { buildGradientModel } from '../../src-main/gradient/build-gradient-model'
import { readOnnxModel } from '../../src-main/gradient/onnx/read-model'
import { writeOnnxModel } from '../../src-main/gradient/onnx/write-model'
import { countThreads } from '../../src-main/inference/count-cores'
import { goldenInput } from '../../src-main/inference/golden-input'
import type { CatalogueModel } from '../../src-main/inference/model-catalogue'
import { openNetwork, outputsFor } from '../../src-main/inference/open-network'
import type { SpawnLane } from '../../src-main/inference/lane-protocol'
import { readModelFile } from '../../src-main/inference/read-model-file'
import type { RunPlan } from '../../src-main/inference/run-plan'
import { seededNumbers, TinyModel } from '../unit/src-main/gradient/tiny-model'
import { countFlops } from './count-flops'
import { spreadOf, timeOf } from './measure-time'
import type { ReferencePython } from './reference-python'
import { cevaeLatent } from './write-cevae'

/** All maps of one model at one batch size. Times are the fastest of interleaved repetitions. */
export interface EngineRow {
  model: string
  size: number
  batch: number
  msPerSlice: number
  medianMsPerSlice: number
  gflops: number
  /** of the sgemm peak of the same run */
  sgemmShare: number
  torchPathMsPerSlice: number | null
  ratio: number | null
  /** reading and checking the model, appending gradients, making the session */
  openMs: number
  /** how the batches ran: threads of their own, ONNX Runtime's threads for each, slices in a batch */
  plan: RunPlan
}

const repetitions = 7

/**
 * Times the network with all maps against the sgemm peak and, for generated models, against torch, taking turns so
 * that all see the same machine.
 * @param model `generated`: time_reference_paths.py knows its like
 */
export async function measureEngine(
  models: { model: CatalogueModel; generated: boolean }[],
  python: ReferencePython | null,
  spawnLane: SpawnLane
): Promise<{ sgemmPeakGflops: number; engine: EngineRow[] }> {
  const sgemm = await openSgemm()
  const peaks: number[] = []
  const engine: EngineRow[] = []
  for (const { model, generated } of models) {
    const { manifest } = model
    const { channels, height, width } = manifest.input
    const started = performance.now()
    const network = await openNetwork(model, 'cpu', manifest.maps.available, { spawnLane })
    const openMs = performance.now() - started
    const { run } = network
    const flops = await flopsOf(model, [1, channels, height, width])
    for (const batch of [1, 16]) {
      const samples = Array.from({ length: batch }, (_, i) => goldenInput(manifest, i))
      const repeats = batch === 1 ? 12 : 3
      const ours: number[] = []
      const torch: number[] = []
      // as for a long series: the plan is measured before the batches
      if (batch > 1) await network.expect(1e6)
      await run(samples)
      for (let turn = 0; turn < repetitions; turn++) {
        peaks.push(await sgemm())
        for (let i = 0; i < repeats; i++) ours.push((await timeOf(() => run(samples))) / batch)
        if (!generated || !python?.facts.torch) continue
        const request = { do: 'cevae', size: height, batch, latent: cevaeLatent, repeats }
        torch.push(((await python.ask(request)).ms as number) / batch)
      }
      const { min, median } = spreadOf(ours)
      const theirs = torch.length > 0 ? spreadOf(torch).min : null
      engine.push({
        model: model.id,
        size: height,
        batch,
        msPerSlice: min,
        medianMsPerSlice: median,
        gflops: flops / min / 1e6,
        sgemmShare: 0,
        torchPathMsPerSlice: theirs,
        ratio: theirs === null ? null : theirs / min,
        openMs,
        plan: network.plan
      })
    }
    await network.dispose()
  }
  const sgemmPeakGflops = Math.max(...peaks)
  return {
    sgemmPeakGflops,
    engine: engine.map((row) => ({ ...row, sgemmShare: row.gflops / sgemmPeakGflops }))
  }
}

async function flopsOf(model: CatalogueModel, dims: number[]): Promise<number> {
  const { manifest } = model
  const built = buildGradientModel(
    await readModelFile(model),
    {
      roles: { input: manifest.input.name, layout: manifest.input.layout, ...manifest.outputs },
      reconstructionLoss: manifest.losses.reconstruction,
      beta: manifest.losses.beta,
      image: manifest.input
    },
    outputsFor(manifest, manifest.maps.available)
  )
  return countFlops(readOnnxModel(built.model), dims)
}

/** A 1024 x 1024 x 1024 MatMul through the same runtime; a call gives the GFLOP/s of its fastest of five runs. */
async function openSgemm(): Promise<() => Promise<number>> {
  const side = 1024
  const m = new TinyModel(17, [side], seededNumbers(1))
  const product = m.op('MatMul', ['image', m.weights([side, side])])
  const session = await InferenceSession.create(writeOnnxModel(m.model([product])), {
    executionProviders: ['cpu'],
    intraOpNumThreads: countThreads()
  })
  const image = new Tensor('float32', new Float32Array(side * side).fill(0.5), [side, side])
  await session.run({ image })
  return async () => {
    const times: number[] = []
    for (let i = 0; i < 5; i++) times.push(await timeOf(() => session.run({ image })))
    return (2 * side ** 3) / spreadOf(times).min / 1e6
  }
}
