import { expect, it } from 'vitest'
import { ensembleMean } from '../../../../src-main/maps/ensemble-mean'
import { expectClose, inputs, valuesOf } from '../../../helpers/map-values'

it('is what numpy makes of four members', () => {
  const pixels = inputs[0].height * inputs[0].width
  const members = Array.from({ length: 4 }, (_, k) =>
    Float32Array.from(valuesOf('members').slice(k * pixels, (k + 1) * pixels))
  )
  expectClose(ensembleMean(members), valuesOf('mean'), 1e-14)
})

it('of one member', () => {
  expect([...ensembleMean([Float32Array.of(0.5, -2)])]).toEqual([0.5, -2])
})
