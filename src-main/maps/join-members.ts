/**
 * Ensembles (Lakshminarayanan et al. 2017, arXiv 1612.01474): the mean of members' maps, and how far they disagree:
 * the standard deviation between them, divided by their number, not one less.
 * @param members [height * width] each, standardised by the member's own statistics; at least one
 */
export function joinMembers(members: readonly Float32Array[]): {
  mean: Float64Array
  deviation: Float64Array
} {
  const mean = Float64Array.from(
    members[0],
    (_, i) => members.reduce((sum, map) => sum + map[i], 0) / members.length
  )
  const deviation = mean.map((centre, i) =>
    Math.sqrt(members.reduce((sum, map) => sum + (map[i] - centre) ** 2, 0) / members.length)
  )
  return { mean, deviation }
}
