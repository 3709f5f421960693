import * as zlib from 'node:zlib'
import { NidusError } from '../../contract/errors'
import type { ImageHeader, PixelArray, StoredFrame } from '../image-types'
import { fillFlatEnd, isWorthShowing } from '../fill-missing'
import { locateEncapsulatedFrames } from './locate-frames'
import { checkCodestream, checkRle, type CodestreamFacts } from './check-codestream'
import { mendCut } from './mend-cut'
import { decodeWithWasm, type CodecLayout, type WasmCodec } from './native-codecs'
import { decodeSingle } from './single-codecs'
import { plainView } from '../plain-view'
import { sharesColour } from '../shares-colour'
import { inflatedAtOnce, type ParsedDataSet, type PixelElement } from './parse-data-set'
import { cleanStoredBits, swapBytes, unpackNative, viewIntegers } from './unpack-native'

/** A frame's bytes as they lie in the file. */
export interface FrameBytes {
  bytes: Uint8Array
  /** bits before the frame's first, where frames are packed without regard for bytes */
  bitOffset: number
  encapsulated: boolean
  /** bytes at the end that the file lacks; they are zero here where the frame is native */
  missingBytes: number
  /** for compressed frames: what can be made of one without its end is wanted */
  partial?: boolean
}

/**
 * Prepares the way from frame number to bytes.
 * @returns a function that throws `dicom-truncated` where the file lacks bytes of the frame, unless a `partial` one is
 *   asked for, it is native, JPEG or RLE, and enough of it is there to be worth showing
 * @throws NidusError `dicom-malformed` where compressed pixels are not in items
 */
export function locateFrames(
  parsed: ParsedDataSet,
  header: ImageHeader
): (frame: number, partial: boolean) => FrameBytes {
  const pixels = parsed.pixels as PixelElement
  if (pixels.length === 0xffffffff) {
    const frameBytes = locateEncapsulatedFrames(parsed, header.frameCount)
    const codec = parsed.syntax.codec
    const canBeCut = codec === 'jpeg' || codec === 'rle'
    return (frame, partial) => ({
      ...frameBytes(frame, partial && canBeCut),
      bitOffset: 0,
      encapsulated: true,
      partial
    })
  }
  if (parsed.syntax.codec !== 'native' && parsed.syntax.codec !== 'unsupported') {
    const reason = 'the transfer syntax is a compressed one, the pixel data is not'
    throw new NidusError('dicom-malformed', { reason })
  }
  const held = heldBytes(parsed, pixels, header)
  const bitsPerFrame = nativeBitsPerFrame(header, pixels.length)
  return (frame, partial) => {
    const firstBit = frame * bitsPerFrame
    const end = Math.ceil((firstBit + bitsPerFrame) / 8)
    const start = Math.floor(firstBit / 8)
    const missingBytes = Math.max(0, end - held.length)
    if (missingBytes > 0 && partial && isWorthShowing(held.length - start, header)) {
      const bytes = new Uint8Array(end - start)
      bytes.set(held.subarray(start))
      return { bytes, bitOffset: firstBit % 8, encapsulated: false, missingBytes }
    }
    if (missingBytes > 0) {
      const reason = `the pixel data holds ${held.length} bytes, frame ${frame + 1} ends at ${end}`
      throw new NidusError('dicom-truncated', { reason })
    }
    return {
      bytes: held.subarray(start, end),
      bitOffset: firstBit % 8,
      encapsulated: false,
      missingBytes
    }
  }
}

/** Bytes written as big-endian words (OW with 8 bits or fewer) lie swapped in pairs (PS3.5 section 8.1.2). */
function heldBytes(parsed: ParsedDataSet, pixels: PixelElement, header: ImageHeader): Uint8Array {
  const held = parsed.bytes.subarray(pixels.offset, pixels.offset + pixels.length)
  const paired = parsed.syntax.pixelsBigEndian && pixels.vr === 'OW' && header.bitsAllocated <= 8
  return paired ? swapBytes(held.slice(), 2) : held
}

/** Shared colour samples are half as many, though some writers store them in full. */
function nativeBitsPerFrame(header: ImageHeader, length: number): number {
  const pixelCount = header.rows * header.columns
  const full = pixelCount * header.samplesPerPixel * header.bitsAllocated
  if (!sharesColour(header) || header.samplesPerPixel !== 3) return full
  return length * 8 >= full * header.frameCount ? full : pixelCount * 2 * header.bitsAllocated
}

