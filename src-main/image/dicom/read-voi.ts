import type { DataSet } from 'dicom-parser'
import { windowOfTable } from '../../contract/apply-window'
import type { ValueWindow } from '../../contract/study'
import { readLookupTable, type ValueRange } from './read-lookup-table'
import { readItems, readLatinText, readNumbers } from './read-values'
import { readText } from './read-text'

/** What modality values may be, and whether all of them are integers. */
export interface ModalityValues extends ValueRange {
  whole: boolean
}

/**
 * LINEAR (PS3.3 C.11.2.1.2.1) takes half a step off the centre and a whole one off the width, a step being 1. In narrow
 * windows over values with fractions that would hide most of them, so these are read as LINEAR_EXACT, as their writers
 * mean them; in windows wider than this both are the same within a grey level.
 */
const widestExact = 256

/**
 * The views that a VOI LUT module or macro suggests (PS3.3 C.11.2, C.7.6.16.2.10): the tables of the VOI LUT
 * Sequence (0028,3010) first, then Window Center (0028,1050) and Width (0028,1051) with the VOI LUT Function
 * (0028,1056). The standard calls them alternatives of equal rank.
 * @param modality what modality values may be
 * @returns windows that cannot be (no width, no number) and tables that are damaged are left out
 */
export function readVoi(dataSet: DataSet, modality: ModalityValues): ValueWindow[] {
  return [...readTables(dataSet, modality), ...readWindows(dataSet, modality.whole)]
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

function readWindows(dataSet: DataSet, whole: boolean): ValueWindow[] {
  const centers = readNumbers(dataSet, 'x00281050', 'DS')
  const widths = readNumbers(dataSet, 'x00281051', 'DS')
  const explanations = readText(dataSet, 'x00281055').split('\\')
  const declared = readFunction(dataSet)
  return centers.flatMap((center, index) => {
    const width = widths[index]
    if (width === undefined || !(width > 0)) return []
    const explanation = explanations[index]?.trim()
    const shape = declared ?? (!whole && width < widestExact ? 'linear-exact' : undefined)
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
