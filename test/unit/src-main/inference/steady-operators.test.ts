import { expect, it } from 'vitest'
import { hasSteadyOperators } from '../../../../src-main/inference/steady-operators'

const node = (opType: string, domain = '') => ({
  name: '',
  opType,
  domain,
  inputs: [],
  outputs: [],
  attributes: {}
})

it('trusts graphs of convolutions and plain arithmetic', () => {
  expect(
    hasSteadyOperators({ nodes: ['Conv', 'LeakyRelu', 'Gemm', 'Exp', 'ReduceSum'].map((op) => node(op)) })
  ).toBe(true)
})

// Measured with ONNX Runtime 1.30: see the docstring of hasSteadyOperators.
it.each(['Elu', 'Selu', 'Softplus', 'Mish', 'Log', 'Einsum'])('does not trust %s', (op) => {
  expect(hasSteadyOperators({ nodes: [node('Conv'), node(op)] })).toBe(false)
})

it('does not trust operators of other domains, whatever their name', () => {
  expect(hasSteadyOperators({ nodes: [node('Conv', 'com.example')] })).toBe(false)
})
