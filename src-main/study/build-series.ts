import { basename, dirname } from 'node:path'
import type { Series, Slice, StudyProblem, ValueWindow } from '../contract/study'
import { frameFacts, type ImageFormat } from '../image/image-types'
import { readWindows } from '../image/read-windows'
import { checkGeometry } from './check-geometry'
import { checkOrder } from './check-order'
import { describeSplit } from './describe-split'
import type { SeriesFiles } from './group-files'
import type { FileHeader } from './read-file-header'
import { sortSlices } from './sort-slices'
import { framesOf, splitStacks, type NumberedStack, type SeriesFrame, type Stack } from './split-stacks'

/** Modalities whose images say of themselves how they were projected, not where they lie. */
const projections = new Set(
  ['CR', 'DX', 'ES', 'GM', 'IO', 'IVUS', 'MG', 'OP', 'PX', 'RF', 'RG', 'SM', 'US', 'XA', 'XC'] // PS3.3 C.7.3.1.1.1
)

/**
 * Parts the files of a series into stacks and sorts these.
 * @param id of the first stack; the others get `.2`, `.3`, … behind it
 * @returns one series a stack; the windows of one may be empty: then the header suggests none
 */
export function buildSeries(id: string, group: SeriesFiles): { series: Series[]; problems: StudyProblem[] } {
  const problems: StudyProblem[] = []
  const series = stacksOf(id, group, problems).map((stack) =>
    buildStack(stack.number === 0 ? id : `${id}.${stack.number + 1}`, group, stack, problems)
  )
  return { series, problems }
}

function stacksOf(id: string, { files }: SeriesFiles, problems: StudyProblem[]): NumberedStack[] {
  // pictures of one folder belong together whatever their size
  if (files.some(({ header: { format } }) => isPicture(format)))
    return [{ frames: framesOf(files), label: '', number: 0 }]
  const split = splitStacks(framesOf(files))
  const doubts = describeSplit(split, dirname((files[0] as FileHeader).path))
  problems.push(...doubts.map((doubt) => ({ ...doubt, seriesId: id })))
  return split.stacks
}

function isPicture(format: ImageFormat): boolean {
  return format === 'png' || format === 'jpeg' || format === 'tiff'
}

function buildStack(id: string, member: SeriesFiles, stack: Stack, problems: StudyProblem[]): Series {
  const { frames, distancesMm, orderedBy, fallback } = sortSlices(stack.frames)
  const middle = frames[frames.length >> 1] as SeriesFrame
  const { header } = middle.file
  const path = frames.every((frame) => frame.path === frames[0]?.path)
    ? (frames[0] as SeriesFrame).path
    : dirname((frames[0] as SeriesFrame).path)
  const doubts: StudyProblem[] = []
  if (fallback !== null && !isPicture(header.format)) {
    const isUsual = projections.has(header.modality) && { note: true as const }
    doubts.push({ code: 'order-fallback', path, message: fallback, ...isUsual })
  }
  const windows = distinctWindows(readWindows(header, middle.frame))
  const usual = keyOf(windows)
  const slices = frames.map((frame, index) => {
    const own = distinctWindows(readWindows(frame.file.header, frame.frame))
    const differs = own.length > 0 && keyOf(own) !== usual
    const slice = buildSlice(`${id}/${frame.number}`, index, frame, distancesMm[index] ?? null)
    return differs ? { ...slice, windows: own } : slice
  })
  if (orderedBy === 'position') doubts.push(...checkGeometry(slices, path), ...checkOrder(slices, path))
  problems.push(...doubts.map((doubt) => ({ ...doubt, seriesId: id })))
  return {
    id,
    seriesInstanceUid: member.seriesUid,
    modality: header.modality,
    description: [member.isRaster ? basename(path) : header.seriesDescription, stack.label]
      .filter(Boolean)
      .join(' · '),
    bodyPart: header.bodyPart,
    valueUnit: header.valueUnit,
    windows,
    photometricInterpretation: header.photometricInterpretation,
    color: header.color,
    frameOfReferenceUid: header.frameOfReferenceUid,
    orderedBy,
    slices
  }
}

function buildSlice(
  id: string,
  index: number,
  frame: SeriesFrame,
  distanceAlongNormalMm: number | null
): Slice {
  const { header, path } = frame.file
  return {
    id,
    index,
    source: { path, frame: frame.frame },
    sopInstanceUid: frame.file.rasterUid ?? header.sopInstanceUid,
    instanceNumber: header.instanceNumber,
    rows: header.rows,
    columns: header.columns,
    spacingMm: frameFacts(header, frame.frame).spacingMm,
    pixelAspect: frameFacts(header, frame.frame).pixelAspect ?? null,
    positionMm: frame.positionMm,
    orientation: frame.orientation,
    distanceAlongNormalMm,
    ...(header.partial ? { partial: true } : {})
  }
}

function distinctWindows(windows: ValueWindow[]): ValueWindow[] {
  if (windows.length < 2) return windows
  const seen = new Set<string>()
  return windows.filter((window) => {
    const key = keyOf([window])
    return !seen.has(key) && seen.add(key)
  })
}

/** What windows do, without their names. */
function keyOf(windows: ValueWindow[]): string {
  return windows
    .map(({ center, width, lut, function: shape }) =>
      [center, width, shape ?? 'linear', lut ? lut.values.join() : ''].join('|')
    )
    .join(';')
}
