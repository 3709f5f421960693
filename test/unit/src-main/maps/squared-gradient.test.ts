import { it } from 'vitest'
import { squaredGradient } from '../../../../src-main/maps/squared-gradient'
import { expectClose, imageOf, inputs, valuesOf } from '../../../helpers/map-values'

it.each(inputs)('is what numpy makes of a signed gradient, $layout', (input) => {
  expectClose(squaredGradient(imageOf('gradient', input), input), valuesOf('squaredGradient'), 1e-13)
})
