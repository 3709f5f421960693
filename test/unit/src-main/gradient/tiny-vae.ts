import { InferenceSession, Tensor } from '../../../../src-main/inference/onnx-runtime'
import type { GradientModel } from '../../../../src-main/gradient/build-gradient-model'
import { int } from '../../../../src-main/gradient/onnx/onnx-model'
import { DataType, elementCount } from '../../../../src-main/gradient/onnx/onnx-tensor'
import { writeOnnxModel } from '../../../../src-main/gradient/onnx/write-model'
import { seededNumbers, TinyModel } from './tiny-model'

export interface TinyVaeOptions {
  opset?: number
  sampleShape?: readonly number[]
  batch?: number | string
  floatType?: number
  latent?: number
  /** how the decoder's input comes from mu and the spread */
  decode?: (m: TinyModel, mu: string, spread: string) => string
  /** what comes last; default Sigmoid */
  finish?: (m: TinyModel, value: string) => string
  spreadOf?: (m: TinyModel, value: string) => string
}

export interface TinyVae {
  bytes: Uint8Array
  model: TinyModel
  names: { reconstruction: string; mu: string; spread: string }
}

/** A dense VAE with a few units, float64 unless asked otherwise, so that differences are sharp. */
export function tinyVae(options: TinyVaeOptions = {}): TinyVae {
  const {
    opset = 17,
    sampleShape = [1, 3, 4],
    batch = 'batch',
    floatType = DataType.double,
    latent = 2
  } = options
  const m = new TinyModel(opset, sampleShape, seededNumbers(11), floatType, batch)
  const size = elementCount(sampleShape)
  const flat = m.op('Flatten', ['image'], { axis: int(1) })
  const hidden = m.op('Tanh', [m.op('Gemm', [flat, m.weights([size, 5]), m.weights([5])])])
  const mu = m.op('Gemm', [hidden, m.weights([5, latent]), m.weights([latent])])
  const raw = m.op('Gemm', [hidden, m.weights([5, latent]), m.weights([latent])])
  const spread = options.spreadOf ? options.spreadOf(m, raw) : raw
  const z = options.decode ? options.decode(m, mu, spread) : mu
  const out = m.op('Gemm', [m.op('Tanh', [m.op('Gemm', [z, m.weights([latent, 5])])]), m.weights([5, size])])
  const finished = options.finish ? options.finish(m, out) : m.op('Sigmoid', [out])
  const first = typeof batch === 'number' ? batch : -1
  const reconstruction = m.op('Reshape', [finished, m.integers(first, ...sampleShape)])
  const bytes = writeOnnxModel(m.model([reconstruction, mu, spread]))
  return { bytes, model: m, names: { reconstruction, mu, spread } }
}

export type Arrays = Record<string, number[]>

/** Runs an ONNX file on images [batch, ...sample]. */
export async function runModel(
  bytes: Uint8Array,
  input: string,
  images: number[],
  dims: readonly number[],
  floatType: number = DataType.double
): Promise<Arrays> {
  const session = await InferenceSession.create(bytes, {
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
    graphOptimizationLevel: 'basic'
  })
  const tensor =
    floatType === DataType.double
      ? new Tensor('float64', Float64Array.from(images), dims)
      : new Tensor('float32', Float32Array.from(images), dims)
  const results = await session.run({ [input]: tensor })
  await session.release()
  return Object.fromEntries(
    Object.entries(results).map(([name, value]) => [name, Array.from(value.data as Float64Array)])
  )
}

export const randomImages = (count: number, seed = 3): number[] => {
  const random = seededNumbers(seed)
  return Array.from({ length: count }, () => 0.1 + 0.8 * random())
}

/**
 * max |gradient − difference quotient| / max |gradient| of one loss over all pixels of two images. `loss` is computed
 * by the test from outputs of the forward model, [sample] numbers per call.
 */
export async function worstDifference(
  built: GradientModel,
  gradient: string,
  losses: (images: number[], count: number) => Promise<number[]>,
  sampleShape: readonly number[]
): Promise<number> {
  const size = elementCount(sampleShape)
  const images = randomImages(2 * size)
  const found = (await runModel(built.model, 'x', images, [2, ...sampleShape]))[gradient]!
  const step = 1e-3
  const quotients = async (distance: number): Promise<number[]> => {
    const moved: number[] = []
    for (let sample = 0; sample < 2; sample++) {
      const own = images.slice(sample * size, (sample + 1) * size)
      for (let at = 0; at < size; at++) {
        for (const side of [1, -1])
          moved.push(...own.map((pixel, index) => (index === at ? pixel + side * distance : pixel)))
      }
    }
    const scores = await losses(moved, 4 * size)
    return images.map((_, at) => (scores[2 * at]! - scores[2 * at + 1]!) / (2 * distance))
  }
  const [coarse, fine] = [await quotients(step), await quotients(step / 2)]
  const exact = fine.map((value, at) => (4 * value - coarse[at]!) / 3)
  const largest = Math.max(...exact.map(Math.abs))
  return Math.max(...exact.map((value, at) => Math.abs(value - found[at]!))) / largest
}
