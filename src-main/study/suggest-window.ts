import type { Series, StudyProblem, ValueWindow } from '../contract/study'
import { withoutPadding } from '../image/pixel-padding'
import { windowOfRange, windowOfSegments, windowOfValues } from '../image/read-windows'
import type { FileHeader } from './read-file-header'
import { problemOf } from './read-headers'
import { readSlice } from './read-slice'
import type { Workbench } from './reader-work'

/**
 * Windows for a series whose headers suggest none: by its kind of image, or by the values of its middle slice.
 * @param headers by path
 * @param problems receives why the slice could not be read, or not all of it
 * @param bench where the slice is decoded
 * @returns the default first
 */
export async function suggestWindows(
  series: Series,
  headers: ReadonlyMap<string, FileHeader>,
  problems: StudyProblem[],
  bench: Workbench
): Promise<ValueWindow[]> {
  const middle = series.slices[series.slices.length >> 1]
  const header = middle && headers.get(middle.source.path)?.header
  if (!middle || !header) return []
  const plain = windowOfRange(header)
  // a grey picture without a header was scaled by whoever exported it: its whole range is often half empty
  const exported = header.format !== 'dicom' && !series.color
  if (plain && !exported) return [plain]
  try {
    const { modality, padding, maximum, partial } = await readSlice(series, middle, { partial: true, bench })
    // the headers of pictures and compressed images do not tell
    if (partial && !header.partial) {
      const message = 'partial: the file is cut or damaged inside its pixels; what is there is shown'
      problems.push({ code: 'header-doubtful', path: middle.source.path, message })
    }
    if (header.modality === 'SEG') return [windowOfSegments(maximum)]
    const shown = windowOfValues(withoutPadding(modality, padding))
    const flat = shown.width < 1
    if (!plain) return [shown]
    return flat ? [plain] : [shown, plain]
  } catch (error) {
    problems.push(problemOf(middle.source.path, error))
    const range = 2 ** Math.min(header.bitsStored, 16)
    const center = header.signed ? 0 : range / 2
    return [{ center, width: range, explanation: 'full range', function: 'linear-exact' }]
  }
}
