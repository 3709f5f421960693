import { z } from 'zod'

/** How batches are run. Results do not depend on it, see steady-batches.ts. */
export const runPlanSchema = z.object({
  /** processes of their own, each with a session; 0: in the process that asks */
  lanes: z.number().int().min(0).max(16),
  /** of ONNX Runtime, per session */
  threads: z.number().int().min(1).max(64),
  /** slices in a batch */
  batch: z.number().int().min(1).max(64)
})
export type RunPlan = z.infer<typeof runPlanSchema>

/** More would want more slices prepared at once than one thread can prepare meanwhile. */
const mostLanes = 4

/** What is done until something else has proved faster: one session that uses all cores. */
export function plainPlan(cores: number): RunPlan {
  return { lanes: 0, threads: cores, batch: 8 }
}

/**
 * Plans worth measuring on the CPU, the plain one first. Lanes of few threads each pay where ONNX Runtime runs an
 * operator on one thread whatever it is given (ConvTranspose, DepthToSpace and most that move values).
 */
export function candidatePlans(cores: number): RunPlan[] {
  const lanes = Math.min(cores, mostLanes)
  if (lanes < 2) return [plainPlan(cores), { ...plainPlan(cores), batch: 4 }]
  const threads = Math.floor(cores / lanes)
  return [plainPlan(cores), ...[4, 8].map((batch) => ({ lanes, threads, batch }))]
}

/** Slices that keep every lane of a plan busy. */
export function groupSizeOf({ lanes, batch }: RunPlan): number {
  return Math.max(1, lanes) * batch
}
