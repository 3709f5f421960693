import { NidusError } from '../../contract/errors'

/** Agreement of two readers. `kappa` and what follows is null where chance alone would always agree. */
export interface CohensKappa {
  /** subjects that both readers rated */
  subjects: number
  observed: number
  expected: number
  kappa: number | null
  standardError: number | null
  /** 95 %, normal approximation; null where the standard error is */
  interval: [number, number] | null
}

/**
 * Cohen's kappa, unweighted (Cohen 1960), with the large-sample standard error of Fleiss, Cohen and Everitt 1969,
 * equation 13.
 * @param table [categories][categories]: rows by the first reader, columns by the second, counts of subjects
 * @throws NidusError `request-invalid` for a table that is empty or not square
 */
export function cohensKappa(table: readonly (readonly number[])[]): CohensKappa {
  const size = table.length
  const subjects = table.reduce((sum, row) => sum + row.reduce((total, cell) => total + cell, 0), 0)
  if (subjects === 0 || table.some((row) => row.length !== size)) {
    throw new NidusError('request-invalid', { reason: 'kappa needs a square table with subjects' })
  }
  const p = table.map((row) => row.map((cell) => cell / subjects))
  const rowShare = p.map((row) => row.reduce((sum, cell) => sum + cell, 0))
  const columnShare = p.map((_, column) => p.reduce((sum, row) => sum + row[column], 0))
  const observed = p.reduce((sum, row, i) => sum + row[i], 0)
  const expected = rowShare.reduce((sum, share, i) => sum + share * columnShare[i], 0)
  if (1 - expected < 1e-12) {
    return { subjects, observed, expected, kappa: null, standardError: null, interval: null }
  }
  const kappa = (observed - expected) / (1 - expected)
  let variance = -((kappa - expected * (1 - kappa)) ** 2)
  for (let i = 0; i < size; i += 1) {
    variance += p[i][i] * (1 - (rowShare[i] + columnShare[i]) * (1 - kappa)) ** 2
    for (let j = 0; j < size; j += 1) {
      if (i !== j) variance += (1 - kappa) ** 2 * p[i][j] * (columnShare[i] + rowShare[j]) ** 2
    }
  }
  const standardError = Math.sqrt(Math.max(0, variance) / subjects) / (1 - expected)
  const half = 1.959963984540054 * standardError
  return {
    subjects,
    observed,
    expected,
    kappa,
    standardError,
    interval: [kappa - half, Math.min(1, kappa + half)]
  }
}
