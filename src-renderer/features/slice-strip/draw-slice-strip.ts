import type { SliceAnalysis } from '../../../src-main/contract/analysis'
import type { MapName } from '../../../src-main/contract/manifest'
import type { ScoreRange } from '../../viewer/make-heatmap-pixels'

/** What the strip shows of a series. */
export interface StripContent {
  count: number
  /** null where a slice is not analysed yet */
  slices: (SliceAnalysis | null)[]
  failed: ReadonlySet<number>
  withFindings: ReadonlySet<number>
  sliceIndex: number
  map: MapName | null
  range: ScoreRange
  /** [256 * 3], colours of the heatmap */
  table: Uint8Array
}

/** Widest a slice may be, CSS pixels: a short series does not fill the strip with slabs. */
const widestSlice = 48
const heatHeight = 9
const markHeight = 9

/** Width of one slice of the strip, CSS pixels; below 1 where there are more slices than pixels. */
export function sliceWidth(count: number, stripWidth: number): number {
  return Math.min(widestSlice, stripWidth / Math.max(1, count))
}

/** The slice at a place on the strip, kept within the series. */
export function sliceAt(x: number, count: number, stripWidth: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(x / sliceWidth(count, stripWidth))))
}

/**
 * Draws one column a slice: a dot where it has findings, a bar for its score in robust spreads over normal, and
 * under it the colour of the highest score in its map.
 * @param context whose unit is the CSS pixel
 */
export function drawSliceStrip(
  context: CanvasRenderingContext2D,
  size: { width: number; height: number },
  content: StripContent
): void {
  const { count, slices, failed, withFindings, sliceIndex, map, range, table } = content
  const width = sliceWidth(count, size.width)
  const gap = width >= 6 ? 1 : 0
  const barsBottom = size.height - heatHeight - 3
  const barRoom = barsBottom - markHeight - 2
  const highest = slices.reduce((most, slice) => Math.max(most, slice?.scoreStandardised ?? 0), 4)
  context.clearRect(0, 0, size.width, size.height)
  context.fillStyle = '#2a323b'
  context.fillRect(0, size.height - heatHeight, width * count, heatHeight)
  const ground = Math.max(3, width)
  context.fillStyle = '#31506c'
  context.fillRect(width * (sliceIndex + 0.5) - ground / 2, 0, ground, size.height)
  for (let index = 0; index < count; index++) {
    const left = width * index
    const slice = slices[index] ?? null
    if (slice?.hasForeground) {
      const height = Math.max(2, (barRoom * slice.scoreStandardised) / highest)
      context.fillStyle = index === sliceIndex ? '#cfe6fb' : '#8ba3ba'
      context.fillRect(left + gap, barsBottom - height, Math.max(0.5, width - 2 * gap), height)
    }
    if (slice && map) {
      context.fillStyle = colourOf(slice.peaks[map] ?? range.low, range, table)
      context.fillRect(left + gap, size.height - heatHeight, Math.max(0.5, width - 2 * gap), heatHeight)
    }
    if (failed.has(index)) {
      context.fillStyle = '#ff8b80'
      context.fillRect(left + gap, barsBottom - barRoom, Math.max(1, width - 2 * gap), barRoom)
    }
    if (withFindings.has(index)) {
      context.fillStyle = '#ffb454'
      context.beginPath()
      context.arc(left + width / 2, markHeight / 2, Math.min(2.5, Math.max(1, width / 2)), 0, 2 * Math.PI)
      context.fill()
    }
  }
  context.strokeStyle = '#5cb3ff'
  context.lineWidth = 1.5
  context.strokeRect(width * (sliceIndex + 0.5) - ground / 2, 0.75, ground, size.height - 1.5)
}

function colourOf(score: number, { low, high }: ScoreRange, table: Uint8Array): string {
  const colour = 3 * Math.min(255, Math.max(0, Math.floor((256 * (score - low)) / (high - low))))
  return `rgb(${table[colour]},${table[colour + 1]},${table[colour + 2]})`
}
