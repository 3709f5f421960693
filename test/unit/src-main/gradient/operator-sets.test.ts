import { InferenceSession } from '../../../../src-main/inference/onnx-runtime'
import { describe, expect, it } from 'vitest'
import { buildGradientModel } from '../../../../src-main/gradient/build-gradient-model'
import { DataType } from '../../../../src-main/gradient/onnx/onnx-tensor'
import { readOnnxModel } from '../../../../src-main/gradient/onnx/read-model'
import { writeOnnxModel } from '../../../../src-main/gradient/onnx/write-model'
import { klLosses, recLosses, specOf } from './loss-oracle'
import { seededNumbers, TinyModel } from './tiny-model'
import { randomImages, runModel, tinyVae, worstDifference } from './tiny-vae'

const newest = 26
const all = Array.from({ length: newest - 12 }, (_, i) => 13 + i)

describe('operator sets 13 to the newest', () => {
  it.each(all)('%i: kept with the ir_version, right gradients', async (opset) => {
    const vae = tinyVae({ opset })
    const built = buildGradientModel(vae.bytes, specOf(vae))
    const graph = readOnnxModel(built.model)
    expect([graph.opset, graph.irVersion]).toEqual([opset, 8])
    const losses = {
      grad_rec: (images: number[], count: number) => recLosses(vae, 'l2', images, [count, 1, 3, 4]),
      grad_kl: (images: number[], count: number) => klLosses(vae, images, [count, 1, 3, 4])
    }
    for (const [name, loss] of Object.entries(losses))
      expect(await worstDifference(built, name, loss, [1, 3, 4]), name).toBeLessThan(1e-7)
  })

  it('keeps other versions of the file format', () => {
    const model = readOnnxModel(tinyVae().bytes)
    for (const irVersion of [7, 9, 10]) {
      model.irVersion = irVersion
      const built = buildGradientModel(writeOnnxModel(model), specOf(tinyVae()))
      expect(readOnnxModel(built.model).irVersion).toBe(irVersion)
    }
  })

  it('the runtime itself stops behind it', async () => {
    const make = (opset: number): Promise<InferenceSession> =>
      InferenceSession.create(tinyVae({ opset }).bytes, { logSeverityLevel: 4 })
    await (await make(newest)).release()
    await expect(make(newest + 1)).rejects.toThrow(/opset/i)
  })
})

describe('the graph', () => {
  /** A model r = f(x) on [batch, 1, 2, 2] in float64. */
  const modelOf = (build: (m: TinyModel) => string): { bytes: Uint8Array; reconstruction: string } => {
    const m = new TinyModel(17, [1, 2, 2], seededNumbers(2), DataType.double)
    const reconstruction = build(m)
    return { bytes: writeOnnxModel(m.model([reconstruction])), reconstruction }
  }
  const gradientOf = (model: ReturnType<typeof modelOf>): ReturnType<typeof buildGradientModel> =>
    buildGradientModel(
      model.bytes,
      {
        roles: { input: 'image', layout: 'NCHW', reconstruction: model.reconstruction },
        reconstructionLoss: 'l2',
        beta: 1
      },
      ['grad_rec']
    )

  it('adds up what comes back along every use of a value', async () => {
    // r = x² + sin x + 2 x, x used four times: d (r - x)² / dx = 2 (r - x) (2 x + cos x + 1)
    const model = modelOf(
      (m) =>
      m.op('Sum', [m.op('Mul', ['image', 'image']), m.op('Sin', ['image']), m.op('Mul', ['image', m.constant([], [2])])]) // prettier-ignore
    )
    const images = randomImages(4)
    const found = await runModel(gradientOf(model).model, 'x', images, [1, 1, 2, 2])
    images.forEach((x, i) => {
      const difference = x * x + Math.sin(x) + x
      expect(found['grad_rec']![i]).toBeCloseTo(2 * difference * (2 * x + Math.cos(x) + 1), 12)
    })
  })

  it('undoes broadcasting by summing', async () => {
    // r = x + mean of x by two broadcasts: with c = Σ x, r - x = c / 4 at each of four pixels, loss c² / 4
    const model = modelOf((m) =>
      m.op('Add', ['image', m.op('ReduceMean', ['image'], { axes: { kind: 'ints', value: [2, 3] } })])
    )
    const images = randomImages(8)
    const found = await runModel(gradientOf(model).model, 'x', images, [2, 1, 2, 2])
    images.forEach((_, i) => {
      const sum = images.slice(i < 4 ? 0 : 4, i < 4 ? 4 : 8).reduce((total, x) => total + x, 0)
      expect(found['grad_rec']![i]).toBeCloseTo(sum / 2, 12)
    })
  })

  it('holds no node that depends on constants alone, and none that x does not reach', () => {
    const model = modelOf((m) => {
      const weight = m.op('Exp', [m.op('Mul', [m.weights([2, 2]), m.weights([2, 1])])])
      const shape = m.op('Concat', [m.integers(-1), m.op('Mul', [m.integers(1), m.integers(1)]), m.integers(2, 2)], { axis: { kind: 'int', value: 0 } }) // prettier-ignore
      m.op('Tanh', [m.op('MatMul', ['image', weight])])
      return m.op('Reshape', [m.op('MatMul', ['image', weight]), shape])
    })
    const { graph } = readOnnxModel(gradientOf(model).model)
    const idle = graph.nodes.filter(({ inputs }) =>
      inputs.every((name) => !name || graph.initializers.has(name))
    )
    expect(idle).toEqual([])
    expect(graph.nodes.some(({ opType }) => opType === 'Tanh' || opType === 'Exp')).toBe(false)
  })

  it('gives each image what it has alone, whatever the size of the batch', async () => {
    const vae = tinyVae()
    const { model } = buildGradientModel(vae.bytes, specOf(vae))
    const images = randomImages(5 * 12)
    const together = await runModel(model, 'x', images, [5, 1, 3, 4])
    for (let k = 0; k < 5; k++) {
      const alone = await runModel(model, 'x', images.slice(12 * k, 12 * k + 12), [1, 1, 3, 4])
      for (const name of ['grad_kl', 'grad_rec', 'grad_elbo'])
        alone[name]!.forEach((value, i) => expect(together[name]![12 * k + i]).toBeCloseTo(value, 13))
    }
  })
})
