import { expect, it } from 'vitest'
import { describeError } from '../../../../src-main/commands/describe-error'
import { exitCodeOf } from '../../../../src-main/commands/exit-codes'
import { errorCodes, NidusError } from '../../../../src-main/contract/errors'

it('names what happened, to what, and why', () => {
  const error = new NidusError('model-manifest-invalid', {
    path: '/m/model.json',
    field: 'id',
    reason: 'Required'
  })
  expect(describeError(error)).toBe(
    'the manifest of the model is not valid: /m/model.json, field id, Required [model-manifest-invalid]'
  )
  expect(describeError(new NidusError('usage', { reason: 'no PATH given' }))).toBe('no PATH given')
  expect(describeError(new NidusError('engine-crashed'))).toContain('engine-crashed')
})

it('has an exit code for every error', () => {
  for (const code of errorCodes) expect([1, 2, 3, 4]).toContain(exitCodeOf(code))
  expect(exitCodeOf('usage')).toBe(2)
  expect(exitCodeOf('output-unwritable')).toBe(2)
  expect(exitCodeOf('nothing-readable')).toBe(3)
  expect(exitCodeOf('model-hash-mismatch')).toBe(4)
  expect(exitCodeOf('onnx-operator-without-gradient')).toBe(4)
})
