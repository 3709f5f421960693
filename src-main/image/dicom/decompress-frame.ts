import { NidusError } from '../../contract/errors'
import type { ImageHeader, PixelArray, StoredFrame } from '../image-types'
import {
  checkCodestream,
  checkRle,
  codestreamOf,
  endsWithMarker,
  lacksTiles,
  type CodestreamFacts
} from './check-codestream'
import { fillFlatEnd, fillRows } from '../fill-missing'
import { heldTiles } from './held-tiles'
import { interleave } from './interleave'
import { mendCut } from './mend-cut'
import { decodeWithWasm } from './native-codecs'
import { decodeJpeg2000 } from './openjpeg'
import { decodeSingle } from './single-codecs'
import type { CompressedCodec } from './transfer-syntaxes'
import { clampToStoredBits, cleanStoredBits, viewIntegers } from './unpack-native'

/** JPEG-LS, JPEG 2000 and HTJ2K that may lose something (PS3.5 sections A.4.3 to A.4.5, A.4.8 and following). */
const lossySyntaxes = /^1\.2\.840\.10008\.1\.2\.4\.(81|91|93|203)$/

/** What a decoder made of a frame. */
interface Decoded {
  /** [rows, columns, samples], little-endian words of `layout.bitsAllocated` */
  bytes: Uint8Array
  photometricInterpretation: string
  /** rows from the first that a cut left whole, where the codec tells */
  heldRows?: number
  /** the decoder filled up what it could not read, though the codestream has its end */
  damaged?: boolean
}

/**
 * Decompresses one frame.
 * @param bytes of the frame, as far as the file has them
 * @param missingBytes that the file lacks of them
 * @param partial what can be made of a frame without its end is wanted
 * @throws NidusError `dicom-truncated`, `pixel-decode-failed`
 */
export async function decompressFrame(
  codec: CompressedCodec,
  { bytes, missingBytes, partial = false }: { bytes: Uint8Array; missingBytes: number; partial?: boolean },
  header: ImageHeader
): Promise<StoredFrame> {
  const mended = partial ? mendCut(codec, bytes, header) : null
  const isJpeg2000 = codec === 'jpeg-2000' || codec === 'htj2k'
  const cut = mended !== null || (partial && isJpeg2000 && (!endsWithMarker(bytes) || lacksTiles(bytes)))
  const { stored, heldRows, damaged } = await decodeAll(codec, mended ?? bytes, header, cut)
  if (damaged && !partial) {
    throw new NidusError('dicom-truncated', { codec, reason: 'the compressed image lacks a piece inside' })
  }
  // where the item is whole and the codestream in it is not, nobody knows how much there should have been
  const missing = Math.max(missingBytes, cut || damaged ? 1 : 0)
  if (missing === 0) return stored
  if (heldRows !== null) return fillRows(stored, heldRows, missing, header)
  const filled = fillFlatEnd(stored, missing, header)
  // of a piece that is missing inside nobody knows which rows it held: those that follow it are in wrong places
  if (damaged && !cut) delete filled.missingRows
  return filled
}

async function decodeAll(
  codec: CompressedCodec,
  bytes: Uint8Array,
  header: ImageHeader,
  cut: boolean
): Promise<{ stored: StoredFrame; heldRows: number | null; damaged: boolean }> {
  const { rows, columns, samplesPerPixel } = header
  const count = rows * columns * samplesPerPixel
  const { layout, facts } = layoutOf(codec, bytes, header, cut)
  const decoded = await decompress(codec, bytes, layout, facts, cut)
  const { heldRows = null, damaged = false } = decoded
  if (heldRows === 0)
    throw new NidusError('dicom-truncated', { codec, reason: 'no row of the image is sure to be there' })
  if (decoded.bytes.length < (count * layout.bitsAllocated) / 8) {
    const reason = 'fewer pixels came back than the header promises'
    throw new NidusError('pixel-decode-failed', { codec, reason })
  }
  const isLossy = lossySyntaxes.test(header.transferSyntaxUid ?? '')
  // negative samples in a codestream of unsigned ones are not above the highest value, though they seem so
  const isNumber = header.signed === (facts?.signed === true)
  const clean = isLossy && isNumber ? clampToStoredBits : cleanStoredBits
  const narrow = clean(viewIntegers(decoded.bytes, count, layout), layout)
  if (layout.bitsStored > header.bitsStored) warnOfWiderValues(narrow, header)
  const values = layout.bitsAllocated < header.bitsAllocated ? widen(narrow, header) : narrow
  // JPEG 2000 undoes its own colour transforms (PS3.5 section 8.2.4)
  const undone = /^YBR_(ICT|RCT)$/.test(decoded.photometricInterpretation)
  const photometricInterpretation = undone ? 'RGB' : decoded.photometricInterpretation
  const isSigned = facts?.signed === true && !header.signed && samplesPerPixel === 1
  const sign = isSigned ? { signBit: layout.bitsStored - 1 } : {}
  const stored = { rows, columns, samplesPerPixel, values, photometricInterpretation, ...sign }
  return { stored, heldRows, damaged }
}

