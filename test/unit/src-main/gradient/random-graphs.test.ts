import { describe, expect, it } from 'vitest'
import { DataType } from '../../../../src-main/gradient/onnx/onnx-tensor'
import { checkRule } from './check-rule'
import { randomGraph } from './random-graph'

/**
 * 320 seeded graphs in 16 blocks. Half are drawn from operators that the runtime also has in float64, where rules
 * must agree with difference quotients to 1e-6 of the largest gradient; the other half may hold any operator and
 * runs in float32, where 1e-2 is what differences over 0.008 can tell. Pixels with a kink within reach are left out.
 */
describe('random graphs of covered operators', () => {
  it.each(Array.from({ length: 16 }, (_, block) => block))('block %i', async (block) => {
    let skipped = 0
    for (let index = 0; index < 20; index++) {
      const seed = 1 + block * 20 + index
      const wide = index % 2 === 1
      const check = await checkRule({
        opset: [13, 16, 18, 21, 24, 26][seed % 6]!,
        sampleShape: seed % 4 === 3 ? [7] : [2, 4, 5],
        build: (m, image) => {
          const curved = m.op('Mul', [image, m.op('Add', [image, m.weights([], 0.5, 1.5)])])
          return randomGraph(m, curved, wide)
        },
        seed,
        skipKinks: true
      })
      skipped += check.skipped
      const bound = check.floatType === DataType.double ? 1e-6 : 1e-2
      expect(check.worst, `seed ${seed}`).toBeLessThan(bound)
    }
    expect(skipped / 20).toBeLessThan(0.25)
  })
})
