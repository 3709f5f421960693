import type { DataSet } from 'dicom-parser'
import { NidusError } from '../../contract/errors'
import { maxFramePixels, maxFrames } from '../frame-limits'
import type { ImageHeader } from '../image-types'
import type { ParsedDataSet } from './parse-data-set'
import { nameSopClass } from './name-sop-class'
import { nativeFrameBits, sharesColour } from '../shares-colour'
import { readFrameFacts } from './read-frame-facts'
import { readLookupTable, readSegmentedTable, type ValueRange } from './read-lookup-table'
import { findElement, readItems, readLatinText, readNumber, readNumbers, readUid } from './read-values'
import { readStackTells, stackKeyOf } from './read-stack-tells'
import { readPersonName, readText, textDoubtOf } from './read-text'

/** Bits Allocated of integers: 1 or whole bytes (PS3.5 section 8.1.1), and packed ones of older writers. */
const integerWidths = new Set([1, 8, 10, 12, 16, 24, 32])

/**
 * Header facts of a parsed DICOM image.
 * @throws NidusError `dicom-no-pixel-data` for objects that are no images, `dicom-malformed` where size or sample
 *   layout are missing or contradict one another
 */
export function readDicomHeader(parsed: ParsedDataSet): ImageHeader {
  const { dataSet, pixels } = parsed
  const sopClassUid = readUid(dataSet, 'x00080016')
  const modality = readLatinText(dataSet, 'x00080060')
  if (pixels === null) throw noPixels(parsed, modality, sopClassUid)
  const layout = readPixelLayout(dataSet, pixels.tag)
  const frameCount = readFrameCount(dataSet)
  refuseOddColours(layout, pixels.length, frameCount)
  const stored = storedRange(layout)
  const lut = readItems(dataSet, 'x00283000')[0]
  const modalityLut = lut ? readLookupTable(lut, 'x00283002', 'x00283006', stored) : null
  const shown = readShownTexts(dataSet)
  const frames = readFrameFacts(dataSet, frameCount, { stored, modalityLut })
  return {
    format: 'dicom',
    ...layout,
    frameCount,
    inverted: isInverted(dataSet, layout.photometricInterpretation),
    color: layout.samplesPerPixel > 1 || layout.photometricInterpretation === 'PALETTE COLOR',
    transferSyntaxUid: parsed.transferSyntaxUid,
    sopClassUid,
    sopInstanceUid: readUid(dataSet, 'x00080018'),
    studyInstanceUid: readUid(dataSet, 'x0020000d'),
    seriesInstanceUid: readUid(dataSet, 'x0020000e'),
    frameOfReferenceUid: readUid(dataSet, 'x00200052'),
    modality: modality || 'OT',
    valueUnit: unitOf(dataSet, modality, frames[0]?.rescale?.type ?? '', lut !== undefined),
    studyDescription: shown.studyDescription,
    seriesDescription: shown.seriesDescription,
    seriesNumber: readNumber(dataSet, 'x00200011', 'IS'),
    bodyPart: shown.bodyPart || null,
    studyDate: readLatinText(dataSet, 'x00080020').replace(/^(\d{4})\.?(\d{2})\.?(\d{2})$/, '$1-$2-$3'),
    patientLabel: shown.patientLabel,
    generated: saysGenerated(dataSet),
    instanceNumber: readNumber(dataSet, 'x00200013', 'IS'),
    acquisitionNumber: readNumber(dataSet, 'x00200012', 'IS'),
    stackKey: stackKeyOf(dataSet),
    tells: readStackTells(dataSet),
    temporalPosition: readNumber(dataSet, 'x00200100', 'IS'),
    triggerTimeMs: readNumber(dataSet, 'x00181060', 'DS'),
    sliceLocationMm: readNumber(dataSet, 'x00201041', 'DS'),
    pixelPaddingValue: readPadding(dataSet, 'value', layout),
    pixelPaddingLimit: readPadding(dataSet, 'limit', layout),
    pixelAspectRatio: readAspectRatio(dataSet),
    modalityLut,
    palette: layout.photometricInterpretation === 'PALETTE COLOR' ? readPalette(dataSet, stored) : null,
    supplement: hasSupplement(dataSet, layout) ? readPalette(dataSet, stored) : null,
    sharedColour: hasSharedColour(layout, pixels.length, frameCount),
    pixelsStartAt: parsed.syntax.deflated || pixels.length === 0xffffffff ? null : pixels.offset,
    frames,
    warnings: shown.doubt === null ? parsed.warnings : [...parsed.warnings, shown.doubt]
  }
}

/** What the window shows, and why it may have been read otherwise than it was meant. */
function readShownTexts(dataSet: DataSet) {
  const studyDescription = readText(dataSet, 'x00081030')
  const seriesDescription = readText(dataSet, 'x0008103e')
  const bodyPart = readText(dataSet, 'x00180015')
  const patientLabel = readPersonName(dataSet, 'x00100010') || readText(dataSet, 'x00100020')
  // thousands of headers are read whose texts are plain
  const isPlain = /^[\x20-\x7e]*$/.test(patientLabel + studyDescription + seriesDescription + bodyPart)
  const tags = ['x00100010', 'x00100020', 'x00081030', 'x0008103e', 'x00180015']
  const doubt = isPlain ? null : textDoubtOf(dataSet, tags)
  return { studyDescription, seriesDescription, bodyPart, patientLabel, doubt }
}

