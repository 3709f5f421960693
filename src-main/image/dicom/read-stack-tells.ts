import type { DataSet } from 'dicom-parser'
import type { StackTells } from '../image-types'
import { findElement, firstItem, readItems, readLatinText, readNumber, readNumbers } from './read-values'

/** One dimension of an enhanced multi-frame image (PS3.3 C.7.6.17), at its place in Dimension Index Values. */
export interface Dimension {
  /** of the attribute that the index counts, as dicom-parser writes tags; null where the header does not say */
  pointer: string | null
  /** what its writer calls it, Dimension Description Label (0020,9421); '' where it has no name */
  label: string
}

/** Dimensions that say where in a stack a frame lies, or in which one: the place and the stack's own name say more. */
const spatialPointers = new Set([
  'x00200032', // Image Position (Patient)
  'x00201041', // Slice Location
  'x00209056', // Stack ID
  'x00209057', // In-Stack Position Number
  'x00209113', // Plane Position Sequence
  'x00209116', // Plane Orientation Sequence
  'x00200037' // Image Orientation (Patient)
])

/** What radiologists call the attributes that dimensions usually count. */
const dimensionNames: Record<string, string> = {
  x00189082: 'echo time',
  x00189087: 'b-value',
  x00189089: 'gradient direction',
  x00200100: 'time',
  x00209128: 'time',
  x00209153: 'cardiac phase'
}

/** Echo and localizer: what parts a series wherever its slices lie. */
export function stackKeyOf(dataSet: DataSet): string {
  const echo = readNumbers(dataSet, 'x00180086', 'IS').join(',')
  const isLocalizer = /\bLOCALIZER\b/.test(readLatinText(dataSet, 'x00080008'))
  return [echo && `echo ${echo}`, isLocalizer && 'localizer'].filter(Boolean).join(', ')
}

/** Facts of a single image that may tell its stack from others of the same series. */
export function readStackTells(dataSet: DataSet): StackTells {
  return known({
    time: readLatinText(dataSet, 'x00200100'), // Temporal Position Identifier
    'b-value': diffusionOf(dataSet),
    'echo time': readLatinText(dataSet, 'x00180081'),
    'inversion time': readLatinText(dataSet, 'x00180082'),
    'flip angle': readLatinText(dataSet, 'x00181314'),
    'tube voltage': readLatinText(dataSet, 'x00180060'), // KVP
    acquisition: readLatinText(dataSet, 'x00200012'), // Acquisition Number
    'slice thickness': readLatinText(dataSet, 'x00180050'),
    kernel: readLatinText(dataSet, 'x00181210'), // Convolution Kernel
    'image type': readLatinText(dataSet, 'x00080008').split('\\').join(' '),
    'trigger time': readLatinText(dataSet, 'x00181060'),
    'acquisition time': readLatinText(dataSet, 'x00080032')
  })
}

/** The b-value, where the standard or the makers of scanners put it, and the direction of its gradient. */
function diffusionOf(dataSet: DataSet): string {
  const maker = (tag: string): string => readLatinText(dataSet, tag)
  const private_ = (): number | null => {
    if (/^SIEMENS/i.test(maker('x00190010'))) return readNumber(dataSet, 'x0019100c', 'IS')
    if (/^GEMS_PARM/i.test(maker('x00430010'))) return readNumber(dataSet, 'x00431039', 'IS')
    if (/^Philips/i.test(maker('x20010010'))) return readNumber(dataSet, 'x20011003', 'FL')
    return null
  }
  const value = readNumber(dataSet, 'x00189087', 'FD') ?? private_()
  const direction = readNumbers(dataSet, 'x00189089', 'FD')
  return diffusionText(value, direction)
}

/** The dimensions of Dimension Index Sequence (0020,9222), in the order of the index values. */
export function readDimensions(dataSet: DataSet): Dimension[] {
  return readItems(dataSet, 'x00209222').map((item) => {
    const label = readLatinText(item, 'x00209421').toLowerCase()
    const element = findElement(item, 'x00209165') // Dimension Index Pointer, AT
    if (!element || element.length < 4) return { pointer: null, label }
    const [group, number] = [0, 2].map((at) =>
      item.byteArrayParser.readUint16(item.byteArray, element.dataOffset + at)
    ) as [number, number]
    return {
      pointer: `x${[group, number].map((part) => part.toString(16).padStart(4, '0')).join('')}`,
      label
    }
  })
}

/**
 * Facts of a frame that may tell its stack from others of the same image: its indices in dimensions that are not of
 * space, and what its functional groups say of time, diffusion, echo, heart and kind of image (PS3.3 C.7.6.16).
 * @param groups the frame's own functional groups, then the shared ones
 * @param content the item of its Frame Content Sequence
 */
export function readFrameTells(
  groups: DataSet[],
  content: DataSet | null,
  dimensions: Dimension[]
): StackTells {
  const macro = (tag: string): DataSet | undefined => firstItem(groups, tag)
  const number = (sequence: string, tag: string): string => {
    const item = macro(sequence)
    const value = item ? readNumber(item, tag, 'FD') : null
    return value === null ? '' : String(value)
  }
  const diffusion = macro('x00189117') // MR Diffusion Sequence
  const kind = macro('x00189226') ?? macro('x00189329') // MR or CT Image Frame Type Sequence
  const tells: Record<string, string> = {
    time: content ? String(readNumber(content, 'x00209128', 'UL') ?? '') : '', // Temporal Position Index
    'b-value': diffusion ? diffusionOfGroup(diffusion) : '',
    'echo time': number('x00189114', 'x00189082'), // MR Echo Sequence, Effective Echo Time
    'cardiac phase': number('x00189118', 'x00209153'), // Nominal Cardiac Trigger Delay Time
    acquisition: content ? String(readNumber(content, 'x00209156', 'US') ?? '') : '', // Frame Acquisition Number
    'image type': kind ? readLatinText(kind, 'x00089007').split('\\').join(' ') : '' // Frame Type
  }
  const indices = content ? readNumbers(content, 'x00209157', 'UL') : []
  dimensions.forEach(({ pointer, label }, at) => {
    const index = indices[at]
    if (index === undefined || (pointer !== null && spatialPointers.has(pointer))) return
    const name = (pointer !== null && dimensionNames[pointer]) || label || `dimension ${at + 1}`
    // an index counts values and is none: index 2 of b-values may be 1000
    tells[name] ||= `index ${index}`
  })
  return known(tells)
}

function diffusionOfGroup(diffusion: DataSet): string {
  const value = readNumber(diffusion, 'x00189087', 'FD')
  const gradient = readItems(diffusion, 'x00189076')[0] // Diffusion Gradient Direction Sequence
  const direction = gradient ? readNumbers(gradient, 'x00189089', 'FD') : []
  return diffusionText(value, direction)
}

/** Directions of scanners come with more digits than tell them apart. */
function diffusionText(value: number | null, direction: number[]): string {
  if (value === null) return ''
  const rounded = direction.map((cosine) => Number(cosine.toFixed(3)))
  return direction.length > 0 ? `${value}, direction ${rounded.join(' ')}` : String(value)
}

/** Without what the header leaves empty. */
function known(tells: Record<string, string>): StackTells {
  const said: Record<string, string> = {}
  for (const name in tells) {
    const value = tells[name]
    if (value) said[name] = value
  }
  return said
}
