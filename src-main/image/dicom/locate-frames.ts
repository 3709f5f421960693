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

/** Where the compressed frames of a file lie. */
export interface FrameFinder {
  /** frames of which the file holds something: fewer than its header names where that is wrong */
  frameCount: number
  /**
   * From frame (from 0) to its bytes, its fragments joined, and how many of them the file lacks.
   * @throws NidusError `dicom-truncated` for frames of which the file has nothing, or, unless a `partial` one is asked
   *   for, not all; `dicom-malformed` where fragments cannot be shared out
   */
  bytesOf(frame: number, partial: boolean): { bytes: Uint8Array; missingBytes: number }
}

/**
 * Finds the compressed bytes of each frame of encapsulated pixel data (PS3.5 section A.4): by the extended offset
 * table, the basic offset table, one fragment a frame, or the codestreams' start markers, whichever fits first. Where
 * none fits the number of frames, what the table or the markers say counts, and the number is doubted.
 * @param warnings takes what was found wrong
 * @throws NidusError `dicom-malformed` without items
 */
export function findEncapsulatedFrames(
  parsed: ParsedDataSet,
  frameCount: number,
  warnings: string[]
): FrameFinder {
  const pixels = parsed.pixels as PixelElement
  const { offsets, fragments, cut } = readFragments(parsed, pixels.offset)
  const tables = [readExtendedOffsets(parsed), offsets]
  const byTable = tables
    .map((table) => groupByOffsets(fragments, table, cut))
    .filter((groups): groups is Fragment[][] => groups !== null)
  const filled = fragments.filter(({ start, end }) => end > start)
  const byMarker = groupByStartMarker(parsed.bytes, filled)
  const fitting =
    byTable.find(({ length }) => length === frameCount) ??
    (frameCount === 1 ? [fragments] : null) ??
    (filled.length === frameCount ? filled.map((fragment) => [fragment]) : null) ??
    (byMarker.length === frameCount ? byMarker : null)
  // a table of one offset is a writer's who wrote the first only
  const doubted =
    byTable.find(({ length }) => length > 1) ?? (startEach(parsed.bytes, filled) ? byMarker : null)
  const groups = fitting ?? (cut ? byMarker : doubted)
  if (!cut && tables.some(({ length }) => length > 0) && !(groups && byTable.includes(groups))) {
    warnings.push('the table of where frames begin does not fit the pixel data; they were found without it')
  }
  const held = groups && !cut ? Math.min(frameCount, groups.length) : frameCount
  if (groups && !cut && groups.length !== frameCount) {
    warnings.push(`the header names ${frameCount} frames, the pixel data holds ${groups.length}`)
  }
  return {
    frameCount: held,
    bytesOf(frame, partial) {
      const group = groups?.[frame]
      if (!group || group.length === 0) {
        if (cut) throw new NidusError('dicom-truncated', { reason: 'the file ends before this frame' })
        if (groups) {
          const reason = `the pixel data holds ${groups.length} of ${frameCount} frames`
          throw new NidusError('dicom-truncated', { reason })
        }
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

/**
 * Frames may lie in any order: each goes up to where the next one in the file begins.
 * @param cut what the table names behind the last fragment is missing, and its frames are empty
 * @returns null where the table is absent or points between fragments: then it is not to be trusted
 */
function groupByOffsets(fragments: Fragment[], offsets: number[], cut: boolean): Fragment[][] | null {
  const indexByOffset = new Map(fragments.map((fragment, index) => [fragment.itemOffset, index]))
  const lastOffset = fragments[fragments.length - 1]?.itemOffset ?? -1
  const starts = offsets.map(
    (offset) => indexByOffset.get(offset) ?? (cut && offset > lastOffset ? fragments.length : null)
  )
  const inFile = starts.filter((start): start is number => start !== null && start < fragments.length)
  inFile.sort((one, other) => one - other)
  const isSound = !starts.includes(null) && inFile[0] === 0 && new Set(offsets).size === offsets.length
  if (!isSound) return null
  const endOf = new Map(inFile.map((start, at) => [start, inFile[at + 1] ?? fragments.length]))
  return (starts as number[]).map((start) => fragments.slice(start, endOf.get(start)))
}

/**
 * A frame begins where a fragment begins with a codestream's start: JPEG and JPEG-LS, JPEG 2000 bare or in its
 * box, JPEG XL; compressed bytes do not hold these by the markers' own design. RLE begins with the number of its
 * segments and the place of the first, which is always 64.
 */
function groupByStartMarker(bytes: Uint8Array, fragments: Fragment[]): Fragment[][] {
  const groups: Fragment[][] = []
  for (const fragment of fragments) {
    if (groups.length === 0 || beginsFrame(bytes, fragment)) groups.push([])
    groups[groups.length - 1]?.push(fragment)
  }
  return groups
}

function beginsFrame(bytes: Uint8Array, { start }: Fragment): boolean {
  const head = Buffer.from(bytes.subarray(start, start + 8)).toString('hex')
  return /^(ffd8ff|ff4fff51|ff0a|0000000c6a502020|0000000c4a584c20|0[1-9a-f]00000040000000)/.test(head)
}

/** Whether there is one fragment a frame, by what they begin with. */
function startEach(bytes: Uint8Array, fragments: Fragment[]): boolean {
  return fragments.length > 0 && fragments.every((fragment) => beginsFrame(bytes, fragment))
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