function noPixels(parsed: ParsedDataSet, modality: string, sopClassUid: string | null): NidusError {
  if (parsed.dataSet.elements['x00041220']) {
    const reason = 'a DICOMDIR lists images but holds none'
    return new NidusError('dicom-no-pixel-data', { reason, besideImages: true })
  }
  const kind = nameSopClass(sopClassUid)
  if (kind)
    return new NidusError('dicom-no-pixel-data', {
      reason: `${kind}, which holds no image`,
      besideImages: true
    })
  const damage = parsed.warnings[parsed.warnings.length - 1]
  if (parsed.cut)
    return new NidusError('dicom-truncated', { reason: damage ?? 'the file ends before its pixel data' })
  const anyKnown = ['x00080016', 'x00080018', 'x00080060', 'x00280010'].some(
    (tag) => parsed.dataSet.elements[tag]
  )
  if (!anyKnown) return new NidusError('dicom-malformed', { reason: 'no DICOM attributes were found' })
  const reason = modality
    ? `an object of modality ${modality} without pixel data`
    : 'an object without pixel data'
  return new NidusError('dicom-no-pixel-data', { reason })
}

function readPixelLayout(dataSet: DataSet, pixelTag: string) {
  const rows = readNumber(dataSet, 'x00280010', 'US') ?? 0
  const columns = readNumber(dataSet, 'x00280011', 'US') ?? 0
  if (rows < 1 || columns < 1) {
    throw new NidusError('dicom-malformed', { reason: `Rows and Columns are ${rows} x ${columns}` })
  }
  const samplesPerPixel = readNumber(dataSet, 'x00280002', 'US') ?? 1
  const sampleType = pixelTag === 'x7fe00008' ? 'float32' : pixelTag === 'x7fe00009' ? 'float64' : 'integer'
  const floatBits = sampleType === 'float32' ? 32 : 64
  const bitsAllocated = sampleType === 'integer' ? readNumber(dataSet, 'x00280100', 'US') : floatBits
  if (bitsAllocated === null) throw new NidusError('dicom-malformed', { reason: 'Bits Allocated is missing' })
  const bitsStored = readNumber(dataSet, 'x00280101', 'US') ?? bitsAllocated
  const isKnown = sampleType !== 'integer' || integerWidths.has(bitsAllocated)
  if (!isKnown || bitsStored > bitsAllocated || bitsStored < 1 || samplesPerPixel > 4) {
    const layout = `${samplesPerPixel} samples of ${bitsStored} bits in ${bitsAllocated}`
    throw new NidusError('dicom-pixel-layout-unsupported', { reason: layout })
  }
  if (rows * columns > maxFramePixels) {
    const reason = `a frame of ${columns} x ${rows} pixels is too large`
    throw new NidusError('dicom-pixel-layout-unsupported', { reason })
  }
  const declared = readLatinText(dataSet, 'x00280004').toUpperCase()
  return {
    rows,
    columns,
    samplesPerPixel: Math.max(1, samplesPerPixel),
    bitsAllocated,
    bitsStored,
    highBit: readNumber(dataSet, 'x00280102', 'US') ?? bitsStored - 1,
    signed: sampleType === 'integer' && readNumber(dataSet, 'x00280103', 'US') === 1,
    sampleType: sampleType as 'integer' | 'float32' | 'float64',
    photometricInterpretation: declared || (samplesPerPixel >= 3 ? 'RGB' : 'MONOCHROME2'),
    planarConfiguration: (readNumber(dataSet, 'x00280006', 'US') === 1 ? 1 : 0) as 0 | 1
  }
}

/** Retired, of four samples or of hues (PS3.3-1998 C.7.6.3.1.2): read as red, green and blue they would be wrong. */
const oddColours = new Set(['HSV', 'ARGB', 'CMYK'])

/**
 * Refuses colours that nothing here converts, and colour samples of half as many rows outside of a codestream, which the
 * standard knows in video only (PS3.3 C.7.6.3.1.2) and gives no order.
 */
function refuseOddColours(
  layout: Pick<
    ImageHeader,
    'rows' | 'columns' | 'samplesPerPixel' | 'bitsAllocated' | 'photometricInterpretation'
  >,
  length: number,
  frameCount: number
): void {
  const { rows, columns, samplesPerPixel, bitsAllocated, photometricInterpretation: colours } = layout
  const full = (rows * columns * samplesPerPixel * bitsAllocated * frameCount) / 8
  const isShort = colours.endsWith('_420') && length < full
  if (samplesPerPixel < 3 || !(oddColours.has(colours) || isShort)) return
  const reason = isShort ? `${colours} without compression` : `colours described as ${colours}`
  throw new NidusError('dicom-pixel-layout-unsupported', { reason })
}

