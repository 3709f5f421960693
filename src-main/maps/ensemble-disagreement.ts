import { ensembleMean } from './ensemble-mean'

/**
 * How far an ensemble's members disagree (Lakshminarayanan et al. 2017, arXiv 1612.01474): the standard deviation
 * between their maps, divided by their number, not one less.
 * @param members [height * width] each, standardised by the member's own statistics; at least one
 */
export function ensembleDisagreement(members: readonly Float32Array[]): Float64Array {
  return ensembleMean(members).map((centre, i) =>
    Math.sqrt(members.reduce((sum, map) => sum + (map[i] - centre) ** 2, 0) / members.length)
  )
}
