import { NidusError } from '../../contract/errors'

/** Agreement of three or more readers. `kappa` is null where chance alone would always agree. */
export interface FleissKappa {
  subjects: number
  readers: number
  observed: number
  expected: number
  kappa: number | null
}

/**
 * Fleiss' kappa (Fleiss 1971).
 * @param ratings [subjects][categories]: how many readers put the subject into the category; the same number of
 *   readers for every subject
 * @throws NidusError `request-invalid` for no subjects, fewer than two readers, or unequal numbers of readers
 */
export function fleissKappa(ratings: readonly (readonly number[])[]): FleissKappa {
  const total = (row: readonly number[]) => row.reduce((sum, cell) => sum + cell, 0)
  const subjects = ratings.length
  const readers = subjects > 0 ? total(ratings[0]) : 0
  if (readers < 2 || ratings.some((row) => total(row) !== readers)) {
    throw new NidusError('request-invalid', { reason: 'every subject needs the same two or more readers' })
  }
  const shares = ratings[0].map(
    (_, category) => ratings.reduce((sum, row) => sum + row[category], 0) / (subjects * readers)
  )
  const pairs = readers * (readers - 1)
  const observed =
    ratings.reduce((sum, row) => sum + row.reduce((agree, n) => agree + n * (n - 1), 0) / pairs, 0) / subjects
  const expected = shares.reduce((sum, share) => sum + share * share, 0)
  const kappa = 1 - expected < 1e-12 ? null : (observed - expected) / (1 - expected)
  return { subjects, readers, observed, expected, kappa }
}
