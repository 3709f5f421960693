import { shadeOf } from '../contract/apply-window'
import type { SlicePixelsMessage, ThumbnailMessage } from '../contract/channels'
import type { Slice } from '../contract/study'
import type { StoredFrame } from '../image/image-types'
import { answerOpening } from './answer-opening'
import { readSlice, type SlicePixels } from './read-slice'
import { readSliceOrigin } from './read-slice-origin'
import type { OpeningReport, ReaderAnswers, ReaderQuestion, SeriesFacts } from './reader-protocol'
import { unwatched, type Workbench } from './reader-work'

/** Decoded slices kept, since the thumbnail, the pane and its neighbours ask for the same ones shortly after. */
const mostKept = 8
const kept = new Map<string, Promise<SlicePixels>>()

/**
 * Does what the reader process is asked.
 * @param report receives what comes of an opening before its answer
 * @param signal ends an opening; nothing else takes long enough
 * @param bench where files are made out and decoded
 */
export async function answerReaderQuestion(
  question: Exclude<ReaderQuestion, { kind: 'decode' }>,
  report: (report: OpeningReport) => void,
  signal: AbortSignal,
  bench = unwatched
): Promise<ReaderAnswers[ReaderQuestion['kind']]> {
  switch (question.kind) {
    case 'open':
      return answerOpening(question.paths, report, signal, bench)
    case 'pixels':
      return pixelsOf(question.series, question.slice, await decode(question.series, question.slice, bench))
    case 'thumbnail':
      return thumbnailOf(
        question.series,
        question.slice,
        await decode(question.series, question.slice, bench)
      )
    case 'origin':
      return readSliceOrigin(question.slice, bench)
  }
}

function decode(series: SeriesFacts, slice: Slice, bench: Workbench): Promise<SlicePixels> {
  const key = `${slice.source.path}|${slice.source.frame}`
  const decoded =
    kept.get(key) ?? readSlice({ ...series, slices: [] }, slice, { partial: true, display: true, bench })
  kept.delete(key)
  kept.set(key, decoded)
  decoded.catch(() => kept.delete(key))
  for (const oldest of kept.keys()) {
    if (kept.size <= mostKept) break
    kept.delete(oldest)
  }
  return decoded
}

function pixelsOf(series: SeriesFacts, slice: Slice, pixels: SlicePixels): SlicePixelsMessage {
  const { rows, columns, stored, modality, minimum, maximum, padding, inverted, spacingMm } = pixels
  return {
    seriesId: series.id,
    sliceIndex: slice.index,
    rows,
    columns,
    values: modality,
    stored: storedForProbe(stored),
    rgb: pixels.rgb,
    supplement: pixels.supplement,
    minimum,
    maximum,
    padding,
    inverted,
    partial: pixels.partial ?? false,
    missingRows: pixels.missingRows,
    rounded: pixels.rounded,
    overlay: pixels.overlay,
    spacingMm,
    pixelAspect: pixels.pixelAspect
  }
}

/** Wide enough for every stored value: 32-bit integers are not all numbers of 32-bit floating point. */
function storedForProbe({ samplesPerPixel, values }: StoredFrame): Float32Array | Float64Array | null {
  if (samplesPerPixel !== 1) return null
  const wide = values instanceof Uint32Array || values instanceof Int32Array || values instanceof Float64Array
  return wide ? new Float64Array(values) : new Float32Array(values)
}

const thumbnailSide = 96

/** Every n-th pixel of the slice, in its colours or in the window that the series opens with. */
function thumbnailOf(series: SeriesFacts, slice: Slice, pixels: SlicePixels): ThumbnailMessage {
  const { rows, columns, modality, rgb: colours, supplement, padding, inverted, minimum, maximum } = pixels
  const step = Math.max(1, Math.ceil(Math.max(rows, columns) / thumbnailSide))
  const small = { rows: Math.ceil(rows / step), columns: Math.ceil(columns / step) }
  const window = series.color ? undefined : series.windows[0]
  const whole = {
    center: (minimum + maximum) / 2,
    width: maximum - minimum,
    function: 'linear-exact' as const
  }
  const shade = shadeOf(window ?? whole)
  const rgb = new Uint8ClampedArray(small.rows * small.columns * 3)
  for (let y = 0, to = 0; y < small.rows; y++) {
    for (let x = 0; x < small.columns; x++, to += 3) {
      const from = y * step * columns + x * step
      if (colours) rgb.set(colours.subarray(3 * from, 3 * from + 3), to)
      else if (supplement?.[4 * from + 3]) rgb.set(supplement.subarray(4 * from, 4 * from + 3), to)
      else if (!padding?.[from]) {
        const share = shade(modality[from] as number)
        rgb.fill(255 * (inverted ? 1 - share : share), to, to + 3)
      }
    }
  }
  const [height, breadth] = slice.spacingMm ?? slice.pixelAspect ?? [1, 1]
  return { seriesId: series.id, ...small, pixelAspect: height / breadth, rgb }
}
