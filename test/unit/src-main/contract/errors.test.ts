import { describe, expect, it } from 'vitest'
import { NidusError, toNidusError } from '../../../../src-main/contract/errors'

describe('toNidusError', () => {
  it('keeps a NidusError as it is', () => {
    const original = new NidusError('file-empty', { path: 'a.dcm' })
    expect(toNidusError(original)).toBe(original)
  })

  it('wraps anything else as internal and keeps the cause', () => {
    const cause = new Error('boom')
    const wrapped = toNidusError(cause)
    expect(wrapped.code).toBe('internal')
    expect(wrapped.context.reason).toBe('boom')
    expect(wrapped.cause).toBe(cause)
  })
})
