import { InferenceSession, Tensor } from '../../../../src-main/inference/onnx-runtime'
import { describe, expect, it } from 'vitest'
import { buildSamplingModel } from '../../../../src-main/gradient/build-sampling-model'
import type { GradientSpec } from '../../../../src-main/gradient/gradient-spec'
import { tinyVae, type TinyVaeOptions } from './tiny-vae'

const options: TinyVaeOptions = { floatType: 1 }
const specOf = (vae: ReturnType<typeof tinyVae>, more: object = {}): GradientSpec => ({
  roles: {
    input: 'image',
    layout: 'NCHW',
    reconstruction: vae.names.reconstruction,
    mu: vae.names.mu,
    logVar: vae.names.spread,
    ...more
  },
  reconstructionLoss: 'l1',
  beta: 1
})

const images = Float32Array.from({ length: 24 }, (_, i) => ((i * 37) % 24) / 24)
const dims = [2, 1, 3, 4]

async function run(bytes: Uint8Array, feeds: Record<string, Tensor>): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 })
  const found = await session.run(feeds)
  await session.release()
  return Object.fromEntries(
    Object.entries(found).map(([name, tensor]) => [name, tensor.data as Float32Array])
  )
}

const drawn = (bytes: Uint8Array, noise: number[]): Promise<Record<string, Float32Array>> =>
  run(bytes, {
    x: new Tensor('float32', images, dims),
    noise: new Tensor('float32', Float32Array.from(noise), [2, 2])
  })

describe('buildSamplingModel', () => {
  it('gives the model’s own reconstruction for noise of zero', async () => {
    const vae = tinyVae(options)
    const { model, sampleShape, noiseShape } = buildSamplingModel(vae.bytes, specOf(vae))
    expect([sampleShape, noiseShape]).toEqual([[1, 3, 4], [2]])
    const own = await run(vae.bytes, { image: new Tensor('float32', images, dims) })
    const { reconstruction } = await drawn(model, [0, 0, 0, 0])
    const expected = own[vae.names.reconstruction]!
    reconstruction!.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6))
  })

  it('decodes mu + sigma * noise, as a model does that decodes that sum itself', async () => {
    // the file itself is run here, so that what Nidus makes of a sum does not come into it
    const plain = tinyVae(options)
    const summed = tinyVae({
      ...options,
      decode: (m, mu, spread) =>
        m.op('Sum', [mu, m.op('Exp', [m.op('Mul', [spread, m.constant([], [0.5])])])])
    })
    const expected = (await run(summed.bytes, { image: new Tensor('float32', images, dims) }))[
      summed.names.reconstruction
    ]!
    const { reconstruction } = await drawn(buildSamplingModel(plain.bytes, specOf(plain)).model, [1, 1, 1, 1])
    reconstruction!.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5))
  })

  it('says why there is nothing to draw, or nowhere to put it', () => {
    const vae = tinyVae(options)
    expect(() => buildSamplingModel(vae.bytes, specOf(vae, { logVar: undefined }))).toThrow(
      expect.objectContaining({ code: 'map-unavailable' })
    )
    // the reconstruction is decoded from the spread's value alone
    const apart = tinyVae({ ...options, decode: (_, __, spread) => spread })
    expect(() => buildSamplingModel(apart.bytes, specOf(apart))).toThrow(
      expect.objectContaining({
        code: 'map-unavailable',
        context: { reason: expect.stringContaining('not decoded from the mean') as string }
      })
    )
  })
})
