import { describe, expect, it } from 'vitest'
import type { ModelManifest } from '../../../../src-main/contract/manifest'
import { domainFeatures } from '../../../../src-main/preprocess/domain-features'
import type { PreparedSlice } from '../../../../src-main/preprocess/prepare-slice'

const pixels = 60
const grey = Float32Array.from({ length: pixels }, (_, i) => ((i * 37) % 101) / 101)
const modelMask = Uint8Array.from({ length: pixels }, (_, i) => (i % 3 === 0 ? 0 : 1))
const levels = [5, 50, 90]
/** numpy.percentile(x[mask].astype(float64), levels) of x = float32((37 i mod 101) / 101), mask i % 3 != 0 */
const byNumpy = [0.048514851648360495, 0.4900990277528763, 0.867326718568802]

const input = (layout: 'NCHW' | 'NHWC', channels: number): ModelManifest['input'] =>
  ({ layout, channels, height: 6, width: 10 }) as ModelManifest['input']
const slice = (change: Partial<PreparedSlice> = {}): PreparedSlice =>
  ({
    tensor: grey,
    modelMask,
    outline: null,
    placement: { mmPerModelPx: 3.6, spacingMm: [0.6, 1.2] },
    hasForeground: true,
    ...change
  }) as PreparedSlice

describe('domainFeatures', () => {
  it('gives the percentiles inside the mask as numpy does, then the share of the grid', () => {
    const features = domainFeatures(slice(), input('NCHW', 1), levels)
    expect(features?.values).toHaveLength(4)
    byNumpy.forEach((value, i) => expect(features?.values[i]).toBeCloseTo(value, 12))
    expect(features?.values[3]).toBeCloseTo(40 / 60, 12)
  })

  it('measures the resolution along columns', () => {
    // 3.6 mm of the model over 1.2 mm between columns
    expect(domainFeatures(slice(), input('NCHW', 1), levels)?.sourcePxPerModelPx).toBeCloseTo(3, 12)
  })

  it('is the same for three channels of the same grey, in either layout', () => {
    const apart = Float32Array.from({ length: 3 * pixels }, (_, i) => grey[i % pixels])
    const mixed = Float32Array.from({ length: 3 * pixels }, (_, i) => grey[Math.floor(i / 3)])
    const one = domainFeatures(slice(), input('NCHW', 1), levels)
    expect(domainFeatures(slice({ tensor: apart }), input('NCHW', 3), levels)).toEqual(one)
    expect(domainFeatures(slice({ tensor: mixed }), input('NHWC', 3), levels)).toEqual(one)
  })

  it('hands on the outline that the preprocessing saw', () => {
    const outline = Float64Array.of(0, 0.25, 1, 0.5)
    expect(domainFeatures(slice({ outline }), input('NCHW', 1), levels)?.outline).toBe(outline)
    expect(domainFeatures(slice(), input('NCHW', 1), levels)?.outline).toBeNull()
  })

  it('leaves out slices without foreground, or with none left after erosion', () => {
    expect(domainFeatures(slice({ hasForeground: false }), input('NCHW', 1), levels)).toBeNull()
    const empty = new Uint8Array(pixels)
    expect(domainFeatures(slice({ modelMask: empty }), input('NCHW', 1), levels)).toBeNull()
  })
})
