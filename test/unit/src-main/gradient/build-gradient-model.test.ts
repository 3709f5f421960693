import { describe, expect, it } from 'vitest'
import { buildGradientModel, type GradientSpec } from '../../../../src-main/gradient/build-gradient-model'
import { float } from '../../../../src-main/gradient/onnx/onnx-model'
import { readOnnxModel } from '../../../../src-main/gradient/onnx/read-model'
import type { ReconstructionLoss } from '../../../../src-main/gradient/losses/reconstruction-loss'
import {
  randomImages,
  runModel,
  tinyVae,
  worstDifference,
  type TinyVae,
  type TinyVaeOptions
} from './tiny-vae'

const specOf = ({ names }: TinyVae, more: Partial<GradientSpec> = {}): GradientSpec => ({
  roles: {
    input: 'image',
    layout: 'NCHW',
    reconstruction: names.reconstruction,
    mu: names.mu,
    logVar: names.spread
  },
  reconstructionLoss: 'l2',
  beta: 0.3,
  ...more
})

const perPixel: Record<Exclude<ReconstructionLoss, 'ssim'>, (x: number, r: number) => number> = {
  l1: (x, r) => Math.abs(x - r),
  l2: (x, r) => (x - r) ** 2,
  bce: (x, r) => -(x * Math.log(r) + (1 - x) * Math.log(1 - r)),
  'laplace-nll': (x, r) => Math.abs(x - r) + Math.log(2),
  'gaussian-nll': (x, r) => (x - r) ** 2 / 2 + Math.log(2 * Math.PI) / 2
}

/** The loss of each image, from the forward model's outputs. */
async function recLosses(
  vae: TinyVae,
  kind: Exclude<ReconstructionLoss, 'ssim'>,
  images: number[],
  dims: readonly number[]
): Promise<number[]> {
  const outputs = await runModel(vae.bytes, 'image', images, dims)
  const size = images.length / dims[0]!
  const sums = new Array<number>(dims[0]!).fill(0)
  images.forEach(
    (x, at) => (sums[Math.floor(at / size)]! += perPixel[kind](x, outputs[vae.names.reconstruction]![at]!))
  )
  return sums
}

async function klLosses(
  vae: TinyVae,
  images: number[],
  dims: readonly number[],
  variance = Math.exp
): Promise<number[]> {
  const outputs = await runModel(vae.bytes, 'image', images, dims)
  const mu = outputs[vae.names.mu]!
  const spread = outputs[vae.names.spread]!
  const latent = mu.length / dims[0]!
  const sums = new Array<number>(dims[0]!).fill(0)
  mu.forEach((mean, at) => {
    const sigma2 = variance(spread[at]!)
    sums[Math.floor(at / latent)]! += 0.5 * (mean ** 2 + sigma2 - Math.log(sigma2) - 1)
  })
  return sums
}

