import { describe, it } from 'vitest'
import { variationSlope } from '../../../../src-main/maps/variation-slope'
import { expectClose, imageOf, inputs, laidOut, placeOf, valuesOf } from '../../../helpers/map-values'

describe.each([0.05, 1])('rounding %d', (rounding) => {
  it.each(inputs)('is the gradient that torch finds of the sum, $layout', (input) => {
    const change = Float64Array.from(imageOf('change', input))
    const found = variationSlope(change, input, rounding)
    const expected = valuesOf('variationSlope', rounding === 1 ? '1.0' : String(rounding))
    expectClose(
      laidOut(expected, input).map((_, i) => found[placeOf(i, input)]),
      expected,
      1e-6
    )
  })
})
