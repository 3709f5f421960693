/** For one output index: weights of the consecutive source indices from `first`. */
export interface SampleWeights {
  first: number
  weights: Float64Array
}

/**
 * Weights of a triangle filter that widens where the grid gets coarser, so that nothing aliases (the `antialias`
 * bilinear of torch and PIL). Weights are normalised over all source indices, also those outside the source,
 * so that the outside counts as zero.
 * @param count output indices
 * @param sourceCentre source coordinate (pixel centre = integer index) of output index i
 * @param step source pixels per output pixel
 * @param length source indices 0 .. length-1
 */
export function triangleWeights(
  count: number,
  sourceCentre: (index: number) => number,
  step: number,
  length: number
): SampleWeights[] {
  const support = Math.max(1, step)
  const all: SampleWeights[] = []
  for (let index = 0; index < count; index++) {
    const centre = sourceCentre(index)
    const low = Math.ceil(centre - support)
    const high = Math.floor(centre + support)
    let sum = 0
    for (let k = low; k <= high; k++) sum += Math.max(0, 1 - Math.abs(k - centre) / support)
    const first = Math.max(0, low)
    const end = Math.min(length - 1, high)
    const weights = new Float64Array(Math.max(0, end - first + 1))
    for (let k = first; k <= end; k++)
      weights[k - first] = Math.max(0, 1 - Math.abs(k - centre) / support) / sum
    all.push({ first, weights })
  }
  return all
}

/**
 * Separable resampling: result[i, j] = sum over k, l of rowWeights[i, k] * source[k, l] * columnWeights[j, l].
 * @param source row by row, `sourceColumns` wide
 * @returns [rowWeights.length * columnWeights.length], row by row
 */
export function resample(
  source: ArrayLike<number>,
  sourceColumns: number,
  rowWeights: SampleWeights[],
  columnWeights: SampleWeights[]
): Float64Array {
  const height = rowWeights.length
  const width = columnWeights.length
  const result = new Float64Array(height * width)
  const line = new Float64Array(sourceColumns)
  for (let i = 0; i < height; i++) {
    const row = rowWeights[i]
    line.fill(0)
    for (let k = 0; k < row.weights.length; k++) {
      const weight = row.weights[k]
      const start = (row.first + k) * sourceColumns
      for (let x = 0; x < sourceColumns; x++) line[x] += weight * source[start + x]
    }
    for (let j = 0; j < width; j++) {
      const column = columnWeights[j]
      let sum = 0
      for (let l = 0; l < column.weights.length; l++) sum += column.weights[l] * line[column.first + l]
      result[i * width + j] = sum
    }
  }
  return result
}
