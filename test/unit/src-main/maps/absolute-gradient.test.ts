import { it } from 'vitest'
import { absoluteGradient } from '../../../../src-main/maps/absolute-gradient'
import { expectClose, imageOf, inputs, valuesOf } from '../../../helpers/map-values'

it.each(inputs)('is what numpy makes of a signed gradient, $layout', (input) => {
  expectClose(absoluteGradient(imageOf('gradient', input), input), valuesOf('absoluteGradient'), 1e-13)
})
