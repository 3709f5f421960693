import { shadeOf } from '../contract/apply-window'
import type { SlicePixelsMessage, ThumbnailMessage } from '../contract/channels'
import type { Slice } from '../contract/study'
import { answerOpening } from './answer-opening'
import { readSlice, type SlicePixels } from './read-slice'
import { readSliceOrigin } from './read-slice-origin'
import type { OpeningReport, ReaderAnswers, ReaderQuestion, SeriesFacts } from './reader-protocol'

/** Decoded slices kept, since the thumbnail, the pane and its neighbours ask for the same ones shortly after. */
const mostKept = 8
const kept = new Map<string, Promise<SlicePixels>>()

/**
 * Does what the reader process is asked.
 * @param report receives what comes of an opening before its answer
 * @param signal ends an opening; nothing else takes long enough
 */
export async function answerReaderQuestion(
  question: ReaderQuestion,
  report: (report: OpeningReport) => void,
  signal: AbortSignal
): Promise<ReaderAnswers[ReaderQuestion['kind']]> {
  switch (question.kind) {
    case 'open':
      return answerOpening(question.paths, report, signal)
    case 'pixels':
      return pixelsOf(question.series, question.slice, await decode(question.series, question.slice))
    case 'thumbnail':
      return thumbnailOf(question.series, question.slice, await decode(question.series, question.slice))
    case 'origin':
      return readSliceOrigin(question.slice)
  }
}

function decode(series: SeriesFacts, slice: Slice): Promise<SlicePixels> {
  const key = `${slice.source.path}|${slice.source.frame}`
  const decoded =
    kept.get(key) ?? readSlice({ ...series, slices: [] }, slice, { partial: true, overlay: true })
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
  const { rows, columns, stored, modality, minimum, maximum, inverted, spacingMm } = pixels
  return {
    seriesId: series.id,
    sliceIndex: slice.index,
    rows,
    columns,
    values: modality,
    stored: stored.samplesPerPixel === 1 ? new Float32Array(stored.values) : null,
    rgb: rgbOf(pixels),
    minimum,
    maximum,
    inverted,
    partial: pixels.partial ?? false,
    missingRows: pixels.missingRows,
    overlay: pixels.overlay ?? null,
    spacingMm,
    pixelAspect: slice.pixelAspect ?? null
  }
}

/** 8-bit red, green, blue of colour images, for display; null where the pixels are not red, green and blue. */
function rgbOf({ stored, rows, columns }: SlicePixels): Uint8Array | null {
  const { samplesPerPixel, values, photometricInterpretation } = stored
  if (samplesPerPixel < 3 || photometricInterpretation !== 'RGB') return null
  const shift = values instanceof Uint16Array ? 8 : 0
  const rgb = new Uint8Array(rows * columns * 3)
  for (let pixel = 0; pixel < rows * columns; pixel++) {
    for (let c = 0; c < 3; c++) {
      rgb[3 * pixel + c] = (values[pixel * samplesPerPixel + c] as number) >> shift
    }
  }
  return rgb
}

const thumbnailSide = 96

/** Every n-th pixel of the slice, in the window that the series opens with. */
function thumbnailOf(series: SeriesFacts, slice: Slice, pixels: SlicePixels): ThumbnailMessage {
  const { rows, columns, modality, inverted, minimum, maximum } = pixels
  const step = Math.max(1, Math.ceil(Math.max(rows, columns) / thumbnailSide))
  const small = { rows: Math.ceil(rows / step), columns: Math.ceil(columns / step) }
  const window = series.color ? undefined : series.windows[0]
  const whole = {
    center: (minimum + maximum) / 2,
    width: maximum - minimum,
    function: 'linear-exact' as const
  }
  const shade = shadeOf(window ?? whole)
  const grey = new Uint8Array(small.rows * small.columns)
  for (let y = 0; y < small.rows; y++) {
    for (let x = 0; x < small.columns; x++) {
      const value = modality[
        Math.min(rows - 1, y * step) * columns + Math.min(columns - 1, x * step)
      ] as number
      const share = shade(value)
      grey[y * small.columns + x] = Math.round(255 * (inverted ? 1 - share : share))
    }
  }
  const [height, breadth] = slice.spacingMm ?? slice.pixelAspect ?? [1, 1]
  return { seriesId: series.id, ...small, pixelAspect: height / breadth, grey }
}
