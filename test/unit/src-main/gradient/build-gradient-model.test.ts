import { describe, expect, it } from 'vitest'
import { buildGradientModel, type GradientSpec } from '../../../../src-main/gradient/build-gradient-model'
import { float, ints, text } from '../../../../src-main/gradient/onnx/onnx-model'
import { DataType } from '../../../../src-main/gradient/onnx/onnx-tensor'
import { readOnnxModel } from '../../../../src-main/gradient/onnx/read-model'
import { writeOnnxModel } from '../../../../src-main/gradient/onnx/write-model'
import { seededNumbers, TinyModel } from './tiny-model'
import { randomImages, runModel, tinyVae, worstDifference, type TinyVaeOptions } from './tiny-vae'

import { recLosses, specOf } from './loss-oracle'
describe('half precision', () => {
  it('takes and gives float32 and agrees with the float32 model to half precision', async () => {
    // the same seeded weights, rounded to 11 bits
    const half = tinyVae({ floatType: 10 })
    const full = tinyVae({ floatType: 1 })
    const images = randomImages(24)
    const found = await runModel(
      buildGradientModel(half.bytes, specOf(half)).model,
      'x',
      images,
      [2, 1, 3, 4],
      1
    )
    const expected = await runModel(
      buildGradientModel(full.bytes, specOf(full)).model,
      'x',
      images,
      [2, 1, 3, 4],
      1
    )
    for (const output of ['kl', 'rec', 'grad_kl', 'grad_rec', 'grad_elbo']) {
      const largest = Math.max(...expected[output]!.map(Math.abs))
      found[output]!.forEach((value, at) =>
        expect(Math.abs(value - expected[output]![at]!) / largest).toBeLessThan(1e-2)
      )
    }
  })
})

describe('single operators seen from the outside', () => {
  const flatSpec = (reconstruction: string): GradientSpec => ({
    roles: { input: 'image', layout: 'NCHW', reconstruction },
    reconstructionLoss: 'l2',
    beta: 1
  })

  // r = 3 · MaxPool2x2(x) padded with zeros to 4 x 4, x = 1 everywhere. x − r is −2 where r is 3 (upper left 2 x 2) and
  // 1 elsewhere; x as target gives 2 (x − r), and each pooled pixel returns −2 (x − r) · 3 = 12 to the first of its
  // four equal pixels, as torch does.
  it.each([13, 16])('MaxPool gives ties to the first pixel, operator set %i', async (opset) => {
    const m = new TinyModel(opset, [1, 4, 4], seededNumbers(1), DataType.float)
    const pooled = m.op('MaxPool', ['image'], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) })
    const reconstruction = m.op('Pad', [
      m.op('Mul', [pooled, m.constant([], [3])]),
      m.integers(0, 0, 0, 0, 0, 0, 2, 2)
    ])
    const built = buildGradientModel(writeOnnxModel(m.model([reconstruction])), flatSpec(reconstruction))
    const found = await runModel(
      built.model,
      'x',
      new Array<number>(16).fill(1),
      [1, 1, 4, 4],
      DataType.float
    )
    expect(found['grad_rec']).toEqual([8, -4, 14, 2, -4, -4, 2, 2, 14, 2, 14, 2, 2, 2, 2, 2])
  })

  // r = x repeated 2 x 2 and pooled again by 2 x 2 means: r = x · 2, so d Σ (x − 2x)² / dx = 2 x
  it('Upsample of files that still hold it', async () => {
    const m = new TinyModel(13, [1, 2, 2], seededNumbers(1), DataType.float)
    const up = m.op('Upsample', ['image', m.constant([4], [1, 1, 2, 2])], { mode: text('nearest') })
    const down = m.op('AveragePool', [up], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) })
    const reconstruction = m.op('Mul', [down, m.constant([], [2])])
    const built = buildGradientModel(writeOnnxModel(m.model([reconstruction])), flatSpec(reconstruction))
    const found = await runModel(built.model, 'x', [1, 2, 3, 4], [1, 1, 2, 2], DataType.float)
    expect(found['grad_rec']).toEqual([2, 4, 6, 8])
  })

  // The runtime has no Upsample left to take differences of. Its definition (operator set 9) is that of Resize with
  // these words, and Resize is compared with difference quotients in all its forms.
  it.each(['nearest', 'linear'])('Upsample, %s, is Resize in its oldest form', async (mode) => {
    const gradientOf = async (opType: string): Promise<number[]> => {
      const m = new TinyModel(13, [2, 3, 4], seededNumbers(1), DataType.float)
      const scales = m.constant([4], [1, 1, 2, 3])
      const up =
        opType === 'Upsample'
          ? m.op('Upsample', ['image', scales], { mode: text(mode) })
          : m.op('Resize', ['image', '', scales], {
              mode: text(mode),
              coordinate_transformation_mode: text('asymmetric'),
              nearest_mode: text('floor')
            })
      const weighted = m.op('Mul', [up, m.weights([2, 6, 12])])
      const pool = { kernel_shape: ints([2, 3]), strides: ints([2, 3]) }
      const reconstruction = m.op('AveragePool', [weighted], pool)
      const built = buildGradientModel(writeOnnxModel(m.model([reconstruction])), flatSpec(reconstruction))
      return (await runModel(built.model, 'x', randomImages(48), [2, 2, 3, 4], DataType.float))['grad_rec']!
    }
    expect(await gradientOf('Upsample')).toEqual(await gradientOf('Resize'))
  })
})

