import { describe, expect, it } from 'vitest'
import { NidusError } from '../../../../src-main/contract/errors'
import { buildGradientModel, type GradientSpec } from '../../../../src-main/gradient/build-gradient-model'
import { modelProto } from '../../../../src-main/gradient/onnx/messages'
import { int, type OnnxModel } from '../../../../src-main/gradient/onnx/onnx-model'
import { readOnnxModel } from '../../../../src-main/gradient/onnx/read-model'
import { writeOnnxModel } from '../../../../src-main/gradient/onnx/write-model'
import { seededNumbers } from './tiny-model'
import { tinyVae, type TinyVae } from './tiny-vae'

const vae = tinyVae()
const specOf = ({ names }: TinyVae, roles: Partial<GradientSpec['roles']> = {}): GradientSpec => ({
  roles: {
    input: 'image',
    layout: 'NCHW',
    reconstruction: names.reconstruction,
    mu: names.mu,
    logVar: names.spread,
    ...roles
  },
  reconstructionLoss: 'l2',
  beta: 1
})

function refusal(run: () => unknown): NidusError {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof NidusError) return thrown
    throw thrown
  }
  throw new Error('nothing was refused')
}

/** The model with its Tanh nodes replaced. */
function withNode(change: (node: OnnxModel['graph']['nodes'][number]) => void): Uint8Array {
  const model = readOnnxModel(vae.bytes)
  change(model.graph.nodes.find((node) => node.opType === 'Tanh')!)
  return writeOnnxModel(model)
}

describe('files that are refused', () => {
  it.each([
    ['no bytes', new Uint8Array(0)],
    ['text', new TextEncoder().encode('this is not a model, it is a sentence')],
    ['random bytes', Uint8Array.from({ length: 4000 }, (_, at) => (at * 7919) % 251)],
    ['the first half of a file', vae.bytes.slice(0, vae.bytes.length / 2)],
    ['a file that lost its last bytes', vae.bytes.slice(0, -3)]
  ])('%s', (_, bytes) => {
    expect(refusal(() => buildGradientModel(bytes, specOf(vae))).code).toBe('onnx-malformed')
  })

  it('any truncation: a typed error, never a graph', () => {
    for (let length = 0; length < vae.bytes.length; length += 37) {
      const { code } = refusal(() => buildGradientModel(vae.bytes.slice(0, length), specOf(vae)))
      expect(['onnx-malformed', 'onnx-role-invalid']).toContain(code)
    }
  })

  it('any damaged byte: a graph or a typed error, nothing else', () => {
    const random = seededNumbers(9)
    for (let round = 0; round < 400; round++) {
      const bytes = vae.bytes.slice()
      for (let hit = 0; hit < 3; hit++)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
      try {
        buildGradientModel(bytes, specOf(vae))
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(NidusError)
      }
    }
  })

  it('a constant whose bytes do not fit its shape', () => {
    const model = readOnnxModel(vae.bytes)
    const [name, tensor] = [...model.graph.initializers][0]!
    model.graph.initializers.set(name, { ...tensor, dims: [tensor.dims[0]! + 1, ...tensor.dims.slice(1)] })
    const error = refusal(() => buildGradientModel(writeOnnxModel(model), specOf(vae)))
    expect(error.code).toBe('onnx-malformed')
    expect(error.context['tensor']).toBe(name)
  })

  it('weights in a side file, naming it', () => {
    const message = modelProto.decode(vae.bytes) as unknown as {
      graph: { initializer: Record<string, unknown>[] }
    }
    Object.assign(message.graph.initializer[0]!, {
      rawData: new Uint8Array(0),
      dataLocation: 1,
      externalData: [{ key: 'location', value: 'weights.bin' }]
    })
    const error = refusal(() => buildGradientModel(modelProto.encode(message as never).finish(), specOf(vae)))
    expect(error.code).toBe('onnx-external-data-missing')
    expect(error.context['location']).toBe('weights.bin')
  })

  it.each([11, 12, 27])('operator set %i', (opset) => {
    const model = readOnnxModel(vae.bytes)
    model.opsetImports = [{ domain: '', version: opset }]
    expect(refusal(() => buildGradientModel(writeOnnxModel(model), specOf(vae))).code).toBe(
      'onnx-opset-unsupported'
    )
  })
})

