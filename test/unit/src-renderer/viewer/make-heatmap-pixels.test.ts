import { describe, expect, it } from 'vitest'
import { infernoColours } from '../../../../src-main/contract/inferno-colours'
import { makeHeatmapPixels } from '../../../../src-renderer/viewer/make-heatmap-pixels'

const range = { low: 0, high: 8 }
const alphas = (pixels: Uint8ClampedArray): number[] => Array.from(pixels.filter((_, i) => i % 4 === 3))

describe('makeHeatmapPixels', () => {
  it('is fully transparent below the threshold and fully opaque from it on', () => {
    const pixels = makeHeatmapPixels(Float32Array.of(-3, 2.99, 3, 8, 100), {
      range,
      threshold: 3,
      table: infernoColours
    })
    expect(alphas(pixels)).toEqual([0, 0, 255, 255, 255])
  })

  it('shows everything without a threshold, and never a score that is not a number', () => {
    const pixels = makeHeatmapPixels(Float32Array.of(-3, NaN, 3), {
      range,
      threshold: null,
      table: infernoColours
    })
    expect(alphas(pixels)).toEqual([255, 0, 255])
  })

  it('takes colours from the ends of the table outside the range, and from its middle in the middle', () => {
    const pixels = makeHeatmapPixels(Float32Array.of(-1, 0, 4, 8, 99), {
      range,
      threshold: null,
      table: infernoColours
    })
    const colour = (i: number): number[] => Array.from(pixels.slice(4 * i, 4 * i + 3))
    const entry = (i: number): number[] => Array.from(infernoColours.slice(3 * i, 3 * i + 3))
    expect(colour(0)).toEqual(entry(0))
    expect(colour(1)).toEqual(entry(0))
    expect(colour(2)).toEqual(entry(128))
    expect(colour(3)).toEqual(entry(255))
    expect(colour(4)).toEqual(entry(255))
  })
})

describe('infernoColours', () => {
  it('has the ends and the middle that matplotlib publishes', () => {
    // _cm_listed.py: (0.001462, 0.000466, 0.013866), (0.735683, 0.215906, 0.330245), (0.988362, 0.998364, 0.644924)
    const rounded = (entry: number[]): number[] => entry.map((share) => Math.round(255 * share))
    expect(Array.from(infernoColours.slice(0, 3))).toEqual(rounded([0.001462, 0.000466, 0.013866]))
    expect(Array.from(infernoColours.slice(384, 387))).toEqual(rounded([0.735683, 0.215906, 0.330245]))
    expect(Array.from(infernoColours.slice(765))).toEqual(rounded([0.988362, 0.998364, 0.644924]))
  })

  it('grows lighter from entry to entry', () => {
    // CIE 1931 luminance of linear sRGB
    const linear = (byte: number): number => ((byte / 255 + 0.055) / 1.055) ** 2.4
    const luminance = (i: number): number =>
      0.2126 * linear(infernoColours[3 * i]) +
      0.7152 * linear(infernoColours[3 * i + 1]) +
      0.0722 * linear(infernoColours[3 * i + 2])
    for (let i = 8; i < 256; i += 4) expect(luminance(i)).toBeGreaterThan(luminance(i - 4))
  })
})
