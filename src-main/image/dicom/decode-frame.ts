import * as zlib from 'node:zlib'
import { NidusError } from '../../contract/errors'
import type { ImageHeader, PixelArray, StoredFrame } from '../image-types'
import { decompressFrame } from './decompress-frame'
import { fillMissing, isWorthShowing } from '../fill-missing'
import { interleave } from './interleave'
import { findEncapsulatedFrames } from './locate-frames'
import { plainView } from '../plain-view'
import { nativeFrameBits, sharesColour } from '../shares-colour'
import { inflatedAtOnce, type ParsedDataSet, type PixelElement } from './parse-data-set'
import { swapBytes, unpackNative } from './unpack-native'

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
 * Prepares the way from frame number to bytes; what is doubtful about it is added to the header's warnings.
 * @returns how many frames are there, where compressed pixels show it, and a function that throws `dicom-truncated`
 *   where the file lacks bytes of the frame, unless a `partial` one is asked for and enough of it is there to be worth
 *   showing
 * @throws NidusError `dicom-malformed` where compressed pixels are not in items
 */
export function locateFrames(
  parsed: ParsedDataSet,
  header: ImageHeader
): { frameCount: number; bytesOf(frame: number, partial: boolean): FrameBytes } {
  const pixels = parsed.pixels as PixelElement
  if (pixels.length === 0xffffffff) {
    const found = findEncapsulatedFrames(parsed, header.frameCount, header.warnings)
    const bytesOf = (frame: number, partial: boolean): FrameBytes => ({
      ...found.bytesOf(frame, partial),
      bitOffset: 0,
      encapsulated: true,
      partial
    })
    return { frameCount: found.frameCount, bytesOf }
  }
  if (parsed.syntax.codec !== 'native' && parsed.syntax.codec !== 'unsupported') {
    const reason = 'the transfer syntax is a compressed one, the pixel data is not'
    throw new NidusError('dicom-malformed', { reason })
  }
  const held = heldBytes(parsed, pixels, header)
  const bitsPerFrame = nativeFrameBits(header)
  const bytesOf = (frame: number, partial: boolean): FrameBytes => {
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
  return { frameCount: header.frameCount, bytesOf }
}

/** Bytes written as big-endian words (OW with 8 bits or fewer) lie swapped in pairs (PS3.5 section 8.1.2). */
function heldBytes(parsed: ParsedDataSet, pixels: PixelElement, header: ImageHeader): Uint8Array {
  const held = parsed.bytes.subarray(pixels.offset, pixels.offset + pixels.length)
  const paired = parsed.syntax.pixelsBigEndian && pixels.vr === 'OW' && header.bitsAllocated <= 8
  return paired ? swapBytes(held.slice(), 2) : held
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
      throw new NidusError('dicom-transfer-syntax-unsupported', {
        transferSyntax: header.transferSyntaxUid,
        reason: String(header.transferSyntaxUid)
      })
    case 'native':
    case 'encapsulated-native':
      return wholeOrFilled(source, parsed, header)
    case 'deflated-frame':
      return wholeOrFilled({ ...source, bytes: inflateFrame(source, header) }, parsed, header)
    default:
      return decompressFrame(codec, source, header)
  }
}

/**
 * Values are no longer shared once they are spread. The transforms of JPEG 2000 exist in codestreams only: where a header
 * still names them, whoever decompressed the file undid them (PS3.5 section 8.2.4).
 */
const spreadNames: Record<string, string> = { YBR_FULL_422: 'YBR_FULL', YBR_ICT: 'RGB', YBR_RCT: 'RGB' }

function nativeFrame(source: FrameBytes, parsed: ParsedDataSet, header: ImageHeader): StoredFrame {
  const { rows, columns, samplesPerPixel } = header
  const count = rows * columns * samplesPerPixel
  const photometricInterpretation =
    spreadNames[header.photometricInterpretation] ?? header.photometricInterpretation
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

/** A native frame in items, whose rest is filled up where it is cut and that is asked for. */
function wholeOrFilled(source: FrameBytes, parsed: ParsedDataSet, header: ImageHeader): StoredFrame {
  const wanted = frameLength(header)
  const held = source.bytes.length
  if (held >= wanted || sharesColour(header)) {
    return nativeFrame(source, parsed, header)
  }
  const interleaved = header.samplesPerPixel === 1 || header.planarConfiguration === 0
  if (!source.partial || !interleaved || !isWorthShowing(held, header)) {
    throw new NidusError('dicom-truncated', { reason: `the frame holds ${held} of ${wanted} bytes` })
  }
  const bytes = new Uint8Array(wanted)
  bytes.set(source.bytes)
  return fillMissing(nativeFrame({ ...source, bytes }, parsed, header), wanted - held, header)
}

function frameLength(header: ImageHeader): number {
  return Math.ceil((header.rows * header.columns * header.samplesPerPixel * header.bitsAllocated) / 8)
}

function inflateFrame({ bytes, partial }: FrameBytes, header: ImageHeader): Uint8Array {
  const mostBytes = frameLength(header) + 64
  // a stream that is cut gives what comes before where it need not be finished
  const finishFlush = partial ? zlib.constants.Z_SYNC_FLUSH : zlib.constants.Z_FINISH
  try {
    const chunkSize = Math.min(mostBytes, inflatedAtOnce)
    return plainView(zlib.inflateRawSync(bytes, { chunkSize, maxOutputLength: mostBytes, finishFlush }))
  } catch (error) {
    const reason = 'the deflated frame cannot be inflated'
    throw new NidusError('pixel-decode-failed', { reason }, { cause: error })
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