describe('what is in the graph', () => {
  it('holds the encoder only for grad_kl, and each weight once', () => {
    const vae = tinyVae()
    const built = readOnnxModel(buildGradientModel(vae.bytes, specOf(vae), ['grad_kl']).model)
    // encoder: one 12 x 5 matrix and two 5 x 2; the decoder's 2 x 5 and 5 x 12 are gone
    const matrices = [...built.graph.initializers.values()]
      .filter((tensor) => tensor.dims.length === 2)
      .map((tensor) => tensor.dims.join('x'))
    expect(matrices.sort()).toEqual(['12x5', '5x2', '5x2'])
    expect(built.graph.outputs.map((output) => output.name)).toEqual(['grad_kl'])
  })

  it('keeps ir_version and operator set, and leaves the batch open', () => {
    const vae = tinyVae({ opset: 15 })
    const built = readOnnxModel(buildGradientModel(vae.bytes, specOf(vae)).model)
    expect(built.irVersion).toBe(8)
    expect(built.opset).toBe(15)
    expect(built.graph.inputs).toEqual([{ name: 'x', dataType: 11, dims: ['batch', 1, 3, 4] }])
    expect(built.graph.outputs.find((output) => output.name === 'kl')!.dims).toEqual(['batch'])
    expect(built.graph.outputs.find((output) => output.name === 'grad_kl')!.dims).toEqual(['batch', 1, 3, 4])
  })

  it('gives the same bytes for the same model', () => {
    const vae = tinyVae()
    expect(buildGradientModel(vae.bytes, specOf(vae)).model).toEqual(
      buildGradientModel(vae.bytes, specOf(vae)).model
    )
  })

  it('steps aside for names of the source that clash with its outputs', async () => {
    const vae = tinyVae()
    const source = readOnnxModel(vae.bytes)
    const clashes = new Map([['image', 'kl'], [vae.names.mu, 'grad_rec'], [vae.names.spread, 'x'], [vae.names.reconstruction, 'rec']]) // prettier-ignore
    const swap = (name: string): string => clashes.get(name) ?? name
    for (const node of source.graph.nodes) {
      node.inputs = node.inputs.map(swap)
      node.outputs = node.outputs.map(swap)
    }
    for (const value of [...source.graph.inputs, ...source.graph.outputs]) value.name = swap(value.name)
    const roles = { input: 'kl', layout: 'NCHW' as const, reconstruction: 'rec', mu: 'grad_rec', logVar: 'x' }
    const images = randomImages(24)
    const renamed = await runModel(
      buildGradientModel(writeOnnxModel(source), specOf(vae, { roles })).model,
      'x',
      images,
      [2, 1, 3, 4]
    )
    const plain = await runModel(buildGradientModel(vae.bytes, specOf(vae)).model, 'x', images, [2, 1, 3, 4])
    expect(renamed).toEqual(plain)
  })
})

