import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildGradientModel, type GradientSpec } from '../../../../src-main/gradient/build-gradient-model'
import { writeOnnxModel } from '../../../../src-main/gradient/onnx/write-model'
import type { ReconstructionLoss } from '../../../../src-main/gradient/losses/reconstruction-loss'
import { klLosses, perPixel, recLosses, specOf } from './loss-oracle'
import { randomImages, runModel, tinyVae, worstDifference } from './tiny-vae'

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

/** Written by models/training/fixtures/make_map_values.py: torch's own losses, float64, SSIM window by window. */
const torch = JSON.parse(
  readFileSync(resolve(__dirname, '../../../fixtures/map-values/losses.json'), 'utf8')
) as { image: number[]; offsets: number[]; losses: Record<string, { rec: number[]; gradient: number[] }> }

describe('losses of sigmoid(3 x + offsets), as torch has them', () => {
  const sample = [2, 7, 6]
  const lossOf: Record<string, Partial<GradientSpec>> = {
    'l1 rounded by 0.03': { reconstructionLoss: 'l1', rounding: 0.03 },
    'ssim of range 2': { reconstructionLoss: 'ssim', dataRange: 2 }
  }
  const cases = Object.keys(torch.losses).flatMap((name) =>
    (['NCHW', 'NHWC', 'flat'] as const).map((layout): [string, typeof layout] => [name, layout])
  )

  it.each(cases)('%s, %s', async (name, layout) => {
    const pixels = 42
    /** channel by channel, as the file has it, to the layout, and back */
    const placed = (values: number[]): number[] => values.map((_, i) => values[fromOf(i)]!)
    const fromOf = (i: number): number =>
      layout === 'NHWC' ? i - (i % 84) + (i % 2) * pixels + Math.floor((i % 84) / 2) : i
    const shape = { NCHW: sample, NHWC: [7, 6, 2], flat: [84] }[layout]
    const m = tinyVae({ sampleShape: shape, latent: 1 }).model
    const logits = m.op('Add', [
      m.op('Mul', ['image', m.constant([], [3])]),
      m.constant([1, ...shape], placed(torch.offsets))
    ])
    const reconstruction = m.op('Sigmoid', [logits])
    const built = buildGradientModel(writeOnnxModel(m.model([reconstruction])), {
      roles: { input: 'image', layout, reconstruction },
      reconstructionLoss: name as ReconstructionLoss,
      beta: 1,
      image: { channels: 2, height: 7, width: 6 },
      ...lossOf[name]
    })
    const found = await runModel(built.model, 'x', placed(torch.image), [2, ...shape])
    const { rec, gradient } = torch.losses[name]!
    rec.forEach((value, i) => expect(found['rec']![i]).toBeCloseTo(value, 9))
    const expected = placed(gradient)
    const largest = Math.max(...expected.map(Math.abs))
    const worst = Math.max(...expected.map((value, i) => Math.abs(value - found['grad_rec']![i]!)))
    expect(worst / largest).toBeLessThan(1e-9)
  })
})
