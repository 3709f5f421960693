import type { DataSet } from 'dicom-parser'
import { windowOfTable } from '../../contract/apply-window'
import type { ValueWindow } from '../../contract/study'
import { readLookupTable, type ValueRange } from './read-lookup-table'
import { readItems, readLatinText, readNumbers } from './read-values'
import { readText } from './read-text'

/**
 * The views that a VOI LUT module or macro suggests (PS3.3 C.11.2, C.7.6.16.2.10): the tables of the VOI LUT
 * Sequence (0028,3010) first, then Window Center (0028,1050) and Width (0028,1051) with the VOI LUT Function
 * (0028,1056). The standard calls them alternatives of equal rank.
 * @param modality what modality values may be
 * @returns windows that cannot be (no width, no number) and tables that are damaged are left out
 */
export function readVoi(dataSet: DataSet, modality: ValueRange): ValueWindow[] {
  return [...readTables(dataSet, modality), ...readWindows(dataSet)]
}

function readTables(dataSet: DataSet, modality: ValueRange): ValueWindow[] {
  return readItems(dataSet, 'x00283010').flatMap((item, index) => {
    const table = readLookupTable(item, 'x00283002', 'x00283006', modality)
    if (!table) return []
    const { firstMapped, bits, values } = table
    const explanation = readText(item, 'x00283003') || `table ${index + 1}`
    return [{ ...windowOfTable({ firstMapped, bits, values }), explanation }]
  })
}

function readWindows(dataSet: DataSet): ValueWindow[] {
  const centers = readNumbers(dataSet, 'x00281050', 'DS')
  const widths = readNumbers(dataSet, 'x00281051', 'DS')
  const explanations = readText(dataSet, 'x00281055').split('\\')
  const shape = readFunction(dataSet)
  return centers.flatMap((center, index) => {
    const width = widths[index]
    if (width === undefined || !(width > 0)) return []
    const explanation = explanations[index]?.trim()
    return [{ center, width, ...(explanation ? { explanation } : {}), ...(shape ? { function: shape } : {}) }]
  })
}

/** Undefined for LINEAR, which is what absence means. */
function readFunction(dataSet: DataSet): ValueWindow['function'] {
  switch (readLatinText(dataSet, 'x00281056').toUpperCase()) {
    case 'SIGMOID':
      return 'sigmoid'
    case 'LINEAR_EXACT':
      return 'linear-exact'
    default:
      return undefined
  }
}
