import type { UsedProvider } from '../contract/analysis'
import { toNidusError } from '../contract/errors'
import type { MapName } from '../contract/manifest'
import type { ProbeOutcome } from './choose-provider'
import type { FromEngine } from './engine-protocol'
import { goldenInput } from './golden-input'
import type { CatalogueModel } from './model-catalogue'
import { openNetwork, type SampleOutputs } from './open-network'
import { plainProviderReason } from './plain-provider-reason'

/** Outputs that are compared, with what they are called and how far a provider may be from the CPU. */
interface Compared {
  output: keyof SampleOutputs
  name: string
  tolerance: number
}

/**
 * How far a provider may be from the CPU: |provider - CPU| / |CPU|, Euclidean norms over all samples. Float32 with
 * another order of summation stays near 1e-6; a rare sign change of a gradient at the kink of a ReLU or of an L1
 * loss comes near 1e-4; half precision or a wrong kernel comes out above 1e-3. Maps follow from these: rec from the
 * reconstruction, grad-kl, grad-rec and grad-elbo from their gradients, combi from the reconstruction and grad-kl.
 */
export const providerTolerances: readonly Compared[] = [
  { output: 'reconstruction', name: 'the reconstruction', tolerance: 1e-4 },
  { output: 'rec', name: 'the reconstruction loss', tolerance: 1e-4 },
  { output: 'kl', name: 'the KL', tolerance: 1e-4 },
  { output: 'gradKl', name: 'the KL gradient', tolerance: 1e-3 },
  { output: 'gradRec', name: 'the reconstruction gradient', tolerance: 1e-3 },
  { output: 'gradElbo', name: 'the ELBO gradient', tolerance: 1e-3 }
]

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
    return { kind: 'probed', ...judge(found, expected) }
  } catch (thrown) {
    const { context, message } = toNidusError(thrown)
    const reason = plainProviderReason(provider, String(context.reason ?? message))
    return { kind: 'probed', usable: false, reason }
  }
}

/** Whether every output is within its tolerance; the reason names the one that is nearest to it or past it. */
export function judge(found: SampleOutputs[], expected: SampleOutputs[]): ProbeOutcome {
  let worst = { name: 'nothing', share: 0, figure: '0', allowed: '0' }
  for (const { output, name, tolerance } of providerTolerances) {
    const difference = differenceOf(output, found, expected)
    const share = difference / tolerance
    if (share <= worst.share) continue
    worst = { name, share, figure: difference.toExponential(1), allowed: tolerance.toExponential(0) }
    if (Number.isNaN(share)) break
  }
  // Written so that NaN counts as too far.
  return worst.share <= 1
    ? {
        usable: true,
        reason: `agrees with the CPU (${worst.name} within ${worst.figure}, allowed ${worst.allowed})`
      }
    : {
        usable: false,
        reason: `differs from the CPU: ${worst.name} by ${worst.figure}, allowed ${worst.allowed}`
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
  for (const { output } of providerTolerances) {
    const difference = differenceOf(output, found, expected)
    if (!(difference <= worst.difference)) worst = { output, difference }
    if (Number.isNaN(difference)) break
  }
  return worst
}

/** |found - expected| / |expected| of one output over all samples. */
function differenceOf(
  output: keyof SampleOutputs,
  found: SampleOutputs[],
  expected: SampleOutputs[]
): number {
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
  return squaredError === 0 ? 0 : Math.sqrt(squaredError / squaredNorm)
}

function valuesOf(value: Float32Array | number | null | undefined): Float32Array {
  if (value instanceof Float32Array) return value
  return Float32Array.from(value === null || value === undefined ? [] : [value])
}