describe('losses and their gradients', () => {
  const kinds = Object.keys(perPixel) as Exclude<ReconstructionLoss, 'ssim'>[]

  it.each(kinds)('%s: value per sample and total derivative', async (kind) => {
    const vae = tinyVae()
    const built = buildGradientModel(vae.bytes, specOf(vae, { reconstructionLoss: kind }))
    const dims = [2, 1, 3, 4]
    const images = randomImages(24)
    const found = await runModel(built.model, 'x', images, dims)
    const expected = await recLosses(vae, kind, images, dims)
    found['rec']!.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 12))
    const worst = await worstDifference(
      built,
      'grad_rec',
      (moved, count) => recLosses(vae, kind, moved, [count, 1, 3, 4]),
      [1, 3, 4]
    )
    expect(worst).toBeLessThan(1e-7)
  })

  it('bce without a Sigmoid behind the reconstruction', async () => {
    const vae = tinyVae({
      finish: (m, value) =>
        m.op('Add', [m.op('Mul', [m.op('Tanh', [value]), m.constant([], [0.4])]), m.constant([], [0.5])])
    })
    const built = buildGradientModel(vae.bytes, specOf(vae, { reconstructionLoss: 'bce' }))
    const worst = await worstDifference(
      built,
      'grad_rec',
      (moved, count) => recLosses(vae, 'bce', moved, [count, 1, 3, 4]),
      [1, 3, 4]
    )
    expect(worst).toBeLessThan(1e-7)
  })

  it('bce stays finite where a Sigmoid is saturated', async () => {
    const vae = tinyVae({
      finish: (m, value) => m.op('Sigmoid', [m.op('Mul', [value, m.constant([], [1e4])])])
    })
    const built = buildGradientModel(vae.bytes, specOf(vae, { reconstructionLoss: 'bce' }))
    const found = await runModel(built.model, 'x', randomImages(24), [2, 1, 3, 4])
    for (const output of ['rec', 'grad_rec', 'grad_elbo'])
      expect(found[output]!.every(Number.isFinite)).toBe(true)
  })

  it.each([
    ['logVar', Math.exp],
    ['logStd', (value: number) => Math.exp(2 * value)],
    ['std', (value: number) => value ** 2],
    ['variance', (value: number) => value]
  ] as const)('KL from %s', async (role, variance) => {
    const positive = role === 'std' || role === 'variance'
    const vae = tinyVae(positive ? { spreadOf: (m, value) => m.op('Exp', [value]) } : {})
    const roles = {
      input: 'image',
      layout: 'NCHW' as const,
      reconstruction: vae.names.reconstruction,
      mu: vae.names.mu,
      [role]: vae.names.spread
    }
    const built = buildGradientModel(vae.bytes, specOf(vae, { roles }))
    const images = randomImages(24)
    const found = await runModel(built.model, 'x', images, [2, 1, 3, 4])
    const expected = await klLosses(vae, images, [2, 1, 3, 4], variance)
    found['kl']!.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 12))
    const worst = await worstDifference(
      built,
      'grad_kl',
      (moved, count) => klLosses(vae, moved, [count, 1, 3, 4], variance),
      [1, 3, 4]
    )
    expect(worst).toBeLessThan(1e-7)
  })

  it('ELBO is rec + beta KL, alone and beside its parts', async () => {
    const vae = tinyVae()
    const images = randomImages(24)
    const all = await runModel(buildGradientModel(vae.bytes, specOf(vae)).model, 'x', images, [2, 1, 3, 4])
    const alone = await runModel(
      buildGradientModel(vae.bytes, specOf(vae), ['elbo', 'grad_elbo']).model,
      'x',
      images,
      [2, 1, 3, 4]
    )
    expect(Object.keys(alone).sort()).toEqual(['elbo', 'grad_elbo'])
    all['elbo']!.forEach((value, at) =>
      expect(value).toBeCloseTo(all['rec']![at]! + 0.3 * all['kl']![at]!, 12)
    )
    all['grad_elbo']!.forEach((value, at) => {
      expect(value).toBeCloseTo(all['grad_rec']![at]! + 0.3 * all['grad_kl']![at]!, 12)
      expect(alone['grad_elbo']![at]).toBeCloseTo(value, 12)
    })
  })

  // scikit-image 0.26: structural_similarity(x, r, data_range=R, gaussian_weights=True, sigma=1.5,
  // use_sample_covariance=False, full=True), sum of 1 − map, for x = frac(sin(i + 1) 43.7) and
  // r = 0.7 x + 0.1 + 0.1 sin i on 12 x 13 pixels
  it.each([
    [1, 16.753714720660206],
    [2, 16.366472506396498]
  ])('1 − SSIM summed, data range %i, as scikit-image has it', async (dataRange, expected) => {
    const wave = (finishAt: number): number => 0.1 + 0.1 * Math.sin(finishAt)
    const vae = tinyVae({ sampleShape: [1, 12, 13], latent: 1 })
    const m = vae.model
    const offsets = m.constant(
      [1, 1, 12, 13],
      Array.from({ length: 156 }, (_, at) => wave(at))
    )
    const reconstruction = m.op('Add', [m.op('Mul', ['image', m.constant([], [0.7])]), offsets])
    const { writeOnnxModel } = await import('../../../../src-main/gradient/onnx/write-model')
    const bytes = writeOnnxModel(m.model([reconstruction]))
    const roles = { input: 'image', layout: 'NCHW' as const, reconstruction }
    const built = buildGradientModel(bytes, { roles, reconstructionLoss: 'ssim', beta: 1, dataRange })
    const images = Array.from(
      { length: 156 },
      (_, at) => ((Math.sin(at + 1) * 43.7) % 1) + (Math.sin(at + 1) < 0 ? 1 : 0)
    )
    const found = await runModel(built.model, 'x', images, [1, 1, 12, 13])
    expect(found['rec']![0]).toBeCloseTo(expected, 9)
  })

  it.each([
    ['NCHW', [2, 6, 5], undefined],
    ['NHWC', [6, 5, 2], undefined],
    ['flat', [60], { channels: 2, height: 6, width: 5 }]
  ] as const)('gradient of SSIM, layout %s', async (layout, sampleShape, image) => {
    const vae = tinyVae({ sampleShape })
    const roles = { input: 'image', layout, reconstruction: vae.names.reconstruction }
    const built = buildGradientModel(vae.bytes, { roles, reconstructionLoss: 'ssim', beta: 1, image })
    const losses = async (moved: number[], count: number): Promise<number[]> =>
      (await runModel(built.model, 'x', moved, [count, ...sampleShape]))['rec']!
    expect(await worstDifference(built, 'grad_rec', losses, sampleShape)).toBeLessThan(1e-7)
  })
})

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
    const { writeOnnxModel } = await import('../../../../src-main/gradient/onnx/write-model')
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
