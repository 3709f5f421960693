import { describe, expect, it } from 'vitest'
import { DataType } from '../../../../../src-main/gradient/onnx/onnx-tensor'
import { checkRule, type RuleCase } from '../check-rule'

export interface NamedCase extends Omit<RuleCase, 'opset'> {
  name: string
  /** first operator set of the operator or form; 13 when absent */
  since?: number
  until?: number
}

/** Signatures changed at 13, 16, 18 and 21; 26 is the newest that onnxruntime-node 1.30 runs. */
const spread = [13, 16, 18, 21, 24, 26]

/**
 * Runs each case at operator sets across the supported range. Float64 graphs must agree with the difference
 * quotients to 1e-7 of the largest gradient, float32 graphs to 2e-3: rounding of 6e-8 in values of order one,
 * times the square root of some ten terms, divided by a step of 1e-2, with room for the extrapolation's factor.
 */
export function describeRules(family: string, cases: readonly NamedCase[]): void {
  describe(family, () => {
    for (const { name, since = 13, until = 99, ...rest } of cases) {
      const wanted = [...new Set([since, ...spread])].filter((opset) => opset >= since && opset <= until)
      it.each(wanted)(`${name}, operator set %i`, async (opset) => {
        const { worst, largest, floatType } = await checkRule({ ...rest, opset })
        expect(largest).toBeGreaterThan(1e-3)
        expect(worst).toBeLessThan(floatType === DataType.double ? 1e-7 : 2e-3)
      })
    }
  })
}