describe('z = mu', () => {
  const scaled = (m: Parameters<NonNullable<TinyVaeOptions['decode']>>[0], spread: string): string =>
    m.op('Exp', [m.op('Mul', [spread, m.constant([], [0.5])])])
  const sampling: [string, NonNullable<TinyVaeOptions['decode']>][] = [
    ['RandomNormalLike', (m, mu, spread) => {
      const deviation = scaled(m, spread)
      return m.op('Add', [mu, m.op('Mul', [deviation, m.op('RandomNormalLike', [deviation])])])
    }],
    ['RandomNormal of the shape of mu', (m, mu, spread) => {
      const zeros = m.op('ConstantOfShape', [m.op('Shape', [mu])])
      const noise = m.op('Cast', [m.op('RandomNormalLike', [zeros], { dtype: { kind: 'int', value: 1 }, mean: float(0) })], { to: { kind: 'int', value: m.floatType } })
      return m.op('Add', [m.op('Mul', [noise, scaled(m, spread)]), mu])
    }],
    ['mu + sigma, without noise', (m, mu, spread) => m.op('Add', [scaled(m, spread), mu])]
  ] // prettier-ignore

  it.each(sampling)('%s', async (_, decode) => {
    const vae = tinyVae({ decode })
    const plain = tinyVae({ decode: (m, mu, spread) => (decode(m, mu, spread), mu) })
    const images = randomImages(24)
    const found = await runModel(buildGradientModel(vae.bytes, specOf(vae)).model, 'x', images, [2, 1, 3, 4])
    const expected = await runModel(
      buildGradientModel(plain.bytes, specOf(plain)).model,
      'x',
      images,
      [2, 1, 3, 4]
    )
    expect(found).toEqual(expected)
    const { graph } = readOnnxModel(buildGradientModel(vae.bytes, specOf(vae)).model)
    expect(graph.nodes.some((node) => node.opType.startsWith('Random'))).toBe(false)
  })

  it('says so when it changes what is decoded, and leaves it when told to', async () => {
    const vae = tinyVae({ decode: sampling[2]![1] })
    expect(buildGradientModel(vae.bytes, specOf(vae)).notes).toHaveLength(1)
    const images = randomImages(24)
    const built = buildGradientModel(vae.bytes, specOf(vae, { latent: 'as-exported' }))
    const found = await runModel(built.model, 'x', images, [2, 1, 3, 4])
    const forward = await runModel(vae.bytes, 'image', images, [2, 1, 3, 4])
    expect(built.notes).toEqual([])
    found['reconstruction']!.forEach((value, at) =>
      expect(value).toBeCloseTo(forward[vae.names.reconstruction]![at]!, 12)
    )
    expect(
      await worstDifference(
        built,
        'grad_rec',
        (moved, count) => recLosses(vae, 'l2', moved, [count, 1, 3, 4]),
        [1, 3, 4]
      )
    ).toBeLessThan(1e-7)
  })
})

describe('a batch size that the file has baked in', () => {
  it('is opened', async () => {
    const fixed = tinyVae({ batch: 1 })
    const open = tinyVae()
    const built = buildGradientModel(fixed.bytes, specOf(fixed))
    expect(built.fixedBatch).toBeUndefined()
    const images = randomImages(36)
    const found = await runModel(built.model, 'x', images, [3, 1, 3, 4])
    const expected = await runModel(
      buildGradientModel(open.bytes, specOf(open)).model,
      'x',
      images,
      [3, 1, 3, 4]
    )
    expect(found).toEqual(expected)
  })

  it('is kept, and said to be, where opening it would mix images', async () => {
    // [1, 12] -> [3, 4] -> product -> [1, 12]: with more images the rows would be those of several
    const mixing: TinyVaeOptions['finish'] = (m, value) => {
      const rows = m.op('Reshape', [value, m.integers(3, 4)])
      return m.op('Reshape', [m.op('Tanh', [m.op('MatMul', [rows, m.weights([4, 4])])]), m.integers(1, 12)])
    }
    const vae = tinyVae({ batch: 1, finish: mixing })
    const built = buildGradientModel(vae.bytes, specOf(vae))
    expect(built.fixedBatch).toBe(1)
    const images = randomImages(12)
    const found = await runModel(built.model, 'x', images, [1, 1, 3, 4])
    const forward = await runModel(vae.bytes, 'image', images, [1, 1, 3, 4])
    expect(found['rec']![0]).toBeCloseTo(
      images.reduce((sum, x, at) => sum + (x - forward[vae.names.reconstruction]![at]!) ** 2, 0),
      12
    )
  })
})

describe('models without a latent distribution', () => {
  it.each([
    ['neither mean nor variance', {}, /no latent distribution/],
    ['a mean only', { mu: true }, /no variance/],
    ['a variance only', { logVar: true }, /no mean/]
  ])('%s', async (_, has, reason) => {
    const vae = tinyVae()
    const roles = {
      input: 'image',
      layout: 'NCHW' as const,
      reconstruction: vae.names.reconstruction,
      ...('mu' in has ? { mu: vae.names.mu } : {}),
      ...('logVar' in has ? { logVar: vae.names.spread } : {})
    }
    const built = buildGradientModel(vae.bytes, specOf(vae, { roles }))
    expect(built.outputs).toEqual(['reconstruction', ...('mu' in has ? ['mu'] : []), 'rec', 'grad_rec'])
    const missing = built.unavailable.filter(({ output }) => output !== 'mu')
    expect(missing.map(({ output }) => output)).toEqual(['kl', 'elbo', 'grad_kl', 'grad_elbo'])
    for (const entry of missing) expect(entry.reason).toMatch(reason)
  })
})
