import { expect, it } from 'vitest'
import { restoration } from '../../../../src-main/maps/restoration'
import { makeManifest } from '../../../helpers/make-manifest'
import { expectClose, imageOf, inputs, valuesOf } from '../../../helpers/map-values'

const rounding = 0.05
const settings = { steps: 15, stepSize: 0.02, smoothness: 0.7, rounding }

// Torch descends the sum of the rounded L1 loss to a fixed image and of the total variation, as one function.
it.each(inputs)('ends where a descent along torch’s gradients ends, $layout', async (input) => {
  const { maps, preprocessing } = makeManifest()
  const target = imageOf('reconstruction', input)
  const image = imageOf('image', input)
  const other = image.map((value) => 1 - value)
  let rounds = 0
  const [, found] = await restoration([other, image], { input, maps, preprocessing }, settings, (images) => {
    rounds++
    return Promise.resolve(
      images.map((moved) =>
        moved.map((value, i) => (value - target[i]) / Math.hypot(value - target[i], rounding))
      )
    )
  })
  expect(rounds).toBe(15)
  expectClose(found, valuesOf('restoration'), 2e-6)
})
