import { NidusError } from '../../contract/errors'
import { hasEndlessScans } from '../has-endless-scans'
import { heldTiles } from './held-tiles'

/** What a compressed frame says of itself, before it is decoded. */
export interface CodestreamFacts {
  rows: number
  columns: number
  components: number
  /** bits a sample */
  precision: number
  /** samples are two's complement numbers; null where codestreams do not say, as all but JPEG 2000 */
  signed: boolean | null
  /** samples that are to be taken as they come, whatever the decoder thinks of their colours */
  plainSamples: boolean
}

/** Padding after the end marker: one byte to make the length even, more from careless writers. */
const maxTrailingBytes = 64

/**
 * Holds a compressed frame against the header, since the decoders trust what they are told of size and would hand
 * back garbage where the two differ, and since some of them fill up what is missing.
 * @param bytes one frame: JPEG (ISO 10918-1), JPEG-LS (14495-1), JPEG 2000 and HTJ2K (15444-1, bare or boxed)
 * @param expected the header's rows, columns, samples per pixel and photometric interpretation
 * @param cut there need be no end
 * @returns null for codestreams without a head that is read here (JPEG XL)
 * @throws NidusError `pixel-decode-failed` where head and header differ or there is no head, `dicom-truncated` where
 *   the end marker is missing, or tiles of JPEG 2000, which its decoder leaves empty
 */
export function checkCodestream(
  bytes: Uint8Array,
  codec: 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k' | 'jpeg-xl',
  expected: { rows: number; columns: number; samplesPerPixel: number; photometricInterpretation: string },
  cut: boolean
): CodestreamFacts | null {
  if (codec === 'jpeg-xl') return null
  const isJpeg2000 = codec === 'jpeg-2000' || codec === 'htj2k'
  const facts = isJpeg2000
    ? readJpeg2000Head(bytes)
    : readJpegHead(bytes, expected.photometricInterpretation === 'RGB')
  if (!facts)
    throw new NidusError('pixel-decode-failed', { codec, reason: 'there is no codestream of this kind' })
  const { rows, columns, components, precision } = facts
  if (rows !== expected.rows || columns !== expected.columns || components !== expected.samplesPerPixel) {
    const header = `${expected.columns} x ${expected.rows} x ${expected.samplesPerPixel}`
    const reason = `the compressed image is ${columns} x ${rows} x ${components}, the header says ${header}`
    throw new NidusError('pixel-decode-failed', { codec, reason })
  }
  if (precision < 1 || precision > 32) {
    throw new NidusError('pixel-decode-failed', { codec, reason: `samples of ${precision} bits` })
  }
  if (!isJpeg2000 && hasEndlessScans(bytes)) {
    throw new NidusError('pixel-decode-failed', { codec, reason: 'it has more scans than any picture needs' })
  }
  if (!cut && !endsWithMarker(bytes)) {
    throw new NidusError('dicom-truncated', { codec, reason: 'the compressed image has no end' })
  }
  if (!cut && isJpeg2000 && lacksTiles(bytes)) {
    throw new NidusError('dicom-truncated', { codec, reason: 'the compressed image lacks some of its tiles' })
  }
  return facts
}

/**
 * What the frame head of a JPEG says; null where there is none. SOF markers of all processes; ISO 14495-1 adds 0xf7 for JPEG-LS. C4, C8 and CC are no frame heads.
 * Lossless processes (ISO 10918-1 annex H) know no conversion of colours. Of others, decoders guess one from the numbers
 * of the components where neither JFIF nor Adobe's segment tells: there, a header that says RGB knows better, unless some
 * components have fewer samples than others, as no RGB has.
 * @param isRgb whether a header says so
 * @throws NidusError `pixel-decode-failed` for arithmetic and hierarchical coding
 */
export function readJpegHead(bytes: Uint8Array, isRgb: boolean): CodestreamFacts | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 2
  let tellsColours = false
  while (at + 10 <= bytes.length) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes[at + 1] as number
    if (marker === 0xff) {
      at += 1 // fill byte
      continue
    }
    const isFrame =
      (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) || marker === 0xf7
    if (isFrame) {
      refuseRareProcess(marker)
      return {
        precision: bytes[at + 4] as number,
        plainSamples: marker === 0xc3 || (isRgb && !tellsColours && !isSubsampled(bytes, at)),
        rows: view.getUint16(at + 5),
        columns: view.getUint16(at + 7),
        components: bytes[at + 9] as number,
        signed: null
      }
    }
    if (marker === 0xe0 || marker === 0xee) tellsColours ||= namesColours(bytes, at + 4)
    at += 2 + view.getUint16(at + 2)
  }
  return null
}

