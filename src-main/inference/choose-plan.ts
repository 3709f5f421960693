import { performance } from 'node:perf_hooks'
import type { RunPlan } from './run-plan'
import { groupSizeOf } from './run-plan'
import type { RunSamples } from './steady-batches'

/** A plan made ready to run batches of its size, as many at once as it has lanes. */
export interface ReadyPlan<Output> {
  plan: RunPlan
  runBatch: RunSamples<Output>
}

/** Rounds in which all plans take turns; the fastest turn of each counts, since other programs only slow down. */
const rounds = 3

/** A plan with further sessions has to be this much faster than the first, to be worth their memory. */
const gain = 0.9

/**
 * Measures plans against each other and picks the fastest; the first, where no other is clearly faster.
 * @param sample of the network, used for every place in every batch
 */
export async function choosePlan<Output>(
  ready: readonly ReadyPlan<Output>[],
  sample: Float32Array,
  nowMs: () => number = () => performance.now()
): Promise<RunPlan> {
  const fastest = ready.map(() => Infinity)
  for (let round = 0; round <= rounds; round++) {
    for (const [i, { plan, runBatch }] of ready.entries()) {
      const started = nowMs()
      const batches = Array.from({ length: Math.max(1, plan.lanes) }, () =>
        Array.from({ length: plan.batch }, () => sample)
      )
      await Promise.all(batches.map((batch) => runBatch(batch)))
      // the first round pays for memory that later ones find in place
      if (round > 0) fastest[i] = Math.min(fastest[i], (nowMs() - started) / groupSizeOf(plan))
    }
  }
  let best = 0
  for (let i = 1; i < ready.length; i++) {
    if (fastest[i] < fastest[best] && fastest[i] < gain * fastest[0]) best = i
  }
  return ready[best].plan
}
