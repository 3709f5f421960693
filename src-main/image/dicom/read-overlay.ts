import type { ImageHeader } from '../image-types'
import { decodeFrame, type FrameBytes } from './decode-frame'
import type { ParsedDataSet } from './parse-data-set'
import { findElement, readNumber, readNumbers } from './read-values'
import { swapBytes, unpackNative, unpackSingleBits } from './unpack-native'

/** One overlay plane (PS3.3 C.9.2): a picture of single bits that lies over the image. */
interface OverlayPlane {
  rows: number
  columns: number
  /** of the image under the overlay's first pixel, from 0; may lie outside */
  top: number
  left: number
  /** null where the plane belongs to all frames of the image */
  frames: { first: number; count: number } | null
  /** null where the plane's bits lie in the unused bits of the pixels (retired, still met) */
  bytes: Uint8Array | null
  bitPosition: number
}

/** Larger planes are lies: an overlay has about the size of its image. */
const maxPlanePixels = 1 << 28

/**
 * The overlays of a frame, groups 6000 to 601E, laid over one another on the grid of the image.
 * @param frame from 0
 * @param source the frame's bytes, asked for only where overlays lie in unused bits of the pixels
 * @returns [rows, columns] of the image, 1 where any overlay is set; null where no overlay belongs to the frame
 */
export async function readOverlay(
  parsed: ParsedDataSet,
  header: ImageHeader,
  frame: number,
  source: () => FrameBytes
): Promise<Uint8Array | null> {
  const planes = readPlanes(parsed).filter(
    ({ frames }) => !frames || (frame >= frames.first && frame < frames.first + frames.count)
  )
  let shown: Uint8Array | null = null
  for (const plane of planes) {
    const bits = plane.bytes
      ? dataBits(plane, plane.bytes, frame)
      : await unusedBits(parsed, header, plane, source())
    if (!bits) continue
    shown ??= new Uint8Array(header.rows * header.columns)
    lay(bits, plane, shown, header)
  }
  return shown
}

function readPlanes({ dataSet, syntax }: ParsedDataSet): OverlayPlane[] {
  const planes: OverlayPlane[] = []
  for (let group = 0x6000; group <= 0x601e; group += 2) {
    const tag = (element: string): string => `x${group.toString(16)}${element}`
    const rows = readNumber(dataSet, tag('0010'), 'US') ?? 0
    const columns = readNumber(dataSet, tag('0011'), 'US') ?? 0
    if (rows * columns <= 0 || rows * columns > maxPlanePixels) continue
    const [top = 1, left = 1] = readNumbers(dataSet, tag('0050'), 'SS')
    const count = readNumber(dataSet, tag('0015'), 'IS')
    const first = (readNumber(dataSet, tag('0051'), 'US') ?? 1) - 1
    const element = findElement(dataSet, tag('3000'))
    const held =
      element && dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length)
    planes.push({
      rows,
      columns,
      top: top - 1,
      left: left - 1,
      frames: count === null ? null : { first, count },
      // words of big-endian files hold their bits in swapped bytes
      bytes: held && !syntax.littleEndian && element?.vr !== 'OB' ? swapBytes(held.slice(), 2) : held,
      bitPosition: readNumber(dataSet, tag('0102'), 'US') ?? 0
    })
  }
  return planes
}

/** Overlay Data (60xx,3000): bits without gaps, lowest first, frame after frame (PS3.5 section 8.1.2). */
function dataBits(plane: OverlayPlane, bytes: Uint8Array, frame: number): Uint8Array | null {
  const count = plane.rows * plane.columns
  const start = plane.frames ? (frame - plane.frames.first) * count : 0
  if (Math.ceil((start + count) / 8) > bytes.length) return null
  return unpackSingleBits(bytes, count, start)
}

async function unusedBits(
  parsed: ParsedDataSet,
  header: ImageHeader,
  plane: OverlayPlane,
  source: FrameBytes
): Promise<Uint8Array | null> {
  const { rows, columns, samplesPerPixel, bitsAllocated, bitsStored, highBit, sampleType } = header
  const stored = plane.bitPosition <= highBit && plane.bitPosition > highBit - bitsStored
  const fits = plane.rows === rows && plane.columns === columns && plane.bitPosition < bitsAllocated
  if (samplesPerPixel !== 1 || sampleType !== 'integer' || stored || !fits) return null
  if (bitsAllocated !== 8 && bitsAllocated !== 16) return null
  const { bytes, bitOffset, encapsulated } = source
  if (!encapsulated) {
    const layout = { ...header, bitsStored: 1, highBit: plane.bitPosition, signed: false }
    return Uint8Array.from(unpackNative(bytes, layout, parsed.syntax.pixelsBigEndian, bitOffset))
  }
  // the words as they were before compression, with nothing cleared
  const words = { ...header, bitsStored: bitsAllocated, highBit: bitsAllocated - 1, signed: false }
  const { values } = await decodeFrame(source, parsed, words)
  return Uint8Array.from(values, (word) => (word >> plane.bitPosition) & 1)
}

function lay(bits: Uint8Array, plane: OverlayPlane, shown: Uint8Array, header: ImageHeader): void {
  for (let y = Math.max(0, -plane.top); y < Math.min(plane.rows, header.rows - plane.top); y++) {
    for (let x = Math.max(0, -plane.left); x < Math.min(plane.columns, header.columns - plane.left); x++) {
      if (bits[y * plane.columns + x]) shown[(y + plane.top) * header.columns + x + plane.left] = 1
    }
  }
}
