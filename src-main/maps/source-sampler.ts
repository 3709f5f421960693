import { modelColumnOf, modelRowOf, type Placement } from '../preprocess/place-on-model-grid'

/**
 * Brings standardised maps of one slice to its source grid; see {@link createSourceSampler}.
 * @param into [rows * columns], filled and returned; a new array when absent
 */
export type SourceSampler = (map: Float32Array, floor: number, into?: Float32Array) => Float32Array

/**
 * Works out once per slice where each source pixel lies between the model pixels, for all maps of the slice:
 * bilinear between the model pixels inside the mask, through the exact inverse of the placement.
 * @param modelMask [height * width], 0 or 1; model pixels outside it do not count
 * @param eroded [rows * columns], 0 or 1; source pixels outside it get the floor
 * @returns takes a map [height * width] in score units and gives it on the source grid, [rows * columns], float32
 */
export function createSourceSampler(
  modelMask: Uint8Array,
  eroded: Uint8Array,
  placement: Placement
): SourceSampler {
  const { rows, columns, height, width } = placement
  // A ring of pixels that do not count stands for all that lies outside the model grid.
  const stride = width + 2
  const mask = new Float64Array((height + 2) * stride)
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) mask[(i + 1) * stride + j + 1] = modelMask[i * width + j]
  }
  const columnAt = Float64Array.from({ length: columns }, (_, x) => modelColumnOf(placement, x))

  let count = 0
  for (let pixel = 0; pixel < eroded.length; pixel++) if (eroded[pixel]) count++
  const pixels = new Int32Array(count)
  const corners = new Int32Array(count)
  const weights = new Float64Array(5 * count)
  count = 0
  for (let y = 0; y < rows; y++) {
    const row = modelRowOf(placement, y)
    const top = Math.floor(row)
    if (!(top >= -1 && top < height)) continue
    const below = row - top
    for (let x = 0; x < columns; x++) {
      if (!eroded[y * columns + x]) continue
      const left = Math.floor(columnAt[x])
      if (!(left >= -1 && left < width)) continue
      const right = columnAt[x] - left
      const corner = (top + 1) * stride + left + 1
      const a = (1 - below) * (1 - right)
      const b = (1 - below) * right
      const c = below * (1 - right)
      const d = below * right
      const sum = bilinear(mask, corner, stride, a, b, c, d)
      if (!(sum > 1e-6)) continue
      pixels[count] = y * columns + x
      corners[count] = corner
      weights[5 * count] = a
      weights[5 * count + 1] = b
      weights[5 * count + 2] = c
      weights[5 * count + 3] = d
      weights[5 * count + 4] = sum
      count++
    }
  }

  const values = new Float64Array(mask.length)
  return (map, floor, into = new Float32Array(rows * columns)) => {
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        values[(i + 1) * stride + j + 1] = modelMask[i * width + j] ? map[i * width + j] : 0
      }
    }
    const result = into.fill(floor)
    for (let n = 0, w = 0; n < count; n++, w += 5) {
      const value = bilinear(
        values,
        corners[n],
        stride,
        weights[w],
        weights[w + 1],
        weights[w + 2],
        weights[w + 3]
      )
      result[pixels[n]] = value / weights[w + 4]
    }
    return result
  }
}

function bilinear(
  plane: Float64Array,
  corner: number,
  stride: number,
  a: number,
  b: number,
  c: number,
  d: number
): number {
  const top = a * plane[corner] + b * plane[corner + 1]
  return top + c * plane[corner + stride] + d * plane[corner + stride + 1]
}
