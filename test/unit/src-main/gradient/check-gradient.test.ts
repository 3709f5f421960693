import { InferenceSession, Tensor } from '../../../../src-main/inference/onnx-runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  buildGradientModel,
  type GradientModel,
  type GradientSpec
} from '../../../../src-main/gradient/build-gradient-model'
import { checkGradient, type RunGradientModel } from '../../../../src-main/gradient/check-gradient'
import { DataType } from '../../../../src-main/gradient/onnx/onnx-tensor'
import { tinyVae } from './tiny-vae'

const vae = tinyVae({
  floatType: DataType.float,
  sampleShape: [1, 8, 8],
  finish: (m, value) => m.op('LeakyRelu', [value])
})
const spec: GradientSpec = {
  roles: {
    input: 'image',
    layout: 'NCHW',
    reconstruction: vae.names.reconstruction,
    mu: vae.names.mu,
    logVar: vae.names.spread
  },
  reconstructionLoss: 'l1',
  beta: 1
}

describe('checkGradient', () => {
  let session: InferenceSession
  let built: GradientModel
  let run: RunGradientModel

  beforeAll(async () => {
    built = buildGradientModel(vae.bytes, spec)
    session = await InferenceSession.create(built.model, { intraOpNumThreads: 1 })
    run = async (images, dims) => {
      const results = await session.run({ x: new Tensor('float32', images, dims) })
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [
          name,
          Float32Array.from(tensor.data as Float32Array)
        ])
      )
    }
  })
  afterAll(() => session.release())

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('accepts right gradients, seed %i', async (seed) => {
    const { comparisons, worst } = await checkGradient(built, spec, run, { seed })
    expect(comparisons).toBe(36)
    expect(worst).toBeLessThan(0.02)
  })

  const faults: [string, (outputs: Record<string, Float32Array>) => void][] = [
    ['a factor of 1.1 in grad_rec', (outputs) => scaled(outputs, 'grad_rec', 1.1)],
    ['a factor of 0.9 in grad_kl', (outputs) => scaled(outputs, 'grad_kl', 0.9)],
    ['the wrong sign', (outputs) => scaled(outputs, 'grad_kl', -1)],
    ['no gradient at all', (outputs) => scaled(outputs, 'grad_rec', 0)],
    ['not a number', (outputs) => scaled(outputs, 'grad_rec', NaN)],
    [
      'the network’s part only, without x as target',
      (outputs) =>
        outputs['reconstruction']!.forEach((r, at) => (outputs['grad_rec']![at]! += Math.sign(r - 0.5)))
    ],
    ['pixels turned around', (outputs) => outputs['grad_kl']!.reverse()]
  ]

  it.each(faults)('refuses %s', async (_, spoil) => {
    const spoilt: RunGradientModel = async (images, dims) => {
      const outputs = await run(images, dims)
      spoil(outputs)
      return outputs
    }
    await expect(checkGradient(built, spec, spoilt)).rejects.toThrowError(/onnx-gradient-check-failed/)
  })
})

function scaled(outputs: Record<string, Float32Array>, name: string, factor: number): void {
  outputs[name]!.forEach((value, at) => (outputs[name]![at] = value * factor))
}
