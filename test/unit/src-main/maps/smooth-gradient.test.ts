import { it } from 'vitest'
import { smoothGradient } from '../../../../src-main/maps/smooth-gradient'
import { makeManifest } from '../../../helpers/make-manifest'
import { expectClose, imageOf, inputs, valuesOf } from '../../../helpers/map-values'

// The loss of the fixture, x³ / 3 - sin 2x, which torch differentiates itself; its slope is x² - 2 cos 2x. The noise
// runs along the elements, so that channels last get it in another order than the fixture has it.
it.each(inputs.filter(({ layout }) => layout !== 'NHWC'))(
  'is the mean magnitude of torch’s gradients on noisy copies, $layout',
  async (input) => {
    const { preprocessing } = makeManifest()
    const settings = { copies: 6, noise: 0.1, seed: 3 }
    const found = await smoothGradient(
      imageOf('image', input),
      { input, preprocessing },
      settings,
      (images) =>
        Promise.resolve(images.map((image) => image.map((value) => value ** 2 - 2 * Math.cos(2 * value))))
    )
    expectClose(found, valuesOf('smoothGradient'), 2e-6)
  }
)
