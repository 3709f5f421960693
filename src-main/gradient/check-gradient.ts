import { NidusError } from '../contract/errors'
import type { GradientModel } from './build-gradient-model'
import type { GradientSpec } from './gradient-spec'
import { runPerImage, type RunGradientModel } from './run-per-image'
import { scoreReconstruction } from './score-reconstruction'

export type { RunGradientModel } from './run-per-image'

/** Outcome of a comparison that was passed. */
export interface GradientCheck {
  /** gradients compared with finite differences */
  comparisons: number
  /** largest |difference| / largest |gradient| that was found */
  worst: number
}

/** Distance from the difference quotients that one pixel may have, as a part of the largest gradient. */
const pixelAllowance = 0.02

/** As many pixels may lie further off, up to the second number: where a kink of the network is within reach. */
const kinkAllowance = { part: 1 / 6, distance: 0.15 }

/** Rounding of a loss that the network computes in float32, relative to the loss: 8 units in the last place. */
const roundingAllowance = 8 * 2 ** -24

/** Steps as parts of the pixel range: short ones cross few kinks, long ones drown less in rounding. */
const steps = [1e-3, 3e-3, 1e-2]

/**
 * Compares the gradients of a built graph with difference quotients at random pixels of random images, so that an
 * imported model is refused rather than shown with a wrong map.
 *
 * At each pixel the forward, backward and central quotients of three step sizes span an interval. The gradient
 * must lie in it, give or take 2 % of the image's largest gradient. Rounding of the loss in float32 (8 units in the
 * last place, fewer where many pixels average it out) over the step is allowed too; a step at which it
 * exceeds those 2 % tells nothing and is left out while a longer one is left. One pixel in six may be off by up to 15 %: networks have kinks, and a wrong
 * rule shows at more pixels or by more. Losses other than SSIM are summed anew in float64 from the reconstruction.
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
  const { seed = 1, pixels = 9 } = options
  const random = seededRandom(seed)
  const size = built.sampleShape.reduce((product, dim) => product * dim, 1)
  const range = spec.dataRange ?? 1
  const low = range === 2 ? -1 : 0
  const runEach = runPerImage(run, built)
  const found: Comparison[] = []
  for (let image = 0; image < 2; image++) {
    const base = Float32Array.from({ length: size }, () => low + range * (0.05 + 0.9 * random()))
    const [start] = await runEach([base])
    const losses = (['rec', 'kl'] as const).filter((loss) => start![loss] && start![`grad_${loss}`])
    const steepest = losses.map((loss) => steepestPixel(loss, start![`grad_${loss}`]!))
    const chosen = [
      ...steepest,
      ...Array.from({ length: pixels - losses.length }, () => Math.floor(random() * size))
    ]
    const moved = chosen.flatMap((pixel) =>
      steps.flatMap((step) => [1, -1].map((side) => movedImage(base, pixel, side * step * range)))
    )
    const outputs = await runEach(moved)
    for (const loss of losses) {
      const slopes = start![`grad_${loss}`]!
      const scoreOf = (pixelsOf: Float32Array, results: Record<string, Float32Array>): number =>
        loss === 'kl' ? results['kl']![0]! : scoreReconstruction(spec, pixelsOf, results)
      const centre = scoreOf(base, start!)
      const largest = Math.abs(slopes[steepestPixel(loss, slopes)]!)
      const isSummedHere = loss === 'rec' && spec.reconstructionLoss !== 'ssim'
      const rounding = roundingAllowance * Math.abs(centre) * (isSummedHere ? size ** -0.5 : 1)
      for (const [place, pixel] of chosen.entries()) {
        const atSteps = steps.map((_, at): Quotients => {
          const index = 2 * (place * steps.length + at)
          const end = (side: number): Point => ({
            x: moved[side]![pixel]!,
            score: scoreOf(moved[side]!, outputs[side]!)
          })
          const [up, down, middle] = [end(index), end(index + 1), { x: base[pixel]!, score: centre }]
          const values = [quotient(up, middle), quotient(middle, down), quotient(up, down)]
          return { values, rounding: rounding / (up.x - down.x) }
        })
        found.push({
          loss,
          pixel,
          largest,
          slope: slopes[pixel]!,
          distance: distanceTo(atSteps, slopes[pixel]!, largest)
        })
      }
    }
  }
  return judge(found)
}

interface Point {
  x: number
  score: number
}

interface Comparison {
  loss: 'rec' | 'kl'
  pixel: number
  slope: number
  /** largest gradient of the image */
  largest: number
  /** how far the slope lies outside the quotients, as a part of the largest gradient */
  distance: number
}

const quotient = (high: Point, low: Point): number => (high.score - low.score) / (high.x - low.x)

/** Quotients at one step size and the share that rounding may have in them. */
interface Quotients {
  values: number[]
  rounding: number
}

function distanceTo(atSteps: readonly Quotients[], slope: number, largest: number): number {
  const telling = atSteps.filter(({ rounding }) => rounding <= pixelAllowance * largest)
  const used = telling.length > 0 ? telling : atSteps.slice(-1)
  const low = Math.min(...used.flatMap(({ values, rounding }) => values.map((value) => value - rounding)))
  const high = Math.max(...used.flatMap(({ values, rounding }) => values.map((value) => value + rounding)))
  const outside = Math.max(low - slope, slope - high, 0)
  return Number.isFinite(outside) ? outside / Math.max(largest, 1e-30) : Infinity
}

function judge(found: readonly Comparison[]): GradientCheck {
  for (const loss of ['rec', 'kl'] as const) {
    const own = found
      .filter((entry) => entry.loss === loss)
      .sort((left, right) => right.distance - left.distance)
    const off = own.filter((entry) => entry.distance > pixelAllowance)
    const [worst] = own
    if (worst && (off.length > own.length * kinkAllowance.part || worst.distance > kinkAllowance.distance)) {
      const what = `at ${off.length} of ${own.length} pixels it disagrees with finite differences, at pixel ${worst.pixel} by ${(100 * worst.distance).toFixed(1)} % of the largest gradient`
      throw refused(loss, what)
    }
  }
  return { comparisons: found.length, worst: Math.max(0, ...found.map((entry) => entry.distance)) }
}

function refused(loss: string, what: string): NidusError {
  const reason = `gradient of the ${loss} loss: ${what}; the model is refused, because its maps would be wrong`
  return new NidusError('onnx-gradient-check-failed', { loss, reason })
}

function steepestPixel(loss: string, slopes: Float32Array): number {
  if (!slopes.every(Number.isFinite)) throw refused(loss, 'it is not finite')
  return slopes.reduce((best, value, at) => (Math.abs(value) > Math.abs(slopes[best]!) ? at : best), 0)
}

function movedImage(base: Float32Array, pixel: number, step: number): Float32Array {
  const moved = base.slice()
  moved[pixel] = moved[pixel]! + step
  return moved
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
