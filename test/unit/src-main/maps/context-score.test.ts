import { describe, expect, it } from 'vitest'
import { contextScore } from '../../../../src-main/maps/context-score'
import type { ModelManifest } from '../../../../src-main/contract/manifest'
import { makeManifest } from '../../../helpers/make-manifest'
import { expectClose, imageOf, inputs, placeOf, valuesOf } from '../../../helpers/map-values'

type Input = ModelManifest['input']

/** The stand-in for a network of the fixture: half the right neighbour and 0.3 of the next channel, both cyclic. */
function mixed(image: Float32Array, input: Input): Float32Array {
  const { channels, height, width } = input
  const result = new Float32Array(image.length)
  for (let i = 0; i < image.length; i++) {
    const column = i % width
    const right = i - column + ((column + 1) % width)
    const next = (i + height * width) % (channels * height * width)
    result[placeOf(i, input)] = 0.5 * image[placeOf(right, input)] + 0.3 * image[placeOf(next, input)]
  }
  return result
}

describe.each([
  [3, 2],
  [4, 4],
  [20, 1]
])('squares of %i pixels at every %i', (patchPx, stridePx) => {
  it.each(inputs)('scores what numpy scores square by square, $layout', async (input) => {
    const { maps } = makeManifest()
    const mask = Uint8Array.from(valuesOf('mask'))
    const settings = { patchPx, stridePx }
    const found = await contextScore(imageOf('image', input), mask, { input, maps }, settings, (images) =>
      Promise.resolve(images.map((image) => mixed(image, input)))
    )
    const expected = valuesOf('context', `${patchPx},${stridePx}`)
    expectClose(found, expected, 1e-7)
    expect(Math.max(...expected)).toBeGreaterThan(0.2)
  })
})