/** Whether the length of native pixels is that of shared colour samples, though some writers store them in full. */
function hasSharedColour(
  layout: Parameters<typeof nativeFrameBits>[0] & { photometricInterpretation: string },
  length: number,
  frameCount: number
): boolean {
  const full = nativeFrameBits(layout) * frameCount
  return layout.samplesPerPixel === 3 && sharesColour(layout) && length * 8 < full
}

/** What integer pixels may hold by their bits. */
function storedRange({
  signed,
  bitsStored,
  sampleType
}: Pick<ImageHeader, 'signed' | 'bitsStored' | 'sampleType'>) {
  if (sampleType !== 'integer') return { low: -Infinity, high: Infinity }
  return signed
    ? { low: -(2 ** (bitsStored - 1)), high: 2 ** (bitsStored - 1) - 1 }
    : { low: 0, high: 2 ** bitsStored - 1 }
}

function readFrameCount(dataSet: DataSet): number {
  if (!findElement(dataSet, 'x00280008')) return 1
  const frames = readNumber(dataSet, 'x00280008', 'IS')
  if (frames === null || !Number.isInteger(frames) || frames < 0 || frames > maxFrames) {
    throw new NidusError('dicom-malformed', { reason: 'Number of Frames is not a number of frames' })
  }
  return Math.max(1, frames)
}

/** Presentation LUT Shape (2050,0020) INVERSE inverts as MONOCHROME1 does; where both are there they agree. */
function isInverted(dataSet: DataSet, photometricInterpretation: string): boolean {
  const shape = readLatinText(dataSet, 'x20500020')
  if (photometricInterpretation === 'MONOCHROME1') return shape !== 'IDENTITY'
  return photometricInterpretation === 'MONOCHROME2' && shape === 'INVERSE'
}

function unitOf(dataSet: DataSet, modality: string, rescaleType: string, hasLut: boolean): string {
  const lutType = hasLut ? readLatinText(readItems(dataSet, 'x00283000')[0] as DataSet, 'x00283004') : ''
  const type = (rescaleType || lutType).toUpperCase()
  if (type === 'HU' || (modality === 'CT' && (type === '' || type === 'US'))) return 'HU'
  if (modality === 'MR') return 'signal'
  const units = readLatinText(dataSet, 'x00541001') // PET Units
  if (modality === 'PT' && units) return units === 'BQML' ? 'Bq/ml' : units
  return type && type !== 'US' ? type : 'stored value'
}

/** Image Comments (0020,4000) or Patient Comments (0010,4000) of generated studies say that there is no patient. */
function saysGenerated(dataSet: DataSet): boolean {
  const comments = [readLatinText(dataSet, 'x00204000'), readLatinText(dataSet, 'x00104000')]
    .join(' ')
    .toLowerCase()
  return /contains no patient|no patient data|generated phantom/.test(comments)
}

/** Pixel Padding Value and Range Limit, and their relatives for floating point pixels (PS3.3 C.7.5.1.1.2, C.7.6.24). */
const paddingTags = {
  integer: { value: 'x00280120', limit: 'x00280121' },
  float32: { value: 'x00280122', limit: 'x00280124' },
  float64: { value: 'x00280123', limit: 'x00280125' }
} as const

/** Writers mix up US and SS: 63536 for signed pixels of 16 bits is -2000. */
function readPadding(
  dataSet: DataSet,
  part: 'value' | 'limit',
  { signed, bitsAllocated, sampleType }: Pick<ImageHeader, 'signed' | 'bitsAllocated' | 'sampleType'>
): number | null {
  const tag = paddingTags[sampleType][part]
  if (sampleType !== 'integer') return readNumber(dataSet, tag, sampleType === 'float32' ? 'FL' : 'FD')
  const value = readNumber(dataSet, tag, signed ? 'SS' : 'US')
  if (value === null || bitsAllocated > 16) return value
  return signed ? (value << 16) >> 16 : value & 0xffff
}

function readAspectRatio(dataSet: DataSet): [number, number] | null {
  const [vertical, horizontal] = readNumbers(dataSet, 'x00280034', 'IS')
  return vertical && horizontal && vertical > 0 && horizontal > 0 ? [vertical, horizontal] : null
}

/** Pixel Presentation (0008,9205) of a grey image that is shown in colours as well. */
function hasSupplement(
  dataSet: DataSet,
  { samplesPerPixel, sampleType }: Pick<ImageHeader, 'samplesPerPixel' | 'sampleType'>
): boolean {
  if (samplesPerPixel !== 1 || sampleType !== 'integer') return false
  return ['COLOR', 'MIXED'].includes(readLatinText(dataSet, 'x00089205'))
}

function readPalette(dataSet: DataSet, stored: ValueRange): ImageHeader['palette'] {
  const [red, green, blue] = [1, 2, 3].map(
    (index) =>
      readLookupTable(dataSet, `x0028110${index}`, `x0028120${index}`, stored) ??
      readSegmentedTable(dataSet, `x0028110${index}`, `x0028122${index}`, stored)
  )
  return red && green && blue ? { red, green, blue } : null
}
