import type { OpenedStudies, Series, StudyProblem } from '../contract/study'
import { withoutPadding } from '../image/pixel-padding'
import { windowOfRange, windowOfValues } from '../image/read-windows'
import { buildStudies } from './build-studies'
import { listFiles } from './list-files'
import type { FileHeader } from './read-file-header'
import { problemOf, readHeaders, type OpenOptions } from './read-headers'
import { readSlice } from './read-slice'

/**
 * Opens files and folders: lists first, then reads headers only, groups them into studies, series and slices in
 * anatomical order. Pixels are decoded for one slice of those series whose header suggests no window.
 * @param paths files and folders, in any mixture
 * @returns what opened, and a problem for everything that did not or that is doubtful; never rejects for a bad file
 */
export async function openStudies(paths: string[], options: OpenOptions = {}): Promise<OpenedStudies> {
  const { signal } = options
  const listed = await listFiles(paths, signal, options.onListed)
  const problems: StudyProblem[] = [...listed.problems]
  const { headers, problems: unread } = await readHeaders(listed.files, options)
  problems.push(...unread)
  const built = buildStudies(headers.filter((header): header is FileHeader => header !== null))
  problems.push(...built.problems)
  const allSeries = built.studies.flatMap(({ series }) => series)
  const headerByPath = new Map(headers.flatMap((header) => (header ? [[header.path, header] as const] : [])))
  for (const series of allSeries) {
    if (signal?.aborted) throw signal.reason
    if (series.windows.length === 0) await addWindow(series, headerByPath, problems)
  }
  return { studies: built.studies, problems }
}

async function addWindow(
  series: Series,
  headers: Map<string, FileHeader>,
  problems: StudyProblem[]
): Promise<void> {
  const middle = series.slices[series.slices.length >> 1]
  const header = middle && headers.get(middle.source.path)?.header
  if (!middle || !header) return
  const plain = windowOfRange(header)
  // a grey picture without a header was scaled by whoever exported it: its whole range is often half empty
  const exported = header.format !== 'dicom' && !series.color
  if (plain && !exported) {
    series.windows = [plain]
    return
  }
  try {
    const { modality, padding } = await readSlice(series, middle, { partial: true })
    const shown = windowOfValues(withoutPadding(modality, padding))
    const flat = shown.width < 1
    series.windows = plain ? (flat ? [plain] : [shown, plain]) : [shown]
  } catch (error) {
    problems.push(problemOf(middle.source.path, error))
    const range = 2 ** Math.min(header.bitsStored, 16)
    series.windows = [
      {
        center: header.signed ? 0 : range / 2,
        width: range,
        explanation: 'full range',
        function: 'linear-exact'
      }
    ]
  }
}