/**
 * Decodes one frame to stored values.
 * @throws NidusError `dicom-transfer-syntax-unsupported`, `dicom-truncated`, `pixel-decode-failed`
 */
export async function decodeFrame(
  source: FrameBytes,
  parsed: ParsedDataSet,
  header: ImageHeader
): Promise<StoredFrame> {
  const { codec } = parsed.syntax
  if (!source.encapsulated) return nativeFrame(source, parsed, header)
  switch (codec) {
    case 'unsupported':
      throw new NidusError('dicom-transfer-syntax-unsupported', { reason: String(header.transferSyntaxUid) })
    case 'native':
    case 'encapsulated-native':
      return nativeFrame(checkedLength(source, header), parsed, header)
    case 'deflated-frame':
      return nativeFrame(
        checkedLength({ ...source, bytes: inflateFrame(source.bytes, header) }, header),
        parsed,
        header
      )
    default:
      break
  }
  const { partial = false, missingBytes } = source
  const mended = partial ? mendCut(codec, source.bytes, header) : null
  const stored = await decompressedFrame(codec, mended?.bytes ?? source.bytes, header)
  // where the item is whole and the codestream in it is not, nobody knows how much there should have been
  const missing = Math.max(missingBytes, mended ? 1 : 0)
  return missing > 0 ? fillFlatEnd(stored, missing, header) : stored
}

async function decompressedFrame(
  codec: WasmCodec,
  bytes: Uint8Array,
  header: ImageHeader
): Promise<StoredFrame> {
  const { rows, columns, samplesPerPixel } = header
  const count = rows * columns * samplesPerPixel
  // decoders pack samples by what the codestream holds, which may be narrower than Bits Allocated says
  const { bitsAllocated, precision, signed, lossless } = decodedBits(codec, bytes, header)
  const layout = { ...header, bitsAllocated, bitsStored: Math.min(header.bitsStored, bitsAllocated) }
  const decoded = await decompress(codec, bytes, layout)
  if (decoded.bytes.length < (count * bitsAllocated) / 8) {
    throw new NidusError('pixel-decode-failed', {
      codec,
      reason: 'fewer pixels came back than the header promises'
    })
  }
  // samples wider than Bits Stored are whole cells, in which the stored bits end at High Bit as in native ones
  const highBit =
    precision > layout.bitsStored ? Math.min(header.highBit, bitsAllocated - 1) : layout.bitsStored - 1
  const narrow = cleanStoredBits(viewIntegers(decoded.bytes, count, layout), { ...layout, highBit })
  const values = bitsAllocated < header.bitsAllocated ? widen(narrow, header) : narrow
  // JPEG 2000 undoes its own colour transforms (PS3.5 section 8.2.4)
  const undone = /^YBR_(ICT|RCT)$/.test(decoded.photometricInterpretation)
  // of lossless JPEG the decoder says RGB, but leaves samples as they are
  const declared = lossless ? header.photometricInterpretation : decoded.photometricInterpretation
  const photometricInterpretation = undone ? 'RGB' : declared
  const isSigned = signed && !header.signed && samplesPerPixel === 1
  const sign = isSigned ? { signBit: layout.bitsStored - 1 } : {}
  return { rows, columns, samplesPerPixel, values, photometricInterpretation, ...sign }
}

/** By the fastest decoder there is for the codec. */
async function decompress(
  codec: WasmCodec,
  encoded: Uint8Array,
  layout: CodecLayout
): Promise<{ bytes: Uint8Array; photometricInterpretation: string }> {
  const { bitsAllocated, photometricInterpretation, rows, columns, samplesPerPixel } = layout
  if ((codec !== 'jpeg-ls' && codec !== 'htj2k') || bitsAllocated > 16) {
    return decodeWithWasm(codec, encoded, layout)
  }
  const { bytes, planar } = await decodeSingle(codec, encoded)
  if (!planar) return { bytes, photometricInterpretation }
  const planes = bitsAllocated === 16 ? new Uint16Array(bytes.buffer) : bytes
  const { buffer } = interleave(planes, rows * columns, samplesPerPixel)
  return { bytes: new Uint8Array(buffer), photometricInterpretation }
}