describe('operators that are refused, by node and operator', () => {
  it.each([
    ['an operator without a rule', 'Acosh', ''],
    ['an operator of another domain', 'Tanh', 'com.example'],
    ['a loop', 'Loop', ''],
    ['random numbers that are no Gaussian noise', 'Bernoulli', '']
  ])('%s', (_, opType, domain) => {
    const bytes = withNode((node) => Object.assign(node, { opType, domain, name: 'the node' }))
    const error = refusal(() => buildGradientModel(bytes, specOf(vae)))
    expect(error.code).toBe('onnx-operator-without-gradient')
    expect(error.context['node']).toBe('the node')
    expect(error.context['operator']).toBe(domain ? `${domain}.${opType}` : opType)
    expect(String(error.context['reason']).length).toBeGreaterThan(40)
  })

  it('batch normalisation and dropout in training mode', () => {
    const trained = tinyVae({
      decode: (m, mu) => {
        const parameters = [m.weights([2]), m.weights([2]), m.weights([2]), m.weights([2], 0.5, 1)]
        return m.ops('BatchNormalization', [mu, ...parameters], { training_mode: int(1) }, 3)[0]!
      }
    })
    expect(refusal(() => buildGradientModel(trained.bytes, specOf(trained))).context['operator']).toBe(
      'BatchNormalization'
    )
    const dropping = tinyVae({
      decode: (m, mu) => m.op('Dropout', [mu, m.constant([], [0.5]), m.constant([], [1], 9)])
    })
    expect(refusal(() => buildGradientModel(dropping.bytes, specOf(dropping))).context['operator']).toBe(
      'Dropout'
    )
  })

  it('does not mind an unknown operator that the wanted maps do not need', () => {
    const model = readOnnxModel(vae.bytes)
    model.graph.nodes.push({
      name: 'aside',
      opType: 'Mystery',
      domain: 'com.example',
      inputs: [vae.names.mu],
      outputs: ['aside'],
      attributes: {}
    })
    expect(buildGradientModel(writeOnnxModel(model), specOf(vae)).outputs).toContain('grad_elbo')
  })
})

describe('roles that are refused', () => {
  it.each<[string, Partial<GradientSpec['roles']>]>([
    ['an input that is not there', { input: 'picture' }],
    ['an output that is not there', { reconstruction: 'picture' }],
    ['a reconstruction of another shape', { reconstruction: vae.names.mu }],
    ['mean and variance of different shapes', { mu: vae.names.reconstruction }],
    ['a layout with another number of axes', { layout: 'flat' }]
  ])('%s', (_, roles) => {
    const error = refusal(() => buildGradientModel(vae.bytes, specOf(vae, roles)))
    expect(error.code).toBe('onnx-role-invalid')
  })

  it('a second input that the decoder needs', () => {
    const noisy = tinyVae({ decode: (m, mu) => m.op('Add', [mu, 'noise']) })
    const model = readOnnxModel(noisy.bytes)
    model.graph.inputs.push({ name: 'noise', dataType: 11, dims: ['batch', 2] })
    const error = refusal(() => buildGradientModel(writeOnnxModel(model), specOf(noisy)))
    expect(error.code).toBe('onnx-role-invalid')
    expect(String(error.context['reason'])).toMatch(/'noise'/)
    // the encoder alone does not need it
    expect(
      buildGradientModel(writeOnnxModel(model), { ...specOf(noisy), latent: 'mu' }, ['grad_kl']).outputs
    ).toEqual(['grad_kl'])
  })

  it('an image size that is not the model’s', () => {
    const spec = { ...specOf(vae), image: { channels: 1, height: 4, width: 3 } }
    expect(refusal(() => buildGradientModel(vae.bytes, spec)).code).toBe('onnx-role-invalid')
  })

  it('a mean that does not depend on the image', () => {
    const constant = tinyVae()
    const m = constant.model
    const rows = m.op('Mul', [
      m.op('Slice', [m.op('Flatten', ['image']), m.integers(0), m.integers(2), m.integers(1)]),
      m.constant([], [0])
    ])
    const fixed = m.op('Cast', [m.op('Cast', [rows], { to: int(7) })], { to: int(11) })
    const bytes = writeOnnxModel(m.model([constant.names.reconstruction, fixed]))
    const error = refusal(() => buildGradientModel(bytes, specOf(constant, { mu: fixed, logVar: fixed })))
    expect(error.code).toBe('onnx-role-invalid')
  })
})
