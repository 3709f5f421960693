import { Tensor } from './onnx-runtime'
import type { UsedProvider } from '../contract/analysis'
import type { ModelManifest } from '../contract/manifest'
import type { GradientSpec } from '../gradient/gradient-spec'
import { buildGradientModel } from '../gradient/build-gradient-model'
import { buildSamplingModel } from '../gradient/build-sampling-model'
import { readOnnxModel } from '../gradient/onnx/read-model'
import type { RunImages } from '../maps/run-images'
import { countThreads } from './count-cores'
import { gradientSpecOf } from './gradient-spec-of'
import type { GraphCache, ReadyGraph } from './graph-cache'
import type { CatalogueModel } from './model-catalogue'
import { batchOf, createSession } from './network-session'
import { readModelFile } from './read-model-file'
import { createSteadyBatches } from './steady-batches'
import { hasSteadyOperators } from './steady-operators'

/** What a runner gives of an image; `sample` takes the noise of a code behind the image, in one array. */
export type ImageOutput = 'reconstruction' | 'gradient' | 'rounded-gradient' | 'sample'

/** A session that gives one image for another. */
export interface ImageRunner {
  run: RunImages
  /** numbers of noise behind the image, for `sample` */
  noiseSize: number
  dispose(): Promise<void>
}

/** Images in a batch. */
const batchSize = 16

/**
 * Opens a graph that gives one image for another: the reconstruction, the gradient of the ELBO (of rec alone for
 * models without a latent distribution; with the kink of an L1 loss rounded off for a descent), or the
 * reconstruction of a drawn code.
 * @param beforeRun called before every batch; what it throws ends the run
 * @throws model-*, onnx-*, map-unavailable
 */
export async function openImageRunner(
  model: CatalogueModel,
  provider: UsedProvider,
  output: ImageOutput,
  options: { rounding: number; hasKl: boolean; beforeRun(): void },
  cache?: GraphCache
): Promise<ImageRunner> {
  const { manifest } = model
  const spec = {
    ...gradientSpecOf(manifest),
    ...(output === 'rounded-gradient' ? { rounding: options.rounding } : {})
  }
  const forward = await readModelFile(model)
  const make = (): ReadyGraph => makeGraph(forward, spec, output, options.hasKl)
  const built = cache
    ? await cache.get(JSON.stringify(['image', manifest.sha256, spec, output]), make)
    : make()
  const session = await createSession(built.model, provider, countThreads(), model.id)
  const stated = built.fixedBatch ?? batchOf(session)
  const noiseShape = built.noiseShape ?? []
  const noiseSize = built.noiseShape ? noiseShape.reduce((product, dim) => product * dim, 1) : 0
  const name = output === 'sample' ? 'reconstruction' : built.outputs[0]
  const imageSize = manifest.input.channels * manifest.input.height * manifest.input.width
  const runSamples: RunImages = async (samples) => {
    options.beforeRun()
    const batch = Math.max(stated, samples.length)
    const images = new Float32Array(batch * imageSize)
    const noise = new Float32Array(batch * noiseSize)
    samples.forEach((sample, i) => {
      images.set(sample.subarray(0, imageSize), i * imageSize)
      noise.set(sample.subarray(imageSize), i * noiseSize)
    })
    const feeds: Record<string, Tensor> = { x: new Tensor('float32', images, dimsOf(manifest.input, batch)) }
    if (built.noiseShape) feeds.noise = new Tensor('float32', noise, [batch, ...noiseShape])
    const found = (await session.run(feeds, [name]))[name].data as Float32Array
    return samples.map((_, i) => found.slice(i * imageSize, (i + 1) * imageSize))
  }
  const run = createSteadyBatches({
    runSamples,
    batchSize: stated ? 1 : batchSize,
    initially: provider !== 'cpu' ? 'steady' : built.steady ? 'unknown' : 'single',
    same: (a: Float32Array, b) => a.every((value, i) => Object.is(value, b[i]))
  })
  return { run, noiseSize, dispose: () => session.release() }
}

function makeGraph(forward: Uint8Array, spec: GradientSpec, output: ImageOutput, hasKl: boolean): ReadyGraph {
  const steadyOf = (graph: Uint8Array): boolean => hasSteadyOperators(readOnnxModel(graph).graph)
  if (output === 'sample') {
    const built = buildSamplingModel(forward, spec)
    return { ...built, outputs: ['reconstruction'], unavailable: [], steady: steadyOf(built.model) }
  }
  const wanted = output === 'reconstruction' ? 'reconstruction' : hasKl ? 'grad_elbo' : 'grad_rec'
  const { notes: _, ...built } = buildGradientModel(forward, spec, [wanted])
  return { ...built, steady: steadyOf(built.model) }
}

function dimsOf({ layout, channels, height, width }: ModelManifest['input'], batch: number): number[] {
  switch (layout) {
    case 'NCHW':
      return [batch, channels, height, width]
    case 'NHWC':
      return [batch, height, width, channels]
    case 'flat':
      return [batch, channels * height * width]
  }
}
