import { expect, it } from 'vitest'
import { monteCarloResidual } from '../../../../src-main/maps/monte-carlo-residual'
import { makeManifest } from '../../../helpers/make-manifest'
import { expectClose, imageOf, inputs, laidOut, valuesOf } from '../../../helpers/map-values'

const latent = 5

// The decoder of the fixture: 0.4 x plus the noise times five images.
it.each(inputs)('is the residual of numpy’s mean over the drawn images, $layout', async (input) => {
  const image = imageOf('image', input)
  const spread = valuesOf('spread')
  const parts = Array.from({ length: latent }, (_, k) =>
    laidOut(spread.slice(k * image.length, (k + 1) * image.length), input)
  )
  const { maps } = makeManifest()
  let draws = 0
  const found = await monteCarloResidual(image, latent, { input, maps }, { samples: 7, seed: 9 }, (noise) => {
    draws += noise.length
    return Promise.resolve(
      noise.map((code) =>
        image.map((value, i) => parts.reduce((sum, part, k) => sum + code[k] * part[i], 0.4 * value))
      )
    )
  })
  expect(draws).toBe(7)
  expectClose(found, valuesOf('monteCarlo'), 1e-6)
})
