import { describe, expect, it } from 'vitest'
import { NidusError } from '../../../../src-main/contract/errors'
import { readCaseRoles } from '../../../../src-main/gradient/read-case-roles'

const input = { name: 'image', layout: 'NCHW', image: { channels: 1, height: 8, width: 6 }, range: [-1, 1] }
const read = (more: object): ReturnType<typeof readCaseRoles> =>
  readCaseRoles(JSON.stringify({ input, outputs: { reconstruction: 'r' }, ...more }))

describe('readCaseRoles', () => {
  it('reads a case with mean and log deviation', () => {
    expect(
      read({
        outputs: { reconstruction: 'r', mu: 'm', log_std: 's', z: 'z' },
        rec_loss: 'l1',
        beta: 0.5,
        z: 'mu',
        kind: 'vae'
      })
    ).toEqual({
      roles: { input: 'image', layout: 'NCHW', reconstruction: 'r', mu: 'm', logStd: 's', z: 'z' },
      reconstructionLoss: 'l1',
      beta: 0.5,
      image: { channels: 1, height: 8, width: 6 },
      dataRange: 2,
      latent: 'mu'
    })
  })

  it('takes nulls and missing keys of a model without a latent distribution', () => {
    const spec = read({ kind: 'ae', kl_variant: null, beta: null, rec_loss: 'l2' })
    expect(spec.beta).toBe(1)
    expect(spec.roles).toEqual({ input: 'image', layout: 'NCHW', reconstruction: 'r' })
  })

  it('takes the spread that kl_variant names when there are several', () => {
    const outputs = { reconstruction: 'r', mu: 'm', log_std: 's', logvar: 'v' }
    expect(read({ outputs, kl_variant: 'log_std' }).roles).toMatchObject({ logStd: 's' })
    expect(read({ outputs, kl_variant: 'log_std' }).roles.logVar).toBeUndefined()
    expect(read({ outputs, kl_variant: 'logvar' }).roles.logStd).toBeUndefined()
  })

  it('decodes what the file says for any other z', () => {
    expect(read({ z: 'mu+sigma' }).latent).toBe('as-exported')
    expect(read({}).latent).toBe('mu')
  })

  it.each([
    ['not JSON', '{'],
    ['no input', JSON.stringify({ outputs: { reconstruction: 'r' } })],
    [
      'an unknown layout',
      JSON.stringify({ input: { ...input, layout: 'CHW' }, outputs: { reconstruction: 'r' } })
    ],
    ['no reconstruction', JSON.stringify({ input, outputs: { mu: 'm' } })],
    ['an unknown loss', JSON.stringify({ input, outputs: { reconstruction: 'r' }, rec_loss: 'hinge' })],
    ['a negative beta', JSON.stringify({ input, outputs: { reconstruction: 'r' }, beta: -1 })]
  ])('refuses %s', (_, json) => {
    expect(() => readCaseRoles(json)).toThrowError(NidusError)
    expect(() => readCaseRoles(json)).toThrowError(/onnx-role-invalid/)
  })
})