/** By the library that reads the codec best. */
async function decompress(
  codec: CompressedCodec,
  encoded: Uint8Array,
  layout: ImageHeader,
  facts: CodestreamFacts | null,
  cut: boolean
): Promise<Decoded> {
  const { bitsAllocated, photometricInterpretation, rows, columns, samplesPerPixel } = layout
  if (codec === 'rle' || codec === 'jpeg' || codec === 'jpeg-xl') {
    return decodeWithWasm(codec, encoded, { ...layout, plainSamples: facts?.plainSamples === true })
  }
  // OpenJPH's build gives 16 bits at most, and takes bytes for unsigned ones
  const isBeyondOpenJph = bitsAllocated > 16 || (bitsAllocated === 8 && facts?.signed === true)
  if (codec === 'jpeg-2000' || (codec === 'htj2k' && (cut || isBeyondOpenJph))) {
    const image = await decodeJpeg2000(encoded, { partial: cut })
    if (image.rows !== rows || image.columns !== columns || image.components !== samplesPerPixel) {
      const reason = 'the decoded image has another size than its codestream announces'
      throw new NidusError('pixel-decode-failed', { codec, reason })
    }
    const heldRows = cut ? heldTiles(codestreamOf(encoded) as Uint8Array).rows : rows
    return { bytes: image.bytes, photometricInterpretation, heldRows }
  }
  const { bytes, planar, failed } = await decodeSingle(codec, encoded, cut)
  const planes = bitsAllocated === 16 ? new Uint16Array(bytes.buffer) : bytes
  const heldRows = failed ? writtenRows(planar ? planes.subarray(-rows * columns) : planes, rows) : rows
  if (!planar) return { bytes, photometricInterpretation, heldRows }
  const { buffer } = interleave(planes, rows * columns, samplesPerPixel)
  return { bytes: new Uint8Array(buffer), photometricInterpretation, heldRows }
}

/** Rows before those that are zero to the end: CharLS writes whole rows, into memory of zeros. */
function writtenRows(values: Uint8Array | Uint16Array, rows: number): number {
  let last = values.length - 1
  while (last >= 0 && values[last] === 0) last--
  return Math.ceil((last + 1) / (values.length / rows))
}

/**
 * The header as the decoder's output makes it true, and what the codestream says of itself, null where it is not read;
 * checks the one against the other on the way.
 */
function layoutOf(
  codec: CompressedCodec,
  bytes: Uint8Array,
  header: ImageHeader,
  cut: boolean
): { layout: ImageHeader; facts: CodestreamFacts | null } {
  const { rows, columns, samplesPerPixel } = header
  // single bits are compressed as bytes of 0 and 1
  const allocated = Math.max(8, header.bitsAllocated)
  let facts: CodestreamFacts | null = null
  if (codec === 'rle') {
    checkRle(bytes, { segments: (samplesPerPixel * allocated) / 8, bytesEach: rows * columns })
  } else facts = checkCodestream(bytes, codec, header, cut)
  const precision = facts?.precision ?? (codec === 'rle' ? allocated : header.bitsStored)
  // decoders pack samples by what the codestream holds, which may be narrower than Bits Allocated says
  const bitsAllocated = facts ? (precision <= 8 ? 8 : precision <= 16 ? 16 : 32) : allocated
  if (bitsAllocated > allocated) {
    const reason = `the compressed samples have ${precision} bits, the header allows ${header.bitsAllocated}`
    throw new NidusError('pixel-decode-failed', { codec, reason })
  }
  // negative samples in a codestream of unsigned ones are negative by the highest bit that it has
  const most = header.signed && facts?.signed === false ? precision : bitsAllocated
  const wider = isWiderThanSaid(precision, bitsAllocated, header) && facts?.signed !== true
  const bitsStored = wider ? precision : Math.min(header.bitsStored, most)
  // samples wider than Bits Stored are whole cells, in which the stored bits end at High Bit as in native ones
  const highBit = precision > bitsStored ? Math.min(header.highBit, bitsAllocated - 1) : bitsStored - 1
  const layout = { ...header, bitsAllocated, bitsStored, highBit }
  return { layout, facts }
}

/**
 * Whether a codestream has more bits than Bits Stored (0028,0101) and is to be believed: its upper bits are no cells' unused
 * ones, in which overlays lie, since it was made for just as many bits.
 */
function isWiderThanSaid(precision: number, bitsAllocated: number, header: ImageHeader): boolean {
  const { bitsStored, highBit, signed, samplesPerPixel } = header
  return (
    !signed &&
    samplesPerPixel === 1 &&
    highBit + 1 === bitsStored &&
    precision > bitsStored &&
    precision < bitsAllocated
  )
}

/** Says once of an image that its header and its codestreams contradict each other, where values show that they do. */
function warnOfWiderValues(values: PixelArray, header: ImageHeader): void {
  const warning = `compressed values need more bits than Bits Stored (${header.bitsStored}); they are kept`
  const most = 2 ** header.bitsStored - 1
  if (!header.warnings.includes(warning) && values.some((value) => value > most))
    header.warnings.push(warning)
}

function widen(values: PixelArray, header: ImageHeader): PixelArray {
  if (header.bitsAllocated <= 16) return header.signed ? Int16Array.from(values) : Uint16Array.from(values)
  return header.signed ? Int32Array.from(values) : Uint32Array.from(values)
}
