import { basename, dirname } from 'node:path'
import type { Series, StudyProblem } from '../contract/study'
import type { FrameFacts, ImageHeader } from '../image/image-types'
import type { FileHeader } from './read-file-header'
import { syntheticUid } from './synthetic-uid'

/** The files of one series, in the order in which they came. */
export interface SeriesFiles {
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
 * series, a single one is a series of its own.
 */
export class FileGroups {
  private readonly groups = new Map<string, SeriesFiles>()
  private readonly pathByInstance = new Map<string, string>()
  private readonly rasters = new Map<string, FileHeader[]>()
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

  /** Series by their UIDs, in the order in which they were met; they grow. */
  dicomSeries(): SeriesFiles[] {
    return [...this.groups.values()]
  }

  /** Series of raster images, to be asked for once all files are there: their UIDs come from those of all images. */
  rasterSeries(): SeriesFiles[] {
    return [...this.rasters.values()].map((files) => {
      const uids = files.map(({ rasterUid }) => String(rasterUid)).sort()
      return newGroup(syntheticUid('study', ...uids), syntheticUid('series', ...uids), files)
    })
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
    if (!group) this.groups.set(key, (group = newGroup(studyUid, seriesUid, null)))
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
    const members = this.rasters.get(key) ?? []
    members.push(file)
    this.rasters.set(key, members)
  }
}

/** @param rasters the files of a series of raster images; null for one that grows by UIDs */
function newGroup(studyUid: string, seriesUid: string, rasters: FileHeader[] | null): SeriesFiles {
  return { studyUid, seriesUid, isRaster: rasters !== null, files: rasters ?? [], built: null, builds: 0 }
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
