import { createHash } from 'node:crypto'
import { cpus } from 'node:os'
import { performance } from 'node:perf_hooks'
import type { UsedProvider } from '../contract/analysis'
import type { ModelManifest } from '../contract/manifest'
import { choosePlan } from './choose-plan'
import { goldenInput } from './golden-input'
import type { NetworkSession, SessionFacts } from './network-session'
import type { SpawnLane } from './lane-protocol'
import { openLanes, type Lanes } from './open-lanes'
import type { Remembered } from './remembered'
import { candidatePlans, groupSizeOf, plainPlan, type RunPlan } from './run-plan'
import { runtimeVersion } from './runtime-version'
import { sameBits, type SampleOutputs } from './sample-outputs'
import { createSteadyBatches, type RunSamples } from './steady-batches'

/** A model opened on a provider. */
export interface Network {
  /** Samples in the model's layout to outputs, in order. */
  run: RunSamples<SampleOutputs>
  /** slices that are best given at once */
  readonly groupSize: number
  /**
   * Says that many samples are to come. Where that pays, finds out once for this machine, model and provider how
   * batches run fastest, remembers it, and goes over to it. Results stay the same to the bit.
   */
  expect(count: number): Promise<void>
  /** how batches run now */
  readonly plan: RunPlan
  dispose(): Promise<void>
}

/** What helps to plan and is not needed. */
export interface PlanHelp {
  /** starts threads for further sessions; without it all runs on the calling thread */
  spawnLane?: SpawnLane
  /** measured plans of earlier starts */
  plans?: Remembered<RunPlan>
}

/** A graph in a session that uses all cores. */
interface OpenGraph {
  graph: Uint8Array
  /** all that decides over the graph */
  graphKey: string
  provider: UsedProvider
  cores: number
  facts: SessionFacts
  session: NetworkSession
  /** whether its operators may be trusted with batches, see steady-operators.ts */
  steady: boolean
}

/** Work ahead, in milliseconds on one session, from which opening lanes and measuring plans pays. */
const worthPlanningMs = 1500

/** Bytes of a graph above which its weights are not loaded a second time. */
const mostLaneBytes = 128 * 1024 * 1024

/** A network on an open graph: single samples on its session, batches by the plan that is in force. */
export function planBatches(
  open: OpenGraph,
  manifest: ModelManifest,
  { spawnLane, plans }: PlanHelp
): Network {
  const { graph, provider, cores, facts, session, steady } = open
  const first: RunPlan = session.stated ? { ...plainPlan(cores), batch: 1 } : plainPlan(cores)
  let lanes: Lanes | null = null
  const batchesFor = ({ batch, lanes: count }: RunPlan): RunSamples<SampleOutputs> =>
    createSteadyBatches({
      runSamples: session.run,
      runBatch: lanes?.runBatch,
      lanes: Math.max(1, count),
      batchSize: batch,
      initially: provider !== 'cpu' ? 'padded' : steady ? 'unknown' : 'single',
      same: sameBits
    })
  let plan = first
  let batches = batchesFor(first)
  let isPlanned =
    !spawnLane || provider !== 'cpu' || !steady || session.stated > 0 || graph.byteLength > mostLaneBytes

  const adopt = async (chosen: RunPlan): Promise<void> => {
    if (chosen.lanes === 0) await closeLanes()
    plan = chosen
    batches = batchesFor(chosen)
  }
  const closeLanes = async (): Promise<void> => {
    await lanes?.close()
    lanes = null
  }
  const openFor = async ({ lanes: count, threads }: RunPlan): Promise<void> => {
    lanes = await openLanes(spawnLane as SpawnLane, count, { kind: 'open', graph, provider, threads, facts })
  }
  const measured = async (sample: Float32Array): Promise<RunPlan> => {
    const candidates = candidatePlans(cores)
    const inLanes = candidates.find(({ lanes: count }) => count > 0)
    if (inLanes) await openFor(inLanes)
    const runners = candidates.map((candidate) => ({
      plan: candidate,
      runBatch: candidate.lanes > 0 && lanes ? lanes.runBatch : session.run
    }))
    return choosePlan(runners, sample)
  }

  return {
    run: (samples) => batches(samples),
    get groupSize() {
      return groupSizeOf(plan)
    },
    get plan() {
      return plan
    },
    expect: async (count) => {
      if (isPlanned) return
      const sample = goldenInput(manifest, 0)
      const started = performance.now()
      await session.run([sample])
      if (count * (performance.now() - started) < worthPlanningMs) return
      isPlanned = true
      const key = planKeyOf(open)
      const known = await plans?.get(key)
      try {
        if (known && known.lanes > 0) await openFor(known)
        const chosen = known ?? (await measured(sample))
        if (!known) await plans?.set(key, chosen)
        await adopt(chosen)
      } catch {
        // processes that do not start here cost speed only: what worked so far goes on
        await closeLanes()
        await adopt(first)
      }
    },
    dispose: async () => {
      await closeLanes()
      await session.release()
    }
  }
}

/** All that the speed of a plan depends on. */
function planKeyOf({ graphKey, cores, provider }: OpenGraph): string {
  const graph = createHash('sha256').update(graphKey).digest('hex')
  return [cpus()[0]?.model ?? process.arch, cores, runtimeVersion, provider, graph].join('|')
}
