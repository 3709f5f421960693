import { NidusError } from '../../contract/errors'
import { isSilence } from '../patience'
import { statPatiently } from '../stat-patiently'
import { bytesInMemory, bytesOfFile, bytesWithin, type ArchiveBytes } from './archive-bytes'
import { EntryList, type ZipEntry } from './entry-list'
import { readDirectory } from './read-directory'
import { contentStart, readEntry } from './read-entry'
import { recoverEntries } from './recover-entries'
import { pathInside, splitsOf } from './zip-path'

/** An archive with the list of its files; whoever opened it closes its bytes. */
export interface Archive {
  bytes: ArchiveBytes
  entries: ReadonlyMap<string, ZipEntry>
  /** names of files that can not be read, by the reason */
  refused: ReadonlyMap<string, string[]>
  /** what is wrong with it as a whole; null where nothing is */
  damage: string | null
  /** name of the file that it ends in; null where it is whole */
  cut: string | null
}

/** A file in an archive that is open. */
export interface ArchivedFile {
  /** of the archive */
  bytes: ArchiveBytes
  entry: ZipEntry
}

/** Archives kept open: reading the list of a large one for every slice would cost more than the slice. */
const mostOpen = 4

/** Archives that are packed inside of others are unpacked into memory. */
const mostHeldBytes = 1 << 29

interface OpenArchive {
  opening: Promise<Archive>
  /** once it is open */
  heldBytes: number
}

/** Least recently used first, by path and the state of the file on the disk. */
const openArchives = new Map<string, OpenArchive>()

/**
 * Opens a file in an archive, or in one inside of that; the caller closes the bytes.
 * @returns null where the path leads into no archive
 * @throws NidusError `file-not-found` where the archive has no such file, and what {@link openArchive} throws
 */
export async function openArchived(path: string): Promise<ArchivedFile | null> {
  for (const { archive, name } of splitsOf(path)) {
    const stat = await statPatiently(archive)
    if (stat?.isFile()) return findIn(archive, name)
  }
  return null
}

async function findIn(path: string, name: string): Promise<ArchivedFile> {
  const { bytes, entries } = await openArchive(path)
  const entry = entries.get(name)
  if (entry) return { bytes, entry }
  await bytes.close()
  for (const split of splitsOf(name)) {
    if (entries.has(split.archive)) return findIn(pathInside(path, split.archive), split.name)
  }
  throw new NidusError('file-not-found', { reason: 'the archive holds no such file' })
}

/**
 * Opens an archive, on the disk or inside of another one, or takes it from those that are open.
 * @param signal ends the search for the files of a damaged one by throwing its reason
 * @throws NidusError `file-unreadable` where it is no zip archive, nothing of it can be read, or it does not fit into
 *   memory; errors of the file system
 */
export async function openArchive(path: string, signal?: AbortSignal): Promise<Archive> {
  const key = await keyOf(path)
  const known = openArchives.get(key) ?? start(path, key, signal)
  openArchives.delete(key)
  openArchives.set(key, known)
  const archive = await known.opening
  // before anybody else closes it
  return { ...archive, bytes: archive.bytes.share() }
}

/** What is open of a file that has changed since is found no more, and closed as the oldest at last. */
async function keyOf(path: string): Promise<string> {
  for (const root of [...[...splitsOf(path)].map(({ archive }) => archive), path]) {
    const stat = await statPatiently(root)
    if (stat?.isFile()) return `${stat.mtimeMs}|${stat.size}|${path}`
  }
  return path
}

function start(path: string, key: string, signal?: AbortSignal): OpenArchive {
  const started: OpenArchive = { opening: readArchive(path, signal), heldBytes: 0 }
  const settle = (archive?: Archive): void => {
    if (archive) started.heldBytes = archive.bytes.heldBytes
    else if (openArchives.get(key) === started) openArchives.delete(key)
    closeOldest()
  }
  started.opening.then(settle, () => settle())
  return started
}

function closeOldest(): void {
  let held = [...openArchives.values()].reduce((sum, { heldBytes }) => sum + heldBytes, 0)
  for (const [key, { opening, heldBytes }] of openArchives) {
    if (openArchives.size <= mostOpen && (held <= mostHeldBytes || openArchives.size === 1)) break
    openArchives.delete(key)
    held -= heldBytes
    opening.then(({ bytes }) => bytes.close()).catch(() => undefined)
  }
}

async function readArchive(path: string, signal?: AbortSignal): Promise<Archive> {
  const inside = await openArchived(path)
  const bytes = inside ? await unpackArchive(inside) : await bytesOfFile(path)
  const list = new EntryList()
  try {
    const { damage, cut } = await readLists(bytes, list, signal)
    return { bytes, entries: list.entries, refused: list.refused, damage, cut }
  } catch (error) {
    await bytes.close()
    throw error
  }
}

/** What is stored is read where it lies. */
async function unpackArchive({ bytes, entry }: ArchivedFile): Promise<ArchiveBytes> {
  try {
    if (!entry.deflated) return bytesWithin(bytes, await contentStart(bytes, entry), entry.sizeBytes)
    if (entry.sizeBytes > mostHeldBytes) {
      const reason =
        'an archive inside of another one that takes more than 512 MiB: unpack the outer one first'
      throw new NidusError('file-unreadable', { reason })
    }
    return bytesInMemory(await readEntry(bytes, entry, entry.sizeBytes), bytes.modifiedMs)
  } finally {
    await bytes.close()
  }
}

async function readLists(
  bytes: ArchiveBytes,
  list: EntryList,
  signal?: AbortSignal
): Promise<Pick<Archive, 'damage' | 'cut'>> {
  let damage: string | null
  try {
    damage = await readDirectory(bytes, list)
    if (damage === null || list.isFull) return { damage, cut: null }
  } catch (error) {
    if (!(error instanceof NidusError) || isSilence(error)) throw error
    damage = String(error.context.reason)
  }
  const cut = await recoverEntries(bytes, list, signal)
  const found = list.entries.size
  if (found + list.refused.size === 0)
    throw new NidusError('file-unreadable', { reason: `no zip archive: ${damage}` })
  const files = found === 1 ? 'one file was' : `${found} files were`
  return { damage: `damaged: ${damage}; ${files} found by going through it`, cut }
}
