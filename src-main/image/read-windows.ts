import type { ValueWindow } from '../contract/study'
import { frameFacts, type ImageHeader } from './image-types'

/** How many values are looked at for a default window; a regular sample of them is as good as all. */
const sampleSize = 65_536

/**
 * Windows that the header suggests for a frame, in modality values (Window Center and Width, PS3.3 C.11.2.1.2).
 * @returns [] where the header has none: {@link windowOfValues} then gives a sensible one
 */
export function readWindows(header: ImageHeader, frame: number): ValueWindow[] {
  return frameFacts(header, frame).windows
}

/**
 * The window that needs no pixels: 8-bit and 1-bit images without a window of their own show their whole range,
 * CT in Hounsfield units the usual soft tissue window. Numbers of segments are few and fill no range.
 * @returns null where the values have to be looked at
 */
export function windowOfRange(header: ImageHeader): ValueWindow | null {
  if (header.valueUnit === 'HU') return { center: 40, width: 400, explanation: 'soft tissue' }
  const plain = header.frames.every(({ rescale }) => rescale === null) && header.modalityLut === null
  if (!plain || header.sampleType !== 'integer' || header.signed) return null
  if (header.bitsAllocated === 1)
    return { center: 0.5, width: 1, explanation: 'full range', function: 'linear-exact' }
  const bytes = header.bitsAllocated === 8 && header.bitsStored === 8 && header.modality !== 'SEG'
  return bytes || header.palette
    ? { center: 127.5, width: 255, explanation: 'full range', function: 'linear-exact' }
    : null
}

/**
 * A default window from the values themselves: the 0.5 to 99.5 percentile of what is brighter than the
 * background (a value that many pixels share), where there is something besides it.
 * @param values modality values of a frame, non-finite ones ignored
 * @returns width at least a thousandth of the centre's magnitude, never 0
 */
export function windowOfValues(values: Float32Array): ValueWindow {
  const step = Math.max(1, Math.floor(values.length / sampleSize))
  const sample: number[] = []
  for (let at = 0; at < values.length; at += step) {
    const value = values[at] as number
    if (Number.isFinite(value)) sample.push(value)
  }
  const sorted = Float32Array.from(sample).sort()
  const start = endOfBackground(sorted)
  // too little besides the background: then the background is part of the image
  const shown = sorted.length - start > sorted.length / 100 ? sorted.subarray(start) : sorted
  const low = shown[Math.floor(shown.length * 0.005)] ?? 0
  const high = shown[Math.min(shown.length - 1, Math.floor(shown.length * 0.995))] ?? 1
  const center = (low + high) / 2
  return {
    center,
    width: Math.max(high - low, Math.abs(center) / 1000, 1e-6),
    explanation: 'from the values',
    function: 'linear-exact'
  }
}

/** A default window for segmentations: from 0, which is no segment, to the highest number there is. */
export function windowOfSegments(highest: number): ValueWindow {
  const width = Math.max(highest, 1)
  return { center: width / 2, width, explanation: 'segments', function: 'linear-exact' }
}

/**
 * Index after the background: the most frequent value, where it is common, in the lower half of the range, and twice as
 * frequent as any other, as in a picture of few values each is common.
 */
function endOfBackground(sorted: Float32Array): number {
  let end = 0
  let longest = 0
  let second = 0
  for (let start = 0, at = 1; at <= sorted.length; at++) {
    if (sorted[at] === sorted[start]) continue
    if (at - start > longest) {
      second = longest
      longest = at - start
      end = at
    } else second = Math.max(second, at - start)
    start = at
  }
  const middle = ((sorted[0] ?? 0) + (sorted[sorted.length - 1] ?? 0)) / 2
  const isCommon = longest > Math.max(sorted.length / 20, 2 * second - 1)
  return isCommon && (sorted[end - 1] ?? 0) < middle ? end : 0
}
