import { describe, expect, it } from 'vitest'
import { ssimResidual } from '../../../../src-main/maps/ssim-residual'
import { expectClose, imageOf, inputs, valuesOf } from '../../../helpers/map-values'

// Expected: moments about each window's own means, window by window, on a plane that is smaller than the window.
describe.each([1, 2])('data range %i', (dataRange) => {
  it.each(inputs)('is the sum over windows written out, $layout', (input) => {
    const [image, reconstruction] = [imageOf('image', input), imageOf('reconstruction', input)]
    const found = ssimResidual(image, reconstruction, dataRange, input)
    expectClose(found, valuesOf('ssim', String(dataRange)), 1e-12)
  })
})

it('is 0 where nothing differs', () => {
  const image = imageOf('image', inputs[0])
  expect(Math.max(...ssimResidual(image, image, 1, inputs[0]).map(Math.abs))).toBeLessThan(1e-12)
})
