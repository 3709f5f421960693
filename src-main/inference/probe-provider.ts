import type { UsedProvider } from '../contract/analysis'
import { toNidusError } from '../contract/errors'
import type { MapName } from '../contract/manifest'
import type { FromEngine } from './engine-protocol'
import { goldenInput } from './golden-input'
import type { CatalogueModel } from './model-catalogue'
import { openNetwork, type SampleOutputs } from './open-network'

/**
 * How far a provider may be from the CPU: |provider - CPU| / |CPU|, Euclidean norms over all samples, for each
 * output. Float32 with another order of summation stays near 1e-6, a rare sign change of a gradient at the kink of
 * a ReLU near 1e-4; half precision or a wrong kernel comes out above 1e-3.
 */
export const providerTolerance = 1e-3

/** Samples of the golden input. */
const samples = 3

/**
 * Runs the golden input on a provider and on the CPU and compares. To be called in a process that may be lost:
 * drivers crash.
 */
export async function probeProvider(
  provider: UsedProvider,
  model: CatalogueModel,
  maps: readonly MapName[]
): Promise<Extract<FromEngine, { kind: 'probed' }>> {
  try {
    const inputs = Array.from({ length: samples }, (_, variant) => goldenInput(model.manifest, variant))
    const candidate = await openNetwork(model, provider, maps)
    const found = await candidate.run(inputs)
    const reference = await openNetwork(model, 'cpu', maps)
    const expected = await reference.run(inputs)
    const worst = largestDifference(found, expected)
    // Written so that NaN counts as too far.
    const usable = worst.difference <= providerTolerance
    const figure = worst.difference.toExponential(1)
    return {
      kind: 'probed',
      usable,
      reason: usable
        ? `agrees with the CPU (relative difference ${figure})`
        : `differs from the CPU: ${worst.output} by ${figure}, allowed ${providerTolerance}`
    }
  } catch (thrown) {
    const { context, message } = toNidusError(thrown)
    return { kind: 'probed', usable: false, reason: firstLine(String(context.reason ?? message)) }
  }
}

/**
 * The output that differs most, as |found - expected| / |expected| over all samples. NaN counts as most.
 */
export function largestDifference(
  found: SampleOutputs[],
  expected: SampleOutputs[]
): { output: string; difference: number } {
  let worst = { output: 'none', difference: 0 }
  for (const output of ['reconstruction', 'rec', 'kl', 'gradKl', 'gradRec', 'gradElbo'] as const) {
    let squaredError = 0
    let squaredNorm = 0
    expected.forEach((sample, s) => {
      const right = valuesOf(sample[output])
      const left = valuesOf(found[s][output])
      right.forEach((value, i) => {
        squaredError += (left[i] - value) ** 2
        squaredNorm += value ** 2
      })
    })
    const difference = squaredError === 0 ? 0 : Math.sqrt(squaredError / squaredNorm)
    if (!(difference <= worst.difference)) worst = { output, difference }
    if (Number.isNaN(difference)) break
  }
  return worst
}

function valuesOf(value: Float32Array | number | null | undefined): Float32Array {
  if (value instanceof Float32Array) return value
  return Float32Array.from(value === null || value === undefined ? [] : [value])
}

function firstLine(text: string): string {
  return text.split('\n')[0].slice(0, 200)
}
