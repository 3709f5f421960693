import type { OpenedStudies, Study } from '../contract/study'
import { checkDicomdir } from './check-dicomdir'
import { joinAlike } from './join-alike'
import { listFiles } from './list-files'
import { readHeaders, type ReadOptions } from './read-headers'
import { unwatched } from './reader-work'
import { StudyGrowth } from './study-growth'

/** How opening can be watched and stopped. */
export interface OpenOptions extends Omit<ReadOptions, 'onPause'> {
  /** files found so far, while folders are listed */
  onListed?(found: number): void
  /** what there is of DICOM studies so far, now and then while headers are read; reading waits for it */
  onGrown?(studies: Study[]): Promise<void>
}

/**
 * Opens files and folders: lists first, then reads headers only, groups them into studies, series and slices in
 * anatomical order. Pixels are decoded for one slice of those series whose header suggests no window.
 * @param paths files and folders, in any mixture
 * @returns what opened, and a problem for everything that did not or that is doubtful; never rejects for a bad file
 */
export async function openStudies(paths: string[], options: OpenOptions = {}): Promise<OpenedStudies> {
  const { signal, onListed, onProgress, onGrown, bench = unwatched } = options
  const listed = await listFiles(paths, signal, onListed)
  const growth = new StudyGrowth(onGrown, signal, bench)
  const unread = await readHeaders(listed.files, {
    signal,
    onProgress,
    bench,
    onPause: (headers, settled) => growth.take(headers, settled)
  })
  const { studies, problems } = await growth.finish()
  const missing = await Promise.all(listed.indexes.map((path) => checkDicomdir(path, listed.files)))
  // what could not be read is named file by file
  const lost = unread.problems.filter(({ note }) => !note)
  const beside = joinAlike(unread.problems.filter(({ note }) => note))
  return { studies, problems: [...listed.problems, ...missing.flat(), ...lost, ...beside, ...problems] }
}