/** Bits a sample takes in the decoder's output and has in the codestream, which is checked against the header. */
function decodedBits(
  codec: WasmCodec,
  bytes: Uint8Array,
  header: ImageHeader
): { bitsAllocated: number } & Pick<CodestreamFacts, 'precision' | 'signed' | 'lossless'> {
  const { rows, columns, samplesPerPixel } = header
  // single bits are compressed as bytes of 0 and 1
  const allocated = Math.max(8, header.bitsAllocated)
  const plain = { bitsAllocated: allocated, signed: false, lossless: false }
  if (codec === 'rle') {
    checkRle(bytes, { segments: (samplesPerPixel * allocated) / 8, bytesEach: rows * columns })
    return { ...plain, precision: allocated }
  }
  const facts = checkCodestream(bytes, codec, header)
  if (!facts) return { ...plain, precision: header.bitsStored }
  const bits = facts.precision <= 8 ? 8 : facts.precision <= 16 ? 16 : 32
  if (bits > allocated) {
    const reason = `the compressed samples have ${facts.precision} bits, the header allows ${header.bitsAllocated}`
    throw new NidusError('pixel-decode-failed', { codec, reason })
  }
  return { ...facts, bitsAllocated: bits }
}

function widen(values: PixelArray, header: ImageHeader): PixelArray {
  if (header.bitsAllocated <= 16) return header.signed ? Int16Array.from(values) : Uint16Array.from(values)
  return header.signed ? Int32Array.from(values) : Uint32Array.from(values)
}

function nativeFrame(source: FrameBytes, parsed: ParsedDataSet, header: ImageHeader): StoredFrame {
  const { rows, columns, samplesPerPixel } = header
  const count = rows * columns * samplesPerPixel
  // values are no longer shared once they are spread
  const photometricInterpretation =
    header.photometricInterpretation === 'YBR_FULL_422' ? 'YBR_FULL' : header.photometricInterpretation
  const subsampled = sharesColour(header) && source.bytes.length * 8 < count * header.bitsAllocated
  if (subsampled) {
    const pairs = unpackNative(source.bytes, { ...header, samplesPerPixel: 2 }, parsed.syntax.pixelsBigEndian)
    const values = spread422(pairs, rows * columns)
    return { rows, columns, samplesPerPixel, values, photometricInterpretation }
  }
  const inOrder = unpackNative(source.bytes, header, parsed.syntax.pixelsBigEndian, source.bitOffset)
  const values =
    header.planarConfiguration === 1 ? interleave(inOrder, rows * columns, samplesPerPixel) : inOrder
  return { rows, columns, samplesPerPixel, values, photometricInterpretation }
}

function checkedLength(source: FrameBytes, header: ImageHeader): FrameBytes {
  const wanted = Math.ceil((header.rows * header.columns * header.samplesPerPixel * header.bitsAllocated) / 8)
  if (source.bytes.length >= wanted || sharesColour(header)) return source
  throw new NidusError('dicom-truncated', {
    reason: `the frame holds ${source.bytes.length} of ${wanted} bytes`
  })
}

function inflateFrame(bytes: Uint8Array, header: ImageHeader): Uint8Array {
  const wanted = Math.ceil((header.rows * header.columns * header.samplesPerPixel * header.bitsAllocated) / 8)
  try {
    const chunkSize = Math.min(wanted + 64, inflatedAtOnce)
    return plainView(zlib.inflateRawSync(bytes, { chunkSize, maxOutputLength: wanted + 64 }))
  } catch (error) {
    throw new NidusError(
      'pixel-decode-failed',
      { reason: 'the deflated frame cannot be inflated' },
      { cause: error }
    )
  }
}

/** Y1 Y2 Cb Cr a pair of pixels becomes Y Cb Cr a pixel, the colour repeated. */
function spread422(pairs: PixelArray, pixelCount: number): PixelArray {
  const values = new (pairs.constructor as new (length: number) => PixelArray)(pixelCount * 3)
  for (let pixel = 0; pixel < pixelCount; pixel++) {
    const pair = (pixel >> 1) * 4
    values[pixel * 3] = pairs[pair + (pixel & 1)] as number
    values[pixel * 3 + 1] = pairs[pair + 2] as number
    values[pixel * 3 + 2] = pairs[pair + 3] as number
  }
  return values
}

/** [samples, pixels] to [pixels, samples] (Planar Configuration 1, PS3.3 C.7.6.3.1.3). */
export function interleave(planar: PixelArray, pixelCount: number, samplesPerPixel: number): PixelArray {
  if (samplesPerPixel === 1) return planar
  const values = new (planar.constructor as new (length: number) => PixelArray)(planar.length)
  for (let sample = 0; sample < samplesPerPixel; sample++) {
    for (let pixel = 0; pixel < pixelCount; pixel++) {
      values[pixel * samplesPerPixel + sample] = planar[sample * pixelCount + pixel] as number
    }
  }
  return values
}
