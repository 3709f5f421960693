import { InferenceSession, Tensor } from '../../../../src-main/inference/onnx-runtime'
import { finishModel } from '../../../../src-main/gradient/finish-model'
import { replayForward } from '../../../../src-main/gradient/forward/replay-forward'
import { appendGradient } from '../../../../src-main/gradient/graph/append-gradient'
import { mul } from '../../../../src-main/gradient/graph/expressions'
import { DataType, elementCount } from '../../../../src-main/gradient/onnx/onnx-tensor'
import { readOnnxModel } from '../../../../src-main/gradient/onnx/read-model'
import { writeOnnxModel } from '../../../../src-main/gradient/onnx/write-model'
import { seededNumbers, TinyModel } from './tiny-model'

export interface RuleCase {
  opset: number
  sampleShape: readonly number[]
  /** adds the nodes under test and returns the value to differentiate */
  build: (model: TinyModel, image: string) => string
  /** pixel values; numbers well away from the kinks of the operator. Default: ±(0.2 … 1.2) */
  pixel?: (random: () => number, index: number) => number
  seed?: number
  /** leave out pixels whose difference quotients depend on the step: there is a kink within reach */
  skipKinks?: boolean
  /** float64 where the runtime has it, which makes the comparison sharper */
  floatTypes?: readonly number[]
}

export interface RuleCheck {
  /** max |gradient − difference quotient| / max |gradient| */
  worst: number
  largest: number
  /** part of the pixels that were left out */
  skipped: number
  floatType: number
}

const signed = (random: () => number): number => (random() < 0.5 ? -1 : 1) * (0.2 + random())

/**
 * Differentiates a random weighted sum of the values that `build` returns with respect to two images, and compares
 * with central differences of the forward graph itself, extrapolated from two step sizes (Richardson), whose error
 * is of fourth order. The difference quotients come from the same runtime but never from a gradient rule.
 */
export async function checkRule(ruleCase: RuleCase): Promise<RuleCheck> {
  for (const floatType of ruleCase.floatTypes ?? [DataType.double, DataType.float]) {
    const check = await tryCheck(ruleCase, floatType)
    if (check) return check
  }
  throw new Error('the runtime runs this model in no floating point type')
}

