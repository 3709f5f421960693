import { basename, dirname } from 'node:path'
import type { Series, StudyProblem } from '../contract/study'
import type { FrameFacts, ImageHeader } from '../image/image-types'
import type { FileHeader } from './read-file-header'
import { joinAlike } from './join-alike'
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
  private readonly byInstance = new Map<string, FileHeader>()
  private readonly rasters = new Map<string, SeriesFiles>()
  private readonly studyNumbers = new Map<string, number>()
  /** of each study, by its UID, the names of its patients as they are compared, and the number of its part */
  private readonly patients = new Map<string, Map<string, number>>()
  private readonly dicomProblems: StudyProblem[] = []
  private readonly rasterProblems: StudyProblem[] = []

  /** The file that a file names itself a copy of, by its UIDs, its size and its place; undefined where there is none. */
  originalOf(file: FileHeader): FileHeader | undefined {
    const identity = identityOf(file.header)
    return identity === null ? undefined : this.byInstance.get(identity)
  }

  /**
   * Notes a file that is not added.
   * @param isCompared whether it is known that its pixels are the same
   */
  leaveOut({ path }: FileHeader, original: FileHeader, isCompared: boolean): void {
    const what = isCompared ? 'the same image' : 'the same identifiers and the same place'
    const message = `${what} as ${basename(original.path)}; left out`
    this.dicomProblems.push({ code: 'duplicate-image', path, message })
  }

  /** @param isOther whether it names itself a copy but has other pixels */
  add(file: FileHeader, isOther = false): void {
    if (isOther) {
      const message =
        'it carries the UID of another image of this series, but has other pixels; both are shown'
      this.dicomProblems.push({ code: 'header-doubtful', path: file.path, message })
    }
    if (file.header.format === 'dicom') this.addDicom(file)
    else this.addRaster(file)
  }

  /** Copies that were left out, and what headers made doubtful; in one line what many files of a folder share. */
  get problems(): StudyProblem[] {
    return [...joinAlike(this.dicomProblems), ...joinAlike(this.rasterProblems)]
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
    const identity = identityOf(header)
    if (identity !== null && !this.byInstance.has(identity)) this.byInstance.set(identity, file)
    for (const message of header.warnings) this.dicomProblems.push({ code: 'header-doubtful', path, message })
    const folder = dirname(path)
    const studyUid = header.studyInstanceUid ?? syntheticUid('study', folder)
    const seriesUid = header.seriesInstanceUid ?? syntheticUid('series', studyUid, folder)
    const patient = this.patientNumber(studyUid, file)
    const key = `${studyUid}|${seriesUid}|${patient}`
    let group = this.groups.get(key)
    if (!group) {
      group = this.newGroup(`${studyUid}|${patient}`, studyUid, seriesUid, false)
      this.groups.set(key, group)
    }
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
      this.rasters.set(key, (group = this.newGroup(studyUid, studyUid, seriesUid, true)))
    }
    group.files.push(file)
    group.built = null
  }

  /** Images of one study belong to one patient (PS3.3 A.1.2); where they name several, they are not to be mixed. */
  private patientNumber(studyUid: string, { path, header }: FileHeader): number {
    const name = header.patientLabel
      .normalize('NFKC')
      .toUpperCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
    let known = this.patients.get(studyUid)
    if (!known) this.patients.set(studyUid, (known = new Map()))
    const [first] = known.keys()
    // files that lost their name belong to whoever has one
    const own = name || first || ''
    if (first === '' && own !== '') {
      known.clear()
      known.set(own, 0)
    }
    const number = known.get(own) ?? known.size
    if (number === 1 && !known.has(own)) {
      const message = 'its study names several patients, who are shown apart'
      this.dicomProblems.push({ code: 'patients-mixed', path, message })
    }
    known.set(own, number)
    return number
  }

  private newGroup(studyKey: string, studyUid: string, seriesUid: string, isRaster: boolean): SeriesFiles {
    const studyNumber = this.studyNumbers.get(studyKey) ?? this.studyNumbers.size + 1
    this.studyNumbers.set(studyKey, studyNumber)
    return { studyNumber, studyUid, seriesUid, isRaster, files: [], built: null, builds: 0 }
  }
}

/** One UID for images of different size or place is a fault of their writer. @returns null without a UID */
function identityOf(header: ImageHeader): string | null {
  if (header.sopInstanceUid === null) return null
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
