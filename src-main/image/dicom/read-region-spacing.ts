import type { DataSet } from 'dicom-parser'
import { readItems, readNumber } from './read-values'

/** Physical Units X and Y Direction (0018,6024), (0018,6026) */
const centimetres = 3
/** Region Spatial Format (0018,6012): a tissue plane; others are traces over time and spectra */
const tissue = 1

/**
 * Pixel spacing of ultrasound images, which comes by regions of the image (PS3.3 C.8.5.5): Physical Delta X and Y
 * (0018,602C), (0018,602E) of its tissue regions.
 * @returns between rows, between columns, in mm; null where there are no such regions, or regions of other scales
 */
export function readRegionSpacing(dataSet: DataSet): [row: number, column: number] | null {
  const spacings = readItems(dataSet, 'x00186011')
    .filter((region) => readNumber(region, 'x00186012', 'US') === tissue)
    .map(spacingOf)
  const [first] = spacings
  const agree = spacings.every((other) =>
    other?.every((mm, i) => first && Math.abs(mm - (first[i] as number)) <= 1e-4 * mm)
  )
  return first && agree ? first : null
}

function spacingOf(region: DataSet): [number, number] | null {
  const units = [readNumber(region, 'x00186026', 'US'), readNumber(region, 'x00186024', 'US')]
  // negative where the axis runs against the pixels
  const down = Math.abs(readNumber(region, 'x0018602e', 'FD') ?? 0) * 10
  const across = Math.abs(readNumber(region, 'x0018602c', 'FD') ?? 0) * 10
  const known = units.every((unit) => unit === centimetres) && down > 0 && across > 0
  return known && Number.isFinite(down + across) ? [down, across] : null
}