async function tryCheck(ruleCase: RuleCase, floatType: number): Promise<RuleCheck | undefined> {
  const random = seededNumbers(ruleCase.seed ?? 7)
  const tiny = new TinyModel(ruleCase.opset, ruleCase.sampleShape, random, floatType)
  const value = ruleCase.build(tiny, 'image')
  const forward = writeOnnxModel(tiny.model([value]))
  let reference: InferenceSession
  try {
    reference = await InferenceSession.create(forward, {
      graphOptimizationLevel: 'basic',
      logSeverityLevel: 4,
      intraOpNumThreads: 1,
      interOpNumThreads: 1
    })
  } catch (error) {
    if (floatType === DataType.double) return undefined
    throw error
  }
  const source = readOnnxModel(forward)
  const graph = replayForward(source, {
    input: 'image',
    inputShape: [-1, ...ruleCase.sampleShape],
    wanted: [value],
    bakedBatch: undefined
  })
  const { b } = graph
  const result = graph.valueOf(value)
  const size = elementCount(ruleCase.sampleShape)
  const pixel = ruleCase.pixel ?? signed
  const images = [0, 1].map(() => Array.from({ length: size }, (_, index) => pixel(random, index)))
  const outputs = await runBatch(reference, value, images, ruleCase.sampleShape, floatType)
  const weights = Array.from({ length: outputs[0]!.length }, () => signed(random))
  const sampleDims = b.shapeOf(result).slice(1) as number[]
  const seedWeights = b.constant(floatType, [1, ...sampleDims], weights)
  const seed = b.op('Expand', [seedWeights, b.op('Shape', [result])])
  const gradient = appendGradient(b, new Map([[result, seed]]), 'image')
  if (gradient === undefined) throw new Error('no gradient reached the image')
  // a product keeps the gradient from being an alias of a constant, and its shape from being guessed
  const written = writeOnnxModel(
    finishModel(
      source,
      graph,
      new Map([['grad_rec', mul(b, gradient, b.scalar(1, gradient))]]),
      new Map([['x', graph.input]])
    )
  )
  let session: InferenceSession
  try {
    session = await InferenceSession.create(written, {
      logSeverityLevel: 4,
      intraOpNumThreads: 1,
      interOpNumThreads: 1
    })
  } catch (error) {
    if (floatType === DataType.double) return undefined
    throw error
  }
  const analytic = await runBatch(session, 'grad_rec', images, ruleCase.sampleShape, floatType, 'x')
  const base = outputs.map((output) => weighted(output, weights))
  const differences = async (distance: number): Promise<Difference[][]> => {
    const moved = images.flatMap((image) =>
      image.flatMap((_, index) =>
        [1, -1].map((side) =>
          image.map((entry, at) => (at === index ? stored(entry + side * distance) : stored(entry)))
        )
      )
    )
    const ends = (await runBatch(reference, value, moved, ruleCase.sampleShape, floatType)).map((output) =>
      weighted(output, weights)
    )
    return images.map((image, sample) =>
      image.map((_, index) => {
        const at = 2 * (sample * size + index)
        const [high, low] = [ends[at]!, ends[at + 1]!]
        const width = moved[at]![index]! - moved[at + 1]![index]!
        return { slope: (high - low) / width, bend: (high - 2 * base[sample]! + low) / distance }
      })
    )
  }
  const stored = (entry: number): number => (floatType === DataType.double ? entry : Math.fround(entry))
  const step = floatType === DataType.double ? 1e-3 : ruleCase.skipKinks ? 8e-3 : 2e-2
  const [coarse, fine] = [await differences(step), await differences(step / 2)]
  await Promise.all([reference.release(), session.release()])
  const slopes = fine.map((row, sample) =>
    row.map(({ slope }, at) => (4 * slope - coarse[sample]![at]!.slope) / 3)
  )
  const largest = slopes.flat().reduce((most, slope) => Math.max(most, Math.abs(slope)), 0)
  const kinkLimit = (floatType === DataType.double ? 1e-5 : 3e-3) * largest
  let worst = 0
  let skipped = 0
  for (let sample = 0; sample < 2; sample++) {
    if (analytic[sample]!.length !== size)
      throw new Error(`gradient of ${analytic[sample]!.length} elements for ${size} pixels`)
    for (let index = 0; index < size; index++) {
      const [wide, narrow] = [coarse[sample]![index]!, fine[sample]![index]!]
      // a bend shrinks with the step where the graph is smooth and stays where it has a kink
      const hasKink =
        Math.abs(wide.slope - narrow.slope) > kinkLimit || Math.abs(2 * narrow.bend - wide.bend) > kinkLimit
      if (ruleCase.skipKinks && hasKink) skipped++
      else worst = Math.max(worst, Math.abs(slopes[sample]![index]! - analytic[sample]![index]!))
    }
  }
  return { worst: worst / Math.max(largest, 1e-9), largest, skipped: skipped / (2 * size), floatType }
}

interface Difference {
  /** central difference quotient */
  slope: number
  /** second difference divided by the step: the jump of the slope at a kink */
  bend: number
}

const weighted = (output: readonly number[], weights: readonly number[]): number =>
  output.reduce((sum, entry, at) => sum + entry * weights[at]!, 0)

async function runBatch(
  session: InferenceSession,
  output: string,
  images: number[][],
  sampleShape: readonly number[],
  floatType: number,
  input = 'image'
): Promise<number[][]> {
  const dims = [images.length, ...sampleShape]
  const flat = images.flat()
  const tensor =
    floatType === DataType.double
      ? new Tensor('float64', Float64Array.from(flat), dims)
      : new Tensor('float32', Float32Array.from(flat), dims)
  const results = await session.run({ [input]: tensor })
  const values = results[output]!.data as Float64Array | Float32Array
  const length = values.length / images.length
  return images.map((_, index) => Array.from(values.subarray(index * length, (index + 1) * length)))
}
