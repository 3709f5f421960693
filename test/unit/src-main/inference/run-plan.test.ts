import { describe, expect, it } from 'vitest'
import {
  candidatePlans,
  groupSizeOf,
  plainPlan,
  runPlanSchema
} from '../../../../src-main/inference/run-plan'

describe('candidatePlans', () => {
  it.each([1, 2, 3, 6, 16])('takes no more threads than %i cores, the plain plan first', (cores) => {
    const plans = candidatePlans(cores)
    expect(plans[0]).toEqual(plainPlan(cores))
    for (const plan of plans) {
      expect(runPlanSchema.parse(plan)).toEqual(plan)
      expect(Math.max(1, plan.lanes) * plan.threads).toBeLessThanOrEqual(cores)
      expect(groupSizeOf(plan)).toBeLessThanOrEqual(32)
    }
    expect(plans.some(({ lanes }) => lanes > 1)).toBe(cores > 1)
  })
})