/** Whether the components of a frame head (ISO 10918-1, B.2.2) have different sampling factors. */
function isSubsampled(bytes: Uint8Array, head: number): boolean {
  const factors = Array.from({ length: bytes[head + 9] as number }, (_, c) => bytes[head + 11 + 3 * c])
  return factors.some((factor) => factor !== factors[0])
}

function namesColours(bytes: Uint8Array, at: number): boolean {
  return ['JFIF', 'Adobe'].includes(String.fromCharCode(...bytes.subarray(at, at + 5)).replace('\0', ''))
}

/** Retired with their transfer syntaxes before anybody wrote them (PS3.5-2009 section A.4.1). */
function refuseRareProcess(marker: number): void {
  if (marker < 0xc5 || marker > 0xcf) return
  const kind = marker > 0xc8 ? 'arithmetic coding' : 'hierarchical coding'
  throw new NidusError('pixel-decode-failed', { codec: 'jpeg', reason: `JPEG with ${kind} is not supported` })
}

/** SIZ segment (ISO 15444-1 A.5.1). */
function readJpeg2000Head(bytes: Uint8Array): CodestreamFacts | null {
  const codestream = codestreamOf(bytes)
  if (!codestream || codestream.length < 43) return null
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.length)
  return {
    columns: view.getUint32(8) - view.getUint32(16),
    rows: view.getUint32(12) - view.getUint32(20),
    components: view.getUint16(40),
    precision: (view.getUint8(42) & 0x7f) + 1,
    signed: view.getUint8(42) > 0x7f,
    plainSamples: false
  }
}

/** A JPEG 2000 codestream without the boxes of JP2 (ISO 15444-1 annex I) around it; null where there is none. */
export function codestreamOf(bytes: Uint8Array): Uint8Array | null {
  for (let at = 0; at < Math.min(bytes.length - 4, 4096); at++) {
    const isStart =
      bytes[at] === 0xff && bytes[at + 1] === 0x4f && bytes[at + 2] === 0xff && bytes[at + 3] === 0x51
    if (isStart) return bytes.subarray(at)
  }
  return null
}

/** Whether tiles of a JPEG 2000 image, or parts of them, are not there. */
export function lacksTiles(bytes: Uint8Array): boolean {
  const codestream = codestreamOf(bytes)
  return codestream !== null && codestream.length >= 43 && !heldTiles(codestream).complete
}

/** Whether a codestream has its end: EOI of JPEG and EOC of JPEG 2000 are the same two bytes. */
export function endsWithMarker(bytes: Uint8Array): boolean {
  for (let at = bytes.length - 2; at >= Math.max(0, bytes.length - maxTrailingBytes); at--) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true
  }
  return false
}

/**
 * Walks the segments of an RLE frame (PS3.5 annex G): the decoder leaves zeros where one ends early.
 * @param expected number of segments (samples times bytes a sample) and of bytes in each (rows times columns)
 * @throws NidusError `pixel-decode-failed` where the head lies, `dicom-truncated` where a segment is too short
 */
export function checkRle(bytes: Uint8Array, expected: { segments: number; bytesEach: number }): void {
  if (bytes.length < 64)
    throw new NidusError('dicom-truncated', { codec: 'rle', reason: 'the RLE head is cut' })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const segments = view.getUint32(0, true)
  if (segments !== expected.segments) {
    const reason = `${segments} RLE segments where the header asks for ${expected.segments}`
    throw new NidusError('pixel-decode-failed', { codec: 'rle', reason })
  }
  for (let segment = 0; segment < segments; segment++) {
    const start = view.getUint32(4 + 4 * segment, true)
    const end = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : bytes.length
    if (start < 64 || end < start || end > bytes.length) {
      const reason = 'an RLE segment lies outside its frame, or before the one that it should follow'
      throw new NidusError('pixel-decode-failed', { codec: 'rle', reason })
    }
    if (unpackedLength(bytes, start, end, expected.bytesEach).unpacked < expected.bytesEach) {
      throw new NidusError('dicom-truncated', {
        codec: 'rle',
        reason: `RLE segment ${segment + 1} ends early`
      })
    }
  }
}

/**
 * How many bytes runs of an RLE segment (PS3.5 section G.3.1) unpack to.
 * @param enough where to stop counting
 * @returns also `end`, the place after the last run that is wholly there
 */
export function unpackedLength(
  bytes: Uint8Array,
  start: number,
  end: number,
  enough: number
): { unpacked: number; end: number } {
  let unpacked = 0
  let at = start
  while (at < end && unpacked < enough) {
    const control = bytes[at] as number
    if (control < 128) {
      if (at + 1 + control >= end) break
      unpacked += control + 1
      at += control + 2
    } else if (control > 128) {
      if (at + 1 >= end) break
      unpacked += 257 - control
      at += 2
    } else at += 1
  }
  return { unpacked, end: at }
}
