import type { DataSet } from 'dicom-parser'
import type { ValueWindow } from '../../contract/study'
import type { FrameFacts, Rescale } from '../image-types'
import { readLatinText, readItems, readNumber, readNumbers } from './read-values'
import { readText } from './read-text'

const maxFrameFacts = 100_000

/**
 * Geometry, rescale and windows of every frame: from the functional groups of enhanced multi-frame images
 * (PS3.3 C.7.6.16, a frame's own group before the shared one), else from the top level.
 * @param frameCount how many frames the header declares
 * @returns one entry for all frames where nothing differs by construction, else one a frame
 */
export function readFrameFacts(dataSet: DataSet, frameCount: number): FrameFacts[] {
  const shared = readItems(dataSet, 'x52009229')[0] ?? null
  const perFrame = readItems(dataSet, 'x52009230')
  if (perFrame.length >= frameCount && frameCount <= maxFrameFacts && frameCount > 0) {
    return perFrame
      .slice(0, frameCount)
      .map((group) => factsFrom(dataSet, [group, ...(shared ? [shared] : [])]))
  }
  return [factsFrom(dataSet, shared ? [shared] : [])]
}

function factsFrom(dataSet: DataSet, groups: DataSet[]): FrameFacts {
  const macro = (tag: string): DataSet => groups.flatMap((group) => readItems(group, tag))[0] ?? dataSet
  const position = readNumbers(macro('x00209113'), 'x00200032', 'DS')
  const orientation = readNumbers(macro('x00209116'), 'x00200037', 'DS')
  const content = groups.flatMap((group) => readItems(group, 'x00209111'))[0] ?? null
  return {
    positionMm: position.length === 3 ? (position as [number, number, number]) : null,
    orientation: orientation.length === 6 ? orientation : null,
    spacingMm: readSpacing(macro('x00289110')),
    rescale: readRescale(macro('x00289145')),
    windows: readWindows(macro('x00289132')),
    stackKey: content ? stackKeyOf(content) : '',
    orderHint: content ? orderHintOf(content) : null
  }
}

function readSpacing(dataSet: DataSet): [number, number] | null {
  // Imager Pixel Spacing (0018,1164) is in the detector plane, the best there is for plain radiographs
  for (const tag of ['x00280030', 'x00181164', 'x00182010']) {
    const [row, column] = readNumbers(dataSet, tag, 'DS')
    if (row !== undefined && column !== undefined && row > 0 && column > 0) return [row, column]
  }
  return null
}

function readRescale(dataSet: DataSet): Rescale | null {
  const slope = readNumber(dataSet, 'x00281053', 'DS')
  const intercept = readNumber(dataSet, 'x00281052', 'DS')
  if (slope === null && intercept === null) return null
  // a slope of 0 would flatten the image: writers mean "not set"
  return { slope: slope || 1, intercept: intercept ?? 0, type: readLatinText(dataSet, 'x00281054') }
}

function readWindows(dataSet: DataSet): ValueWindow[] {
  const centers = readNumbers(dataSet, 'x00281050', 'DS')
  const widths = readNumbers(dataSet, 'x00281051', 'DS')
  const explanations = readText(dataSet, 'x00281055').split('\\')
  return centers.flatMap((center, index) => {
    const width = widths[index]
    if (width === undefined || !(width > 0)) return []
    const explanation = explanations[index]?.trim()
    return [explanation ? { center, width, explanation } : { center, width }]
  })
}

/** Stack ID (0020,9056) and Temporal Position Index (0020,9128) part frames into stacks. */
function stackKeyOf(content: DataSet): string {
  const temporal = readNumber(content, 'x00209128', 'UL')
  return [readLatinText(content, 'x00209056'), temporal ?? ''].join('|')
}

function orderHintOf(content: DataSet): number[] | null {
  const inStack = readNumber(content, 'x00209057', 'UL')
  if (inStack !== null) return [inStack]
  const indices = readNumbers(content, 'x00209157', 'UL')
  return indices.length > 0 ? indices : null
}
