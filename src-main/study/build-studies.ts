import { basename, dirname } from 'node:path'
import type { Series, Slice, Study, StudyProblem, ValueWindow } from '../contract/study'
import { frameFacts, type FrameFacts, type ImageFormat, type ImageHeader } from '../image/image-types'
import { readWindows } from '../image/read-windows'
import { checkGeometry } from './check-geometry'
import { checkOrder } from './check-order'
import { syntheticUid } from './synthetic-uid'
import type { FileHeader } from './read-file-header'
import { sortSlices } from './sort-slices'
import { describeSplit } from './describe-split'
import { framesOf, splitStacks, type SeriesFrame, type Stack } from './split-stacks'

/** Studies whose series may still lack windows; those are found from pixels by the caller. */
export interface BuiltStudies {
  studies: Study[]
  problems: StudyProblem[]
}

interface SeriesFiles {
  studyUid: string
  seriesUid: string
  isRaster: boolean
  files: FileHeader[]
}

/**
 * Groups files into studies and series by their UIDs, parts series into stacks, and sorts these. Raster images have no
 * UIDs: those that share a folder are one series, a single one is a series of its own.
 * @param files headers, each file once
 * @returns windows of a series may be empty: then the header suggests none
 */
export function buildStudies(files: FileHeader[]): BuiltStudies {
  const problems: StudyProblem[] = []
  const groups = [...groupDicom(files, problems), ...groupRasters(files, problems)]
  const byStudy = new Map<string, SeriesFiles[]>()
  for (const group of groups) byStudy.set(group.studyUid, [...(byStudy.get(group.studyUid) ?? []), group])
  const studies = [...byStudy.values()].map((members, index) =>
    buildStudy(`s${index + 1}`, members, problems)
  )
  return { studies, problems }
}

function groupDicom(files: FileHeader[], problems: StudyProblem[]): SeriesFiles[] {
  const groups = new Map<string, SeriesFiles>()
  const pathByInstance = new Map<string, string>()
  for (const file of files) {
    const { header, path } = file
    if (header.format !== 'dicom') continue
    // one UID for different images is a fault of their writer; only true copies are left out
    const identity = header.sopInstanceUid && identityOf(header)
    const original = identity ? pathByInstance.get(identity) : undefined
    if (original !== undefined) {
      problems.push({
        code: 'duplicate-image',
        path,
        message: `the same image as ${basename(original)}; left out`
      })
      continue
    }
    if (identity) pathByInstance.set(identity, path)
    for (const message of header.warnings) problems.push({ code: 'header-doubtful', path, message })
    const folder = dirname(path)
    const studyUid = header.studyInstanceUid ?? syntheticUid('study', folder)
    const seriesUid = header.seriesInstanceUid ?? syntheticUid('series', studyUid, folder)
    const key = `${studyUid}|${seriesUid}`
    const group = groups.get(key) ?? { studyUid, seriesUid, isRaster: false, files: [] }
    group.files.push(file)
    groups.set(key, group)
  }
  return [...groups.values()]
}

function identityOf(header: ImageHeader): string {
  const { sopInstanceUid, seriesInstanceUid, rows, columns, frameCount, instanceNumber, frames } = header
  const { positionMm, orientation } = frames[0] as FrameFacts
  return [
    sopInstanceUid,
    seriesInstanceUid,
    rows,
    columns,
    frameCount,
    instanceNumber,
    positionMm,
    orientation
  ].join('|')
}

function groupRasters(files: FileHeader[], problems: StudyProblem[]): SeriesFiles[] {
  const byFolder = new Map<string, FileHeader[]>()
  for (const file of files) {
    if (file.header.format === 'dicom') continue
    for (const message of file.header.warnings)
      problems.push({ code: 'header-doubtful', path: file.path, message })
    // the pages of one file are a stack of their own
    const isAlone = file.header.frameCount > 1 || file.header.format === 'nifti'
    const key = isAlone ? file.path : dirname(file.path)
    const members = byFolder.get(key) ?? []
    members.push(file)
    byFolder.set(key, members)
  }
  return [...byFolder.values()].map((members) => {
    const uids = members.map(({ rasterUid }) => String(rasterUid)).sort()
    return {
      studyUid: syntheticUid('study', ...uids),
      seriesUid: syntheticUid('series', ...uids),
      isRaster: true,
      files: members
    }
  })
}

function buildStudy(id: string, members: SeriesFiles[], problems: StudyProblem[]): Study {
  const first = members[0] as SeriesFiles
  const { header, path } = first.files[0] as FileHeader
  const numbered = [...members].sort((a, b) => seriesNumber(a) - seriesNumber(b))
  const stacks = numbered.flatMap((member) => {
    // pictures of one folder belong together whatever their size
    if (member.files.some(({ header: { format } }) => isPicture(format)))
      return [{ member, frames: framesOf(member.files), label: '' }]
    const split = splitStacks(framesOf(member.files))
    problems.push(...describeSplit(split, dirname((member.files[0] as FileHeader).path)))
    return split.stacks.map((stack) => ({ member, ...stack }))
  })
  return {
    id,
    studyInstanceUid: first.studyUid,
    description: first.isRaster ? basename(dirname(path)) : header.studyDescription,
    patientLabel: header.patientLabel,
    date: header.studyDate,
    series: stacks.map(({ member, ...stack }, index) =>
      buildSeries(`${id}-${index + 1}`, member, stack, problems)
    ),
    generated: members.every(({ files }) => files.every((file) => file.header.generated))
  }
}

function isPicture(format: ImageFormat): boolean {
  return format === 'png' || format === 'jpeg' || format === 'tiff'
}

function seriesNumber(group: SeriesFiles): number {
  return group.files[0]?.header.seriesNumber ?? Infinity
}

function buildSeries(id: string, member: SeriesFiles, stack: Stack, problems: StudyProblem[]): Series {
  const { frames, distancesMm, orderedBy, fallback } = sortSlices(stack.frames)
  const middle = frames[frames.length >> 1] as SeriesFrame
  const { header } = middle.file
  const path = frames.every((frame) => frame.path === frames[0]?.path)
    ? (frames[0] as SeriesFrame).path
    : dirname((frames[0] as SeriesFrame).path)
  const doubts: StudyProblem[] = []
  if (fallback !== null && !isPicture(header.format))
    doubts.push({ code: 'order-fallback', path, message: fallback })
  const windows = distinctWindows(readWindows(header, middle.frame))
  const usual = keyOf(windows)
  const slices = frames.map((frame, index) => {
    const own = distinctWindows(readWindows(frame.file.header, frame.frame))
    const differs = own.length > 0 && keyOf(own) !== usual
    const slice = buildSlice(`${id}/${index}`, index, frame, distancesMm[index] ?? null)
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
