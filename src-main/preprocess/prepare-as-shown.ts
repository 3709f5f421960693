import type { ModelManifest } from '../contract/manifest'
import { prepareSlice, type PreparedSlice } from './prepare-slice'

/** Modality values of a slice, and how they are meant to be seen. */
export interface ShownValues {
  /** [rows * columns], row by row */
  modality: Float32Array
  rows: number
  columns: number
  /** between rows, between columns; null counts as square pixels of 1 mm */
  spacingMm: [row: number, column: number] | null
  /** of the finite modality values */
  minimum: number
  maximum: number
  /** low values are shown bright (MONOCHROME1, PS3.3 C.7.6.3.1.2) */
  inverted: boolean
}

/**
 * As prepareSlice, with dark and bright as a reader sees them: networks learn from images in which dense tissue is
 * bright, so values of an inverted slice are mirrored within their range. Hounsfield units stay, being physical.
 * @param valueUnit unit of the modality values, see Series
 * @returns offset and factor in the slice's own modality values; the factor of a mirrored slice is negative
 */
export function prepareAsShown(
  slice: ShownValues,
  valueUnit: string,
  manifest: ModelManifest
): PreparedSlice {
  const { modality, rows, columns, spacingMm, minimum, maximum } = slice
  if (!slice.inverted || valueUnit === 'HU') return prepareSlice(modality, rows, columns, spacingMm, manifest)
  const sum = minimum + maximum
  const mirrored = modality.map((value) => sum - value)
  const prepared = prepareSlice(mirrored, rows, columns, spacingMm, manifest)
  return { ...prepared, offset: sum - prepared.offset, factor: -prepared.factor }
}
