import { describe, expect, it } from 'vitest'
import { squaredDistanceToBackground } from '../../../../src-main/preprocess/distance-transform'

/** Every pixel against every background pixel, the ring around the image included. */
function byBruteForce(mask: Uint8Array, rows: number, columns: number, spacing: [number, number]): number[] {
  const distances: number[] = []
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      let nearest = Infinity
      for (let v = -1; v <= rows; v++) {
        for (let u = -1; u <= columns; u++) {
          const inside = v >= 0 && u >= 0 && v < rows && u < columns
          if (inside && mask[v * columns + u]) continue
          nearest = Math.min(nearest, ((y - v) * spacing[0]) ** 2 + ((x - u) * spacing[1]) ** 2)
        }
      }
      distances.push(mask[y * columns + x] ? nearest : 0)
    }
  }
  return distances
}

describe('squaredDistanceToBackground', () => {
  it.each([
    { spacing: [1, 1] as [number, number], share: 0.9 },
    { spacing: [0.6, 1.2] as [number, number], share: 0.97 },
    { spacing: [3, 0.5] as [number, number], share: 0.5 },
    { spacing: [1, 1] as [number, number], share: 1 }
  ])('equals the nearest of all background pixels, spacing $spacing, filled $share', ({ spacing, share }) => {
    const [rows, columns] = [17, 23]
    let state = 7
    const mask = Uint8Array.from({ length: rows * columns }, () => {
      state = (state * 1103515245 + 12345) % 2147483648
      return state / 2147483648 < share ? 1 : 0
    })
    const expected = byBruteForce(mask, rows, columns, spacing)
    const actual = squaredDistanceToBackground(mask, rows, columns, spacing)
    for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i], 9)
  })
})
