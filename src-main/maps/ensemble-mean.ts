/**
 * The mean of members' maps over models and seeds (Lakshminarayanan et al. 2017, 'Simple and Scalable Predictive
 * Uncertainty Estimation using Deep Ensembles', arXiv 1612.01474).
 * @param members [height * width] each, standardised by the member's own statistics; at least one
 */
export function ensembleMean(members: readonly Float32Array[]): Float64Array {
  return Float64Array.from(
    members[0],
    (_, i) => members.reduce((sum, map) => sum + map[i], 0) / members.length
  )
}
