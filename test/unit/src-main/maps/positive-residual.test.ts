import { expect, it } from 'vitest'
import { positiveError } from '../../../../src-main/maps/positive-residual'
import { residualMap } from '../../../../src-main/maps/residual'
import { expectClose, imageOf, inputs, valuesOf } from '../../../helpers/map-values'

it.each(inputs)('is what numpy makes of it, $layout', (input) => {
  const [image, reconstruction] = [imageOf('image', input), imageOf('reconstruction', input)]
  expectClose(residualMap(image, reconstruction, 'positive', input), valuesOf('positive'), 1e-14)
})

it('of an element that is darker than its reconstruction', () => {
  expect(positiveError(0.25, 0.75)).toBe(0)
})
