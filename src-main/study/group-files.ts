import { basename, dirname } from 'node:path'
import type { Series, StudyProblem } from '../contract/study'
import type { FrameFacts, ImageHeader } from '../image/image-types'
import type { FileHeader } from './read-file-header'
import { syntheticUid } from './synthetic-uid'

/** The files of one series, in the order in which they came. */
export interface SeriesFiles {
  /** of its study, from 1 in the order in which studies were met */
  studyNumber: number
  studyUid: string
  seriesUid: string
  isRaster: boolean
  files: FileHeader[]
  /** what was made of them, as long as no file has come since; null where that is out of date */
  built: { series: Series[]; problems: StudyProblem[] } | null
  /** how often that was */
  builds: number
}

/**
 * Groups files into series by their UIDs as they come. Raster images have no UIDs: those that share a folder are one
 * series, a volume or a file of several pages is one of its own. Their UIDs come from those of all their images, and are
 * others until {@link nameRasters} is called.
 */
export class FileGroups {
  private readonly groups = new Map<string, SeriesFiles>()
  private readonly pathByInstance = new Map<string, string>()
  private readonly rasters = new Map<string, SeriesFiles>()
  private readonly studyNumbers = new Map<string, number>()
  private readonly dicomProblems: StudyProblem[] = []
  private readonly rasterProblems: StudyProblem[] = []

  add(file: FileHeader): void {
    if (file.header.format === 'dicom') this.addDicom(file)
    else this.addRaster(file)
  }

  /** Copies that were left out, and what headers made doubtful. */
  get problems(): StudyProblem[] {
    return [...this.dicomProblems, ...this.rasterProblems]
  }

  /** Series of DICOM, then those of raster images, both in the order in which they were met; they grow. */
  all(): SeriesFiles[] {
    return [...this.groups.values(), ...this.rasters.values()]
  }

  /** Gives raster images the UIDs that they have wherever they are opened. To be called once all files are there. */
  nameRasters(): void {
    for (const group of this.rasters.values()) {
      const uids = group.files.map(({ rasterUid }) => String(rasterUid)).sort()
      group.studyUid = syntheticUid('study', ...uids)
      group.seriesUid = syntheticUid('series', ...uids)
    }
  }

  private addDicom(file: FileHeader): void {
    const { header, path } = file
    // one UID for different images is a fault of their writer; only true copies are left out
    const identity = header.sopInstanceUid && identityOf(header)
    const original = identity ? this.pathByInstance.get(identity) : undefined
    if (original !== undefined) {
      const message = `the same image as ${basename(original)}; left out`
      this.dicomProblems.push({ code: 'duplicate-image', path, message })
      return
    }
    if (identity) this.pathByInstance.set(identity, path)
    for (const message of header.warnings) this.dicomProblems.push({ code: 'header-doubtful', path, message })
    const folder = dirname(path)
    const studyUid = header.studyInstanceUid ?? syntheticUid('study', folder)
    const seriesUid = header.seriesInstanceUid ?? syntheticUid('series', studyUid, folder)
    const key = `${studyUid}|${seriesUid}`
    let group = this.groups.get(key)
    if (!group) this.groups.set(key, (group = this.newGroup(studyUid, seriesUid, false)))
    group.files.push(file)
    group.built = null
  }

  private addRaster(file: FileHeader): void {
    const { header, path } = file
    for (const message of header.warnings)
      this.rasterProblems.push({ code: 'header-doubtful', path, message })
    // the pages of one file are a stack of their own
    const isAlone = header.frameCount > 1 || header.format === 'nifti'
    const key = isAlone ? path : dirname(path)
    let group = this.rasters.get(key)
    if (!group) {
      const [studyUid, seriesUid] = [syntheticUid('study', key), syntheticUid('series', key)]
      this.rasters.set(key, (group = this.newGroup(studyUid, seriesUid, true)))
    }
    group.files.push(file)
    group.built = null
  }

  private newGroup(studyUid: string, seriesUid: string, isRaster: boolean): SeriesFiles {
    const studyNumber = this.studyNumbers.get(studyUid) ?? this.studyNumbers.size + 1
    this.studyNumbers.set(studyUid, studyNumber)
    return { studyNumber, studyUid, seriesUid, isRaster, files: [], built: null, builds: 0 }
  }
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
