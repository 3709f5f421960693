import { NidusError } from '../../contract/errors'
import type { ParsedDataSet, PixelElement } from './parse-data-set'
import { findElement } from './read-values'

/** A stretch of bytes that holds a fragment's content. */
interface Fragment {
  /** of the fragment's item head, from the first item after the offset table (PS3.5 A.4) */
  itemOffset: number
  start: number
  end: number
}

/**
 * Finds the compressed bytes of each frame of encapsulated pixel data (PS3.5 section A.4): by the extended offset
 * table, the basic offset table, one fragment a frame, or the codestreams' start markers, whichever fits first.
 * @returns a function from frame (from 0) to its bytes, its fragments joined, and how many of them the file lacks
 * @throws NidusError `dicom-malformed` without items; the function throws `dicom-truncated` for frames of which the
 *   file has nothing, or, unless a `partial` one is asked for, not all; `dicom-malformed` where fragments cannot be
 *   shared out
 */
export function locateEncapsulatedFrames(
  parsed: ParsedDataSet,
  frameCount: number
): (frame: number, partial: boolean) => { bytes: Uint8Array; missingBytes: number } {
  const pixels = parsed.pixels as PixelElement
  const { offsets, fragments, cut } = readFragments(parsed, pixels.offset)
  const extended = readExtendedOffsets(parsed)
  const filled = fragments.filter(({ start, end }) => end > start)
  const groups =
    groupByOffsets(fragments, extended, frameCount) ??
    groupByOffsets(fragments, offsets, frameCount) ??
    (frameCount === 1 ? [fragments] : null) ??
    (filled.length === frameCount ? filled.map((fragment) => [fragment]) : null) ??
    groupByStartMarker(parsed.bytes, filled)
  return (frame, partial) => {
    const group = groups?.[frame]
    if (!group || group.length === 0 || (groups.length !== frameCount && !cut)) {
      if (cut) throw new NidusError('dicom-truncated', { reason: 'the file ends before this frame' })
      const reason = `${fragments.length} fragments cannot be shared out among ${frameCount} frames`
      throw new NidusError('dicom-malformed', { reason })
    }
    const last = group[group.length - 1] as Fragment
    const missingBytes = Math.max(0, last.end - parsed.bytes.length)
    if (missingBytes > 0 && (!partial || last.start >= parsed.bytes.length)) {
      throw new NidusError('dicom-truncated', { reason: 'the file ends inside the compressed pixels' })
    }
    return { bytes: join(parsed.bytes, group), missingBytes }
  }
}

function readFragments(
  parsed: ParsedDataSet,
  start: number
): { offsets: number[]; fragments: Fragment[]; cut: boolean } {
  const { bytes, syntax } = parsed
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const fragments: Fragment[] = []
  const offsets: number[] = []
  let position = start
  let base = -1
  while (position + 8 <= bytes.length) {
    const group = view.getUint16(position, syntax.littleEndian)
    const element = view.getUint16(position + 2, syntax.littleEndian)
    const length = view.getUint32(position + 4, syntax.littleEndian)
    if (group !== 0xfffe || element !== 0xe000) {
      if (base < 0) throw new NidusError('dicom-malformed', { reason: 'compressed pixels without items' })
      return { offsets, fragments, cut: false }
    }
    const content = position + 8
    if (base < 0) {
      base = content + length
      for (let at = content; at + 4 <= Math.min(base, bytes.length); at += 4) {
        offsets.push(view.getUint32(at, syntax.littleEndian))
      }
    } else fragments.push({ itemOffset: position - base, start: content, end: content + length })
    position = content + length
  }
  if (base < 0)
    throw new NidusError('dicom-truncated', { reason: 'the file ends where its pixels should start' })
  // a missing sequence delimiter is harmless; a fragment past the end is not
  return { offsets, fragments, cut: position > bytes.length || fragments.length === 0 }
}

/** Extended Offset Table (7FE0,0001): 64-bit offsets, for files whose 32-bit table would overflow. */
function readExtendedOffsets(parsed: ParsedDataSet): number[] {
  const element = findElement(parsed.dataSet, 'x7fe00001')
  if (!element) return []
  const view = new DataView(parsed.bytes.buffer, parsed.bytes.byteOffset + element.dataOffset, element.length)
  const offsets: number[] = []
  for (let at = 0; at + 8 <= element.length; at += 8) {
    offsets.push(Number(view.getBigUint64(at, parsed.syntax.littleEndian)))
  }
  return offsets
}

/** @returns null where the table is absent, incomplete or points between fragments: then it is not to be trusted */
function groupByOffsets(fragments: Fragment[], offsets: number[], frameCount: number): Fragment[][] | null {
  if (offsets.length !== frameCount) return null
  const indexByOffset = new Map(fragments.map((fragment, index) => [fragment.itemOffset, index]))
  const starts = offsets.map((offset) => indexByOffset.get(offset))
  const ascending = starts.every(
    (start, frame) => start !== undefined && (frame === 0 || start > (starts[frame - 1] ?? 0))
  )
  if (!ascending || starts[0] !== 0) return null
  return starts.map((start, frame) => fragments.slice(start, starts[frame + 1] ?? fragments.length))
}

/**
 * A frame begins where a fragment begins with a codestream's start: JPEG and JPEG-LS, JPEG 2000 bare or in its
 * box, JPEG XL; compressed bytes do not hold these by the markers' own design. RLE begins with the number of its
 * segments and the place of the first, which is always 64.
 */
function groupByStartMarker(bytes: Uint8Array, fragments: Fragment[]): Fragment[][] {
  const groups: Fragment[][] = []
  for (const fragment of fragments) {
    const head = Buffer.from(bytes.subarray(fragment.start, fragment.start + 8)).toString('hex')
    if (
      /^(ffd8ff|ff4fff51|ff0a|0000000c6a502020|0000000c4a584c20|0[1-9a-f]00000040000000)/.test(head) ||
      groups.length === 0
    )
      groups.push([])
    groups[groups.length - 1]?.push(fragment)
  }
  return groups
}

function join(bytes: Uint8Array, group: Fragment[]): Uint8Array {
  if (group.length === 1) return bytes.subarray(group[0]?.start, group[0]?.end)
  // what lies behind the end of the file is not there to be joined
  const held = (end: number): number => Math.min(end, bytes.length)
  const joined = new Uint8Array(group.reduce((total, { start, end }) => total + held(end) - start, 0))
  let at = 0
  for (const { start, end } of group) {
    joined.set(bytes.subarray(start, end), at)
    at += held(end) - start
  }
  return joined
}
