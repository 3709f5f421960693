import { NidusError } from '../contract/errors'
import type { GradientModel } from './build-gradient-model'
import type { GradientSpec } from './gradient-spec'
import { scoreReconstruction } from './score-reconstruction'

/** Runs the gradient graph: images [batch, ...sample] as float32 in, every output as float32 out. */
export type RunGradientModel = (images: Float32Array, dims: number[]) => Promise<Record<string, Float32Array>>

export interface GradientCheck {
  /** gradients compared with finite differences */
  comparisons: number
  /** largest |difference| / largest |gradient| that was found */
  worst: number
}

/** Part of the largest gradient by which curvature and kinks may set a difference quotient off. */
const curvatureAllowance = 0.02

/** Rounding of a loss that the network computes in float32, relative to the loss: 32 units in the last place. */
const roundingAllowance = 32 * 2 ** -24

/** Steps as parts of the pixel range: short ones cross few kinks, long ones drown less in rounding. */
const steps = [1e-3, 3e-3, 1e-2]

/**
 * Compares the gradients of a built graph with central differences at random pixels of random images, so that an
 * imported model is refused rather than shown with a wrong map.
 *
 * For each pixel the closest of three step sizes counts; it must lie within 2 % of the largest gradient of that
 * image plus the rounding of the loss in float32 (32 units in the last place) divided by the step. Losses
 * other than SSIM are summed anew in float64 from the reconstruction, apart from the graph's own sums.
 *
 * @param built graph with `reconstruction`, `rec`, `grad_rec` and, where possible, `kl` and `grad_kl`
 * @param run runs that graph
 * @param options seed of images and pixels; pixels per image
 * @throws NidusError `onnx-gradient-check-failed` naming the loss, the pixel and both numbers
 */
export async function checkGradient(
  built: GradientModel,
  spec: GradientSpec,
  run: RunGradientModel,
  options: { seed?: number; pixels?: number } = {}
): Promise<GradientCheck> {
  const { seed = 1, pixels = 6 } = options
  const random = seededRandom(seed)
  const size = built.sampleShape.reduce((product, dim) => product * dim, 1)
  const range = spec.dataRange ?? 1
  const low = range === 2 ? -1 : 0
  const result: GradientCheck = { comparisons: 0, worst: 0 }
  const runEach = batched(run, built, size)
  for (let image = 0; image < 2; image++) {
    const base = Float32Array.from({ length: size }, () => low + range * (0.05 + 0.9 * random()))
    const [start] = await runEach([base])
    for (const [loss, gradient] of [
      ['rec', 'grad_rec'],
      ['kl', 'grad_kl']
    ] as const) {
      const slopes = start![gradient]
      if (!slopes || !built.outputs.includes(loss)) continue
      const largest = slopes.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      if (!slopes.every(Number.isFinite)) throw failed(loss, 'the gradient is not finite')
      const steepest = slopes.findIndex((value) => Math.abs(value) === largest)
      const chosen = [steepest, ...Array.from({ length: pixels - 1 }, () => Math.floor(random() * size))]
      const moved = chosen.flatMap((pixel) =>
        steps.flatMap((step) => [
          movedImage(base, pixel, step * range),
          movedImage(base, pixel, -step * range)
        ])
      )
      const losses = (await runEach(moved)).map((outputs, index) =>
        loss === 'kl' ? outputs['kl']![0]! : scoreReconstruction(spec, moved[index]!, outputs)
      )
      for (const [place, pixel] of chosen.entries()) {
        const misses = steps.map((_, at) => {
          const index = 2 * (place * steps.length + at)
          const distance = moved[index]![pixel]! - moved[index + 1]![pixel]!
          const quotient = (losses[index]! - losses[index + 1]!) / distance
          const allowed =
            curvatureAllowance * largest + (roundingAllowance * Math.abs(losses[index]!)) / distance
          return { quotient, miss: Math.abs(quotient - slopes[pixel]!), allowed }
        })
        const best = misses.reduce((least, next) =>
          next.miss - next.allowed < least.miss - least.allowed ? next : least
        )
        result.comparisons++
        if (largest > 0)
          result.worst = Math.max(result.worst, Math.min(...misses.map((entry) => entry.miss)) / largest)
        if (!(best.miss <= best.allowed)) {
          throw failed(
            loss,
            `at pixel ${pixel} the graph says ${slopes[pixel]!.toPrecision(5)}, finite differences say ${best.quotient.toPrecision(5)}`
          )
        }
      }
    }
  }
  return result
}

function failed(loss: string, what: string): NidusError {
  const reason = `gradient of the ${loss} loss: ${what}; the model is refused, because its maps would be wrong`
  return new NidusError('onnx-gradient-check-failed', { loss, reason })
}

function movedImage(base: Float32Array, pixel: number, step: number): Float32Array {
  const moved = base.slice()
  moved[pixel] = moved[pixel]! + step
  return moved
}

type Outputs = Record<string, Float32Array>

/** Runs images in batches (of the fixed size, where the graph has one) and takes the outputs apart again. */
function batched(
  run: RunGradientModel,
  built: GradientModel,
  size: number
): (images: Float32Array[]) => Promise<Outputs[]> {
  const batch = built.fixedBatch ?? 4
  return async (images) => {
    const separate: Outputs[] = []
    for (let first = 0; first < images.length; first += batch) {
      const group = images.slice(first, first + batch)
      const count = built.fixedBatch ?? group.length
      const joined = new Float32Array(count * size)
      for (let index = 0; index < count; index++) joined.set(group[index] ?? group[0]!, index * size)
      const outputs = await run(joined, [count, ...built.sampleShape])
      group.forEach((_, index) => {
        const own: Outputs = {}
        for (const [name, values] of Object.entries(outputs)) {
          const length = values.length / count
          own[name] = values.subarray(index * length, (index + 1) * length)
        }
        separate.push(own)
      })
    }
    return separate
  }
}

/** Mulberry32: 32 bits of state, numbers in [0, 1). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
