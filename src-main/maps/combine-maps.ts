/**
 * The score of the ceVAE, |d KL/dx| * rec (Zimmerer et al. 2018, arXiv 1812.05941), each factor divided by its
 * stored spread, before the smoothing of the product.
 * @param gradKl smoothed, [height * width]
 * @param rec smoothed, [height * width]
 */
export function combineMaps(
  gradKl: Float64Array,
  rec: Float64Array,
  spreads: { gradKl: number; rec: number }
): Float64Array {
  const scale = spreads.gradKl * spreads.rec
  return gradKl.map((gradient, i) => (gradient * rec[i]) / scale)
}
