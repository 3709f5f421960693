import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from '../../src-main/inference/onnx-runtime'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { differentiateCommand } from '../../src-main/commands/differentiate'
import { modelProto } from '../../src-main/gradient/onnx/messages'
import { readOnnxModel } from '../../src-main/gradient/onnx/read-model'
import { writeOnnxModel } from '../../src-main/gradient/onnx/write-model'
import { tinyVae } from '../unit/src-main/gradient/tiny-vae'

const folder = mkdtempSync(join(tmpdir(), 'nidus-differentiate-'))
const at = (name: string): string => join(folder, name)
const vae = tinyVae({ floatType: 1 })
const roles = (outputs: object, more: object = {}): string =>
  JSON.stringify({
    name: 'tiny',
    input: { name: 'image', layout: 'NCHW', image: { channels: 1, height: 3, width: 4 } },
    outputs: { reconstruction: vae.names.reconstruction, ...outputs },
    rec_loss: 'l1',
    beta: 0.5,
    ...more
  })

describe('nidus differentiate', () => {
  const said = { out: '', err: '' }
  beforeEach(() => {
    said.out = said.err = ''
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said.out += String(text)), true))
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said.err += String(text)), true))
    writeFileSync(at('model.onnx'), vae.bytes)
    writeFileSync(at('case.json'), roles({ mu: vae.names.mu, logvar: vae.names.spread }))
  })
  afterAll(() => {
    vi.restoreAllMocks()
    rmSync(folder, { recursive: true })
  })

  const differentiate = (...more: string[]): Promise<number> =>
    differentiateCommand([
      at('model.onnx'),
      '--roles',
      at('case.json'),
      '--out',
      at('gradient.onnx'),
      ...more
    ])

  it('writes a checked graph with the agreed input and outputs', async () => {
    expect(await differentiate()).toBe(0)
    expect(said.out).toMatch(/checked: 36 gradients/)
    const { graph } = readOnnxModel(readFileSync(at('gradient.onnx')))
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x'])
    expect(graph.outputs.map(({ name }) => name)).toEqual([
      'reconstruction',
      'kl',
      'rec',
      'grad_kl',
      'grad_rec',
      'grad_elbo'
    ])
    const session = await InferenceSession.create(at('gradient.onnx'))
    const results = await session.run({
      x: new Tensor('float32', new Float32Array(60).fill(0.4), [5, 1, 3, 4])
    })
    expect(results['kl']!.dims).toEqual([5])
    expect(results['grad_elbo']!.dims).toEqual([5, 1, 3, 4])
    await session.release()
  })

  it('says why a model without a latent distribution has no KL', async () => {
    writeFileSync(at('case.json'), roles({}, { kind: 'ae', beta: null, kl_variant: null }))
    expect(await differentiate()).toBe(0)
    expect(said.out).toMatch(/without kl, grad_kl, grad_elbo: the model has no latent distribution/)
    const { graph } = readOnnxModel(readFileSync(at('gradient.onnx')))
    expect(graph.outputs.map(({ name }) => name)).toEqual(['reconstruction', 'rec', 'grad_rec'])
  })

  it('reads weights that lie in a file beside the model, and gives the same graph', async () => {
    expect(await differentiate()).toBe(0)
    const whole = readFileSync(at('gradient.onnx'))
    writeFileSync(at('model.onnx'), withSideFile(vae.bytes, 'weights.bin'))
    expect(await differentiate()).toBe(0)
    expect(said.out).toContain('weights read from weights.bin')
    expect(readFileSync(at('gradient.onnx')).equals(whole)).toBe(true)
  })

  it('names the file of weights that is missing', async () => {
    writeFileSync(at('model.onnx'), withSideFile(vae.bytes, 'weights.bin'))
    rmSync(at('weights.bin'))
    rmSync(at('gradient.onnx'), { force: true })
    expect(await differentiate()).toBe(4)
    expect(said.err).toMatch(/'weights\.bin': it cannot be read \(ENOENT\); put it beside the model file/)
    expect(existsSync(at('gradient.onnx'))).toBe(false)
  })

  /** The model with its first initializer moved to a file of the test's folder (ONNX, External Data). */
  function withSideFile(bytes: Uint8Array, location: string): Uint8Array {
    const message = modelProto.decode(bytes) as unknown as {
      graph: { initializer: { rawData: Uint8Array }[] }
    }
    const [first] = message.graph.initializer
    writeFileSync(at(location), first!.rawData)
    const externalData = [{ key: 'location', value: location }]
    Object.assign(first!, { rawData: new Uint8Array(0), dataLocation: 1, externalData })
    return modelProto.encode(message as never).finish()
  }

  it('prints its help', async () => {
    expect(await differentiateCommand(['--help'])).toBe(0)
    expect(said.out).toMatch(/Usage: nidus differentiate/)
  })

  it.each([
    ['no arguments', []],
    ['no roles', ['model.onnx', '--out', 'x']],
    ['no output', ['model.onnx', '--roles', 'x']],
    ['two models', ['a.onnx', 'b.onnx', '--roles', 'x', '--out', 'y']],
    ['an unknown option', ['a.onnx', '--rolls', 'x']]
  ])('is a matter of usage: %s', async (_, argv) => {
    expect(await differentiateCommand(argv)).toBe(2)
    expect(said.err).toMatch(/^nidus differentiate: /)
  })

  it.each<[string, () => void, RegExp]>([
    ['a damaged model', () => writeFileSync(at('model.onnx'), vae.bytes.slice(0, 300)), /onnx-malformed/],
    ['a missing model', () => rmSync(at('model.onnx')), /model-file-missing/],
    ['a roles file that is no JSON', () => writeFileSync(at('case.json'), '{'), /onnx-role-invalid/],
    [
      'a missing roles file',
      () => rmSync(at('case.json')),
      /case\.json cannot be read, ENOENT \[onnx-role-invalid/
    ],
    [
      'a wrong role',
      () => writeFileSync(at('case.json'), roles({ mu: 'nowhere', logvar: vae.names.spread })),
      /nowhere/
    ],
    [
      'an operator without a rule',
      () => {
        const model = readOnnxModel(vae.bytes)
        model.graph.nodes.find((node) => node.opType === 'Tanh')!.opType = 'Acosh'
        writeFileSync(at('model.onnx'), writeOnnxModel(model))
      },
      /Acosh.*onnx-operator-without-gradient/
    ]
  ])('ends with 4, one line and no file: %s', async (_, spoil, message) => {
    spoil()
    rmSync(at('gradient.onnx'), { force: true })
    expect(await differentiate()).toBe(4)
    expect(said.err).toMatch(message)
    expect(said.err.trim().split('\n')).toHaveLength(1)
    expect(existsSync(at('gradient.onnx'))).toBe(false)
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('does not write into a folder that is not there', async () => {
    const argv = [at('model.onnx'), '--roles', at('case.json'), '--out', join(folder, 'nowhere', 'g.onnx')]
    expect(await differentiateCommand(argv)).toBe(2)
    expect(said.err).toMatch(/output-unwritable/)
  })
})
