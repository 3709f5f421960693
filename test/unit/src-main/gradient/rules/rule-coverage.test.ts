import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { OnnxNode } from '../../../../../src-main/gradient/onnx/onnx-model'
import { DataType } from '../../../../../src-main/gradient/onnx/onnx-tensor'
import { gradientRules } from '../../../../../src-main/gradient/rules'
import { checkRule } from '../check-rule'
import { seededNumbers, TinyModel } from '../tiny-model'
import type { NamedCase } from './describe-rules'

// The files beside this one are read for their cases alone: what describeRules would run is collected instead.
const cases: NamedCase[] = vi.hoisted(() => [])
vi.mock('./describe-rules', () => ({
  describeRules: (_: string, found: readonly NamedCase[]) => void cases.push(...found)
}))

interface CheckedNode extends OnnxNode {
  /** nodes of its case, itself included: few, where it is looked at by itself */
  company: number
  /** sizes of the inputs that are constants */
  weights: (readonly number[] | undefined)[]
}
const nodes: CheckedNode[] = []

beforeAll(async () => {
  const own = 'rule-coverage.test.ts'
  for (const file of readdirSync(__dirname).filter((name) => name.endsWith('.test.ts') && name !== own)) {
    await import(join(__dirname, file))
  }
  for (const { build, sampleShape, since = 13, until = 99 } of cases) {
    const opset = Math.min(Math.max(since, 18), until)
    const model = new TinyModel(opset, sampleShape, seededNumbers(1))
    build(model, 'image')
    const company = model.nodes.length
    for (const node of model.nodes) {
      nodes.push({ ...node, company, weights: node.inputs.map((name) => model.initializers.get(name)?.dims) })
    }
  }
})

const numbers = (node: OnnxNode, name: string): readonly number[] => {
  const found = node.attributes[name]
  if (found?.kind === 'ints') return found.value
  return found?.kind === 'int' ? [found.value] : []
}
const word = (node: OnnxNode, name: string): string => {
  const found = node.attributes[name]
  return found?.kind === 'string' ? found.value : ''
}
const has = (name: string, wanted: number) => (node: OnnxNode) => numbers(node, name).includes(wanted)
const says = (name: string, wanted: string) => (node: OnnxNode) => word(node, name) === wanted
const above = (name: string, limit: number) => (node: OnnxNode) =>
  numbers(node, name).some((value) => value > limit)
const lopsided = (node: OnnxNode): boolean => {
  const pads = numbers(node, 'pads')
  return pads.some((pad, axis) => pad !== pads[(axis + pads.length / 2) % pads.length])
}
const autoPadded = (node: OnnxNode): boolean => word(node, 'auto_pad').startsWith('SAME')
const coordinates = (mode: string, name: string) => (node: OnnxNode) =>
  says('mode', mode)(node) && says('coordinate_transformation_mode', name)(node)
const rank = (input: number, axes: number) => (node: CheckedNode) => node.weights[input]?.length === axes

/** Forms of operators in which their rules take other ways. */
const forms: [string, string, (node: CheckedNode) => boolean][] = [
  ['Conv', 'groups', above('group', 1)],
  ['Conv', 'dilation', above('dilations', 1)],
  ['Conv', 'asymmetric pads', lopsided],
  ['Conv', 'auto_pad', autoPadded],
  ['Conv', 'strides', above('strides', 1)],
  ['ConvTranspose', 'groups', above('group', 1)],
  ['ConvTranspose', 'output_padding', above('output_padding', 0)],
  ['ConvTranspose', 'output_shape', above('output_shape', 0)],
  ['ConvTranspose', 'dilation', above('dilations', 1)],
  ['ConvTranspose', 'asymmetric pads', lopsided],
  ['ConvTranspose', 'auto_pad', autoPadded],
  ['Gemm', 'A transposed', has('transA', 1)],
  ['Gemm', 'B transposed', has('transB', 1)],
  ['MatMul', 'a vector', rank(1, 1)],
  ['MatMul', 'a constant stack that is broadcast', rank(1, 3)],
  ['MatMul', 'both sides dependent', ({ weights }) => weights.every((dims) => dims === undefined)],
  ['AveragePool', 'count_include_pad', has('count_include_pad', 1)],
  ['AveragePool', 'ceil_mode', has('ceil_mode', 1)],
  ['AveragePool', 'auto_pad', autoPadded],
  ['MaxPool', 'ceil_mode', has('ceil_mode', 1)],
  ['MaxPool', 'dilation', above('dilations', 1)],
  ...['nearest', 'linear'].flatMap((mode) =>
    ['half_pixel', 'pytorch_half_pixel', 'asymmetric', 'align_corners'].map(
      (name): (typeof forms)[number] => ['Resize', `${mode}, ${name}`, coordinates(mode, name)]
    )
  ),
  ['Resize', 'cubic', says('mode', 'cubic')],
  ...['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'].map((name): (typeof forms)[number] => [
    'Resize',
    name,
    says('nearest_mode', name)
  ]),
  ['Resize', 'sizes', ({ inputs }) => inputs.length === 4],
  ...['constant', 'reflect', 'edge', 'wrap'].map((mode): (typeof forms)[number] => [
    'Pad',
    mode,
    says('mode', mode)
  ]),
  ['DepthToSpace', 'CRD', says('mode', 'CRD')],
  ['Gelu', 'tanh form', says('approximate', 'tanh')],
  ['Clip', 'one limit', ({ inputs }) => inputs.length === 2],
  ['Slice', 'steps', ({ inputs }) => inputs.length === 5],
  ['Dropout', 'inference', () => true],
  ['Constant', 'a node', () => true],
  ['ConstantOfShape', 'from a shape', () => true],
  ['Shape', 'arithmetic', () => true],
  ['Attention', 'written out', () => true]
]

/** Operators that are in the table to be refused by name. */
const refused = ['Mod']

describe('every rule is compared with difference quotients by itself', () => {
  it.each([...gradientRules.keys()].filter((name) => !refused.includes(name)))('%s', (name) => {
    const company = nodes.filter(({ opType }) => opType === name).map((node) => node.company)
    // beside it: what makes a linear operator's gradient depend on places, and what its operands are made of
    expect(Math.min(...company)).toBeLessThanOrEqual(name === 'GatherElements' ? 6 : 4)
  })

  it.each(forms)('%s: %s', (name, _, isForm) => {
    expect(nodes.some((node) => node.opType === name && isForm(node))).toBe(true)
  })

  it.each(refused)('%s is refused, by name', async (name) => {
    const build = (m: TinyModel, image: string): string =>
      m.op(name, [image, m.constant([], [0.3])], { fmod: { kind: 'int', value: 1 } })
    await expect(
      checkRule({ opset: 18, sampleShape: [3], floatTypes: [DataType.float], build })
    ).rejects.toMatchObject({ code: 'onnx-operator-without-gradient', context: { operator: name } })
  })
})
