import { describe, expect, it } from 'vitest'
import { contourPath, traceContours, type Contour } from '../../../../src-renderer/viewer/trace-contours'

/** Shoelace formula; positive where x right and y down turn clockwise on the screen. */
function areaOf(contour: Contour): number {
  let sum = 0
  for (let i = 0; i < contour.length; i += 2) {
    const [x, y] = [contour[i]!, contour[i + 1]!]
    const [nextX, nextY] = [contour[(i + 2) % contour.length]!, contour[(i + 3) % contour.length]!]
    sum += x * nextY - nextX * y
  }
  return sum / 2
}

describe('traceContours', () => {
  it('draws a diamond about a single pixel, half way to its neighbours', () => {
    const map = Float32Array.of(0, 0, 0, 0, 2, 0, 0, 0, 0)
    const [contour, ...others] = traceContours(map, 3, 3, 1)
    expect(others).toEqual([])
    const points = [0, 2, 4, 6].map((i) => [contour![i], contour![i + 1]])
    // the centre of pixel (1, 1) is at 1.5; the level lies half way down to each neighbour
    expect(points).toEqual(
      expect.arrayContaining([
        [1.5, 1],
        [2, 1.5],
        [1.5, 2],
        [1, 1.5]
      ])
    )
    expect(Math.abs(areaOf(contour!))).toBeCloseTo(0.5, 12)
  })

  it('follows a cone with the circle that it is cut in', () => {
    const side = 81
    const map = Float32Array.from({ length: side * side }, (_, i) => {
      const [x, y] = [i % side, Math.floor(i / side)]
      return 50 - Math.hypot(x - 40.3, y - 39.6)
    })
    const [circle, ...others] = traceContours(map, side, side, 25)
    expect(others).toEqual([])
    for (let i = 0; i < circle!.length; i += 2) {
      // radius 25 about the centre, in coordinates where pixel centres lie at + 0.5
      expect(Math.hypot(circle![i]! - 40.8, circle![i + 1]! - 40.1)).toBeCloseTo(25, 1)
    }
    expect(Math.abs(areaOf(circle!))).toBeCloseTo(Math.PI * 625, -1)
  })

  it('closes lines at the edge of the image, turns holes the other way, and takes no number for low', () => {
    const ring = Float32Array.from({ length: 25 }, (_, i) => (i === 12 ? NaN : 2))
    const contours = traceContours(ring, 5, 5, 1)
    expect(contours).toHaveLength(2)
    const areas = contours.map(areaOf).sort((a, b) => a - b)
    expect(areas[0]! * areas[1]!).toBeLessThan(0)
    // the outline runs half a pixel outside the outer centres, cutting the four corners
    expect(Math.max(...areas.map(Math.abs))).toBeCloseTo(25 - 4 * 0.125, 12)
  })

  it('joins or parts corners by the mean of the four', () => {
    const low = Float32Array.of(2, 0, 0, 2)
    expect(traceContours(low, 2, 2, 1.5)).toHaveLength(2)
    const high = Float32Array.of(9, 0, 0, 9)
    expect(traceContours(high, 2, 2, 1.5)).toHaveLength(1)
  })

  it('finds nothing where nothing is over the level, and writes closed paths', () => {
    expect(traceContours(new Float32Array(9), 3, 3, 1)).toEqual([])
    expect(contourPath([[1, 2, 3, 4.5]])).toBe('M1.000 2.000L3.000 4.500Z')
  })
})
