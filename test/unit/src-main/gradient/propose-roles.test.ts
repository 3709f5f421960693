import { describe, expect, it } from 'vitest'
import { NidusError } from '../../../../src-main/contract/errors'
import { proposeRoles, type RoleProposal } from '../../../../src-main/gradient/propose-roles'
import type { OnnxNode } from '../../../../src-main/gradient/onnx/onnx-model'

type Dims = (number | string)[] | undefined

/** A graph that is only its inputs and outputs; the last operator before the first output may be named. */
function outline(inputs: Record<string, Dims>, outputs: Record<string, Dims>, last?: string) {
  const value = ([name, dims]: [string, Dims]) => ({ name, dataType: 1, dims })
  const first = Object.keys(outputs)[0]
  const call = (opType: string, from: string, to: string): OnnxNode => ({
    name: opType,
    opType,
    domain: '',
    inputs: [from],
    outputs: [to],
    attributes: {}
  })
  return {
    inputs: Object.entries(inputs).map(value),
    outputs: Object.entries(outputs).map(value),
    nodes: last ? [call(last, 'a', 'b'), call('Reshape', 'b', first)] : [],
    initializers: new Set<string>()
  }
}

function refusal(run: () => RoleProposal): string {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof NidusError && thrown.code === 'onnx-role-invalid')
      return String(thrown.context.reason)
    throw thrown
  }
  throw new Error('nothing was refused')
}

// Names and shapes as ONNX Runtime reports them for models exported by PyTorch (both exporters) and Keras.
describe('models as people export them', () => {
  it('PyTorch, legacy exporter: sizes of the latent left symbolic, rec, log_std', () => {
    const graph = outline(
      { input: ['batch', 1, 64, 64] },
      {
        rec: ['batch', 1, 64, 64],
        mu: ['batch', 'Slicemu_dim_1', 1, 1],
        log_std: ['batch', 'Slicelog_std_dim_1', 1, 1]
      }
    )
    const { roles, image, doubts } = proposeRoles(graph)
    expect(roles).toEqual({
      input: 'input',
      layout: 'NCHW',
      reconstruction: 'rec',
      mu: 'mu',
      logStd: 'log_std'
    })
    expect(image).toEqual({ channels: 1, height: 64, width: 64 })
    expect(doubts).toEqual([])
  })

  it('an MLP on flat vectors: a square of one channel', () => {
    const graph = outline(
      { x: ['batch', 784] },
      { x_hat: ['batch', 784], mu: ['batch', 32], logvar: ['batch', 32] }
    )
    const { roles, image } = proposeRoles(graph)
    expect(roles).toEqual({ input: 'x', layout: 'flat', reconstruction: 'x_hat', mu: 'mu', logVar: 'logvar' })
    expect(image).toEqual({ channels: 1, height: 28, width: 28 })
  })

  it('an autoencoder with Tanh: a code, no KL, pixels from -1 to 1', () => {
    const graph = outline(
      { pixel_input: [1, 1, 28, 28] },
      { reconstruction: [1, 1, 28, 28], latent_code: [1, 32] },
      'Tanh'
    )
    const { roles, range, reasons } = proposeRoles(graph)
    expect(roles).toEqual({
      input: 'pixel_input',
      layout: 'NCHW',
      reconstruction: 'reconstruction',
      z: 'latent_code'
    })
    expect(range).toEqual([-1, 1])
    expect(reasons.join()).toContain('no KL')
  })

  it('recon, z_mean, z_log_var', () => {
    const outputs = { recon: ['batch', 1, 48, 48], z_mean: ['batch', 16], z_log_var: ['batch', 16] }
    const { roles, range } = proposeRoles(outline({ image: ['batch', 1, 48, 48] }, outputs, 'Sigmoid'))
    expect(roles).toMatchObject({ reconstruction: 'recon', mu: 'z_mean', logVar: 'z_log_var' })
    expect(range).toEqual([0, 1])
  })

  it('Keras: channels last, log-variance before the mean', () => {
    const graph = outline(
      { vae_encoder_input: ['unk__142', 28, 28, 1] },
      { reconstruction: ['unk__143', 28, 28, 1], z_log_var: ['unk__144', 16], z_mean: ['unk__145', 16] }
    )
    const { roles, doubts } = proposeRoles(graph)
    expect(roles).toEqual({
      input: 'vae_encoder_input',
      layout: 'NHWC',
      reconstruction: 'reconstruction',
      mu: 'z_mean',
      logVar: 'z_log_var'
    })
    expect(doubts).toEqual([])
  })
})

const image = { x: ['n', 1, 32, 32] }
const like = ['n', 1, 32, 32]
const latent = ['n', 8]

