import type { DataSet } from 'dicom-parser'
import type { FrameFacts, LookupTable, Rescale } from '../image-types'
import type { ValueRange } from './read-lookup-table'
import { readRegionSpacing } from './read-region-spacing'
import { readDimensions, readFrameTells, type Dimension } from './read-stack-tells'
import { firstItem, readLatinText, readItems, readNumber, readNumbers } from './read-values'
import { readVoi, type ModalityValues } from './read-voi'

const maxFrameFacts = 100_000

/** What the pixels may hold, and the table that takes the place of every rescale. */
export interface PixelValues {
  stored: ValueRange
  modalityLut: LookupTable | null
}

/**
 * Geometry, rescale and windows of every frame: from the functional groups of enhanced multi-frame images
 * (PS3.3 C.7.6.16, a frame's own group before the shared one), else from the top level.
 * @param frameCount how many frames the header declares
 * @returns one entry for all frames where nothing differs by construction, else one a frame
 */
export function readFrameFacts(dataSet: DataSet, frameCount: number, values: PixelValues): FrameFacts[] {
  const shared = readItems(dataSet, 'x52009229')[0] ?? null
  const perFrame = readItems(dataSet, 'x52009230')
  if (perFrame.length >= frameCount && frameCount <= maxFrameFacts && frameCount > 0) {
    const dimensions = readDimensions(dataSet)
    return perFrame
      .slice(0, frameCount)
      .map((group) => factsFrom(dataSet, [group, ...(shared ? [shared] : [])], values, dimensions))
  }
  return [factsFrom(dataSet, shared ? [shared] : [], values, [])]
}

function factsFrom(
  dataSet: DataSet,
  groups: DataSet[],
  values: PixelValues,
  dimensions: Dimension[]
): FrameFacts {
  const macro = (tag: string): DataSet => firstItem(groups, tag) ?? dataSet
  const position = readNumbers(macro('x00209113'), 'x00200032', 'DS')
  const orientation = readNumbers(macro('x00209116'), 'x00200037', 'DS')
  const content = firstItem(groups, 'x00209111') ?? null
  const spacingMm = readPair(macro('x00289110'), 'x00280030') ?? readRegionSpacing(dataSet)
  const rescale = readRescale(macro('x00289145'))
  return {
    positionMm: isPlace(position, 3) ? (position as [number, number, number]) : null,
    orientation: isPlace(orientation, 6) ? orientation : null,
    spacingMm,
    pixelAspect: spacingMm ? null : readAspect(dataSet, macro('x00289443')),
    rescale,
    windows: readVoi(macro('x00289132'), modalityValues(values, rescale)),
    stackKey: content ? readLatinText(content, 'x00209056') : '', // Stack ID
    tells: groups.length > 0 ? readFrameTells(groups, content, dimensions) : {},
    orderHint: content ? orderHintOf(content) : null
  }
}

/** Written as binary numbers against the standard, places can be no numbers at all. */
function isPlace(numbers: number[], length: number): boolean {
  return numbers.length === length && numbers.every(Number.isFinite)
}

/**
 * Spacing on a detector or a scanned film differs from that in the patient by an unknown magnification (PS3.3
 * 10.7.1.3), so it says no more than Pixel Aspect Ratio does: the shape of a pixel.
 */
function readAspect(dataSet: DataSet, detector: DataSet): [number, number] | null {
  return readPair(detector, 'x00181164') ?? readPair(dataSet, 'x00182010') ?? readPair(dataSet, 'x00280034')
}

function readPair(dataSet: DataSet, tag: string): [number, number] | null {
  const [row, column] = readNumbers(dataSet, tag, 'DS')
  return row !== undefined && column !== undefined && row > 0 && column > 0 ? [row, column] : null
}

function readRescale(dataSet: DataSet): Rescale | null {
  const slope = readNumber(dataSet, 'x00281053', 'DS')
  const intercept = readNumber(dataSet, 'x00281052', 'DS')
  if (slope === null && intercept === null) return null
  // a slope of 0 would flatten the image: writers mean "not set"
  return { slope: slope || 1, intercept: intercept ?? 0, type: readLatinText(dataSet, 'x00281054') }
}

/** What modality values may be, by what stored ones may. */
function modalityValues({ stored, modalityLut }: PixelValues, rescale: Rescale | null): ModalityValues {
  if (modalityLut) return { low: 0, high: 2 ** modalityLut.bits - 1, whole: true }
  const { slope, intercept } = rescale ?? { slope: 1, intercept: 0 }
  const ends = [stored.low * slope + intercept, stored.high * slope + intercept]
  // floating point pixels have no ends
  const whole = [...ends, slope].every(Number.isInteger)
  return { low: Math.min(...ends), high: Math.max(...ends), whole }
}

function orderHintOf(content: DataSet): number[] | null {
  const inStack = readNumber(content, 'x00209057', 'UL')
  if (inStack !== null) return [inStack]
  const indices = readNumbers(content, 'x00209157', 'UL')
  return indices.length > 0 ? indices : null
}
