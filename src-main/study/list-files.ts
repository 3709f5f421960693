import { promises as fs } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import type { StudyProblem } from '../contract/study'
import { isIndexName } from './check-dicomdir'
import { sortNaturally } from './natural-order'
import { headerNameOf } from './nifti-pair'
import { Patience } from './patience'
import { statPatiently } from './stat-patiently'
import { reasonOf } from './system-reason'
import { listZip } from './zip/list-zip'
import { isZipName } from './zip/zip-path'

/** Folders nested deeper than any archive: following further would be a loop in disguise. */
const maxDepth = 64

/** Longest wait for what a folder holds: that of a big one comes in one answer, from far away after a while. */
const folderPatienceMs = 30_000

/** What file managers and operating systems leave behind; nobody means to open these. */
const junkNames =
  /^(\..*|@eadir|thumbs\.db|ehthumbs\.db|desktop\.ini|__macosx|\$recycle\.bin|system volume information|lost\+found)$/i

/** Files found, each once, in the order given; folders are walked in natural name order. */
export interface ListedFiles {
  files: string[]
  problems: StudyProblem[]
  /** the DICOMDIRs of the folders; they are not among the files */
  indexes: string[]
}

/**
 * Turns paths into the files behind them: folders recursively, symbolic links followed once, hidden and system files
 * inside folders left out, the files inside zip archives as `archive.zip!/name`. A DICOMDIR stands for the folder
 * that it lies in, so that a moved one works too.
 * @param paths files and folders; missing and unreadable ones become problems
 * @param signal stops between files by throwing its reason
 * @param onFound how many files were found so far, after each
 */
export async function listFiles(
  paths: string[],
  signal?: AbortSignal,
  onFound?: (found: number) => void
): Promise<ListedFiles> {
  const listed: ListedFiles = { files: [], problems: [], indexes: [] }
  const visited = new Set<string>()
  for (const path of paths) {
    const absolute = resolve(path)
    const isIndex = isIndexName(basename(absolute))
    await visit(isIndex ? dirname(absolute) : absolute, 0, visited, listed, { signal, onFound })
  }
  return listed
}

interface Watch {
  signal: AbortSignal | undefined
  onFound: ((found: number) => void) | undefined
}

function stopIfAborted({ signal }: Watch): void {
  if (signal?.aborted) throw signal.reason
}

async function visit(
  path: string,
  depth: number,
  visited: Set<string>,
  listed: ListedFiles,
  watch: Watch
): Promise<void> {
  stopIfAborted(watch)
  try {
    const patience = new Patience()
    const real = await patience.within(fs.realpath(path))
    const stat = await patience.within(fs.stat(real))
    if (stat.isDirectory()) await visitFolder(path, real, depth, visited, listed, watch)
    else if (stat.isFile()) await take(path, real, visited, listed, watch)
    else listed.problems.push({ code: 'file-unreadable', path, message: 'neither a file nor a folder' })
  } catch (error) {
    if (watch.signal?.aborted) throw error
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const message = missing ? 'there is no such file or folder' : reasonOf(error)
    listed.problems.push({ code: missing ? 'file-not-found' : 'file-unreadable', path, message })
  }
}

async function visitFolder(
  path: string,
  real: string,
  depth: number,
  visited: Set<string>,
  listed: ListedFiles,
  watch: Watch
): Promise<void> {
  if (visited.has(real)) return
  visited.add(real)
  if (depth > maxDepth) {
    const message = `folders nested deeper than ${maxDepth}`
    listed.problems.push({ code: 'file-unreadable', path, message })
    return
  }
  const patience = new Patience(folderPatienceMs)
  const entries = await patience.within(fs.readdir(path, { withFileTypes: true }))
  for (const { name } of entries) if (isIndexName(name)) listed.indexes.push(join(path, name))
  const meant = entries.filter(({ name }) => !junkNames.test(name) && !isIndexName(name))
  for (const entry of sortNaturally(meant, ({ name }) => name)) {
    // the folder's listing says what plain files are: asking for each costs more than reading its header
    stopIfAborted(watch)
    if (entry.isFile()) {
      const inside = path + sep + entry.name
      const waits = take(inside, path === real ? inside : join(real, entry.name), visited, listed, watch)
      if (waits) await waits
    } else await visit(join(path, entry.name), depth + 1, visited, listed, watch)
  }
}

/** Adds a file. @returns a promise only for what has to be looked into, as one for each of 50,000 files takes its time */
function take(
  path: string,
  real: string,
  visited: Set<string>,
  listed: ListedFiles,
  watch: Watch
): Promise<void> | null {
  const header = headerNameOf(path)
  if (header !== null) return takeVoxels(path, real, header, visited, listed, watch)
  if (visited.has(real)) return null
  visited.add(real)
  if (isZipName(path)) return takeArchive(path, listed, watch)
  listed.files.push(path)
  watch.onFound?.(listed.files.length)
  return null
}

/** The voxels of a NIfTI pair stand for its header. */
async function takeVoxels(
  path: string,
  real: string,
  header: string,
  visited: Set<string>,
  listed: ListedFiles,
  watch: Watch
): Promise<void> {
  try {
    const isPair = (await statPatiently(header))?.isFile() === true
    const [file, place] = isPair ? [header, await new Patience().within(fs.realpath(header))] : [path, real]
    if (visited.has(place)) return
    visited.add(place)
    listed.files.push(file)
    watch.onFound?.(listed.files.length)
  } catch (error) {
    // one wait for it is enough
    visited.add(header)
    listed.problems.push({ code: 'file-unreadable', path: header, message: reasonOf(error) })
  }
}

/** The files of an archive, as those of a folder. */
async function takeArchive(path: string, listed: ListedFiles, watch: Watch): Promise<void> {
  const { paths, problems } = await listZip(path, (name) => !isJunkInside(name), watch.signal).catch(
    (error: unknown) => {
      if (watch.signal?.aborted) throw error
      return { paths: [], problems: [{ code: 'file-unreadable' as const, path, message: reasonOf(error) }] }
    }
  )
  const meant: string[] = []
  for (const inside of paths) (isIndexName(basename(inside)) ? listed.indexes : meant).push(inside)
  const names = new Set(meant)
  for (const name of sortNaturally(meant, (name) => name)) {
    if (!names.has(headerNameOf(name) ?? '')) listed.files.push(name)
  }
  listed.problems.push(...problems)
  watch.onFound?.(listed.files.length)
}

function isJunkInside(name: string): boolean {
  return name.split('/').some((part) => junkNames.test(part))
}