describe('names that could mislead', () => {
  it.each([
    ['log_sigma2', 'logVar'],
    ['logSigmaSq', 'logVar'],
    ['posterior/ln_var:0', 'logVar'],
    ['StatefulPartitionedCall/zLogVar:0', 'logVar'],
    ['log_sigma', 'logStd'],
    ['z_logstd', 'logStd'],
    ['log_scale', 'logStd'],
    ['sigma_squared', 'variance'],
    ['z_var', 'variance'],
    ['stddev', 'std'],
    ['z_sigma', 'std']
  ])('%s is %s', (name, role) => {
    const { roles } = proposeRoles(outline(image, { decoded: like, loc: latent, [name]: latent }))
    expect(roles).toMatchObject({ mu: 'loc', [role]: name })
  })

  it('numbers for names: by shape, mean and log-variance by order only, and said so', () => {
    const graph = outline(image, { '412': like, '398': latent, '401': latent })
    const { roles, doubts } = proposeRoles(graph)
    expect(roles).toMatchObject({ reconstruction: '412', mu: '398', logVar: '401' })
    expect(doubts.join()).toContain('only by their order')
  })

  it('a mean beside one nameless output of its shape, and the reverse', () => {
    const mean = proposeRoles(outline(image, { out: like, mu: latent, '17': latent }))
    expect(mean.roles).toMatchObject({ mu: 'mu', logVar: '17' })
    expect(mean.doubts).toHaveLength(1)
    const spread = proposeRoles(outline(image, { out: like, '17': latent, log_std: latent }))
    expect(spread.roles).toMatchObject({ mu: '17', logStd: 'log_std' })
    expect(spread.doubts).toHaveLength(1)
  })

  it('mu, logvar and the sampled z: z is not mistaken for either', () => {
    const { roles, doubts } = proposeRoles(
      outline(image, { x_rec: like, z: latent, mu: latent, logvar: latent })
    )
    expect(roles).toEqual({
      input: 'x',
      layout: 'NCHW',
      reconstruction: 'x_rec',
      mu: 'mu',
      logVar: 'logvar'
    })
    expect(doubts).toEqual([])
  })

  it('both log-variance and log-deviation: one spread, the log-variance', () => {
    const { roles } = proposeRoles(
      outline(image, { x_hat: like, mu: latent, log_std: latent, logvar: latent })
    )
    expect(roles.logVar).toBe('logvar')
    expect(roles.logStd).toBeUndefined()
  })

  it('an image-shaped mean of the decoder is the reconstruction, its variance is nothing', () => {
    const outputs = { x_mu: like, x_logvar: like, mu: latent, logvar: latent }
    expect(proposeRoles(outline(image, outputs)).roles).toMatchObject({
      reconstruction: 'x_mu',
      mu: 'mu',
      logVar: 'logvar'
    })
  })

  it('a residual beside the reconstruction is not the reconstruction', () => {
    expect(proposeRoles(outline(image, { residual: like, output_0: like })).roles.reconstruction).toBe(
      'output_0'
    )
    expect(proposeRoles(outline(image, { recon_logits: like, recon: like })).roles.reconstruction).toBe(
      'recon'
    )
  })

  it('a mean and a spread of different shape are no distribution', () => {
    const { roles, doubts } = proposeRoles(outline(image, { y: like, mu: ['n', 8], logvar: ['n', 9] }))
    expect(roles).toMatchObject({ z: 'mu' })
    expect(roles.mu).toBeUndefined()
    expect(doubts.join()).toContain('logvar')
  })

  it('a loss among the outputs is passed over', () => {
    const outputs = { loss: [], recon: like, mu: latent, logvar: latent }
    expect(proposeRoles(outline(image, outputs)).roles.reconstruction).toBe('recon')
  })

  it('three channels, first or last, and flat', () => {
    const first = proposeRoles(outline({ x: ['n', 3, 32, 32] }, { y: ['n', 3, 32, 32] }))
    expect([first.roles.layout, first.image.channels]).toEqual(['NCHW', 3])
    const last = proposeRoles(outline({ x: ['n', 32, 32, 3] }, { y: ['n', 32, 32, 3] }))
    expect([last.roles.layout, last.image.channels]).toEqual(['NHWC', 3])
    const flat = proposeRoles(outline({ x: ['n', 3072] }, { y: ['n', 3072] }))
    expect(flat.image).toEqual({ channels: 3, height: 32, width: 32 })
  })

  it('a flat reconstruction of a two-dimensional image', () => {
    expect(proposeRoles(outline(image, { y: ['n', 1024], z: latent })).roles.reconstruction).toBe('y')
  })
})

describe('what names and shapes do not decide', () => {
  it('two outputs that could be the reconstruction', () => {
    expect(refusal(() => proposeRoles(outline(image, { a: like, b: like })))).toMatch(/a, b.*--roles/)
  })
  it('no output with the shape of the image', () => {
    expect(refusal(() => proposeRoles(outline(image, { y: ['n', 1, 16, 16] })))).toContain('outputs are: y')
  })
  it('means of two levels', () => {
    const outputs = { y: like, mu_1: latent, mu_2: latent, logvar: latent }
    expect(refusal(() => proposeRoles(outline(image, outputs)))).toContain('mu_1, mu_2')
  })
  it('a flat input that is no square, unless its size is stated', () => {
    const graph = outline({ x: ['n', 600] }, { y: ['n', 600] })
    expect(refusal(() => proposeRoles(graph))).toContain('--image')
    expect(proposeRoles(graph, { channels: 1, height: 20, width: 30 }).roles.layout).toBe('flat')
  })
  it('an open size, unless it is stated', () => {
    const graph = outline({ x: ['n', 1, 'h', 'w'] }, { y: ['n', 1, 'h', 'w'] })
    expect(refusal(() => proposeRoles(graph))).toContain('--image')
    expect(proposeRoles(graph, { channels: 1, height: 40, width: 40 }).image.height).toBe(40)
  })
  it('channels that are neither 1 nor 3, a volume, no image at all, two images', () => {
    expect(refusal(() => proposeRoles(outline({ x: ['n', 4, 32, 32] }, { y: like })))).toContain('channels')
    const volume = ['n', 1, 8, 32, 32]
    expect(refusal(() => proposeRoles(outline({ x: volume }, { y: volume })))).toContain('no input')
    const two = outline({ left: like, right: like }, { y: like })
    expect(refusal(() => proposeRoles(two))).toContain('several inputs')
  })
})
