import type { ModelManifest } from '../contract/manifest'
import { prepareSlice, type PreparedSlice } from './prepare-slice'

/** Modality values of a slice, and how they are meant to be seen. */
export interface ShownValues {
  /** [rows * columns], row by row */
  modality: Float32Array
  rows: number
  columns: number
  /** between rows, between columns */
  spacingMm: [row: number, column: number] | null
  /** height and width of a pixel where `spacingMm` is null: its shorter side then counts as 1 mm */
  pixelAspect?: [row: number, column: number] | null
  /** of the finite modality values */
  minimum: number
  maximum: number
  /** [rows * columns], 1 where nothing was measured; null where all was */
  padding?: Uint8Array | null
  /** low values are shown bright (MONOCHROME1, PS3.3 C.7.6.3.1.2) */
  inverted: boolean
}

/**
 * As prepareSlice, with dark and bright as a reader sees them: networks learn from images in which dense tissue is
 * bright, so values of an inverted slice are mirrored within their range. Hounsfield units stay, being physical. Padding
 * that is brighter gets the darkest value measured, as it is background, and pixels have the shape in which they are shown.
 * @param valueUnit unit of the modality values, see Series
 * @returns offset and factor in the slice's own modality values; the factor of a mirrored slice is negative
 */
export function prepareAsShown(
  slice: ShownValues,
  valueUnit: string,
  manifest: ModelManifest
): PreparedSlice {
  const { rows, columns, minimum, maximum } = slice
  const mirrors = slice.inverted && valueUnit !== 'HU'
  const modality = withDarkPadding(slice, mirrors)
  const spacingMm = slice.spacingMm ?? ofShortSideOne(slice.pixelAspect)
  if (!mirrors) return prepareSlice(modality, rows, columns, spacingMm, manifest)
  const sum = minimum + maximum
  const mirrored = modality.map((value) => sum - value)
  const prepared = prepareSlice(mirrored, rows, columns, spacingMm, manifest)
  return { ...prepared, offset: sum - prepared.offset, factor: -prepared.factor }
}

/** Padding that is as dark as what is measured, or darker, stays: it may be the only background there is. */
function withDarkPadding(slice: ShownValues, mirrors: boolean): Float32Array {
  const { modality, padding, minimum, maximum } = slice
  if (!padding) return modality
  return modality.map((value, at) => {
    if (!padding[at]) return value
    return mirrors ? Math.max(value, maximum) : Math.min(value, minimum)
  })
}

function ofShortSideOne(aspect: ShownValues['pixelAspect']): [row: number, column: number] | null {
  if (!aspect) return null
  const shorter = Math.min(...aspect)
  return [aspect[0] / shorter, aspect[1] / shorter]
}
