import { promises as fs } from 'node:fs'
import type { Readable } from 'node:stream'
import * as yauzl from 'yauzl'
import { NidusError } from '../contract/errors'

/** Between an archive's path and a file's name inside it: `/media/study.zip!/DICOM/IM1`. */
const separator = '!/'

/** An archive claims more than this only to fill memory. */
const maxEntryBytes = 1 << 30
const maxEntries = 200_000

/** Archives kept open: reading the list of a large one for every slice would cost more than the slice. */
const maxOpenArchives = 2

interface Archive {
  zip: yauzl.ZipFile
  entries: Map<string, yauzl.Entry>
  /** why the list ends early, where it does */
  damage: string | null
  modifiedMs: number
  sizeBytes: number
}

const openArchives = new Map<string, Promise<Archive>>()

/** True for names by which archives are found in folders; their content is checked when they are opened. */
export function isZipName(path: string): boolean {
  return /\.zip$/i.test(path)
}

/** Archive and name inside it, or null for paths of ordinary files. */
export function splitZipPath(path: string): { archive: string; name: string } | null {
  const match = /^(.*?\.zip)!\/(.+)$/is.exec(path)
  return match ? { archive: match[1] as string, name: match[2] as string } : null
}

/**
 * Names of the files in a zip archive, as paths that {@link splitZipPath} takes apart. Nothing is unpacked.
 * @returns the files listed before the archive's list breaks off, and why it does
 * @throws NidusError `file-unreadable` where it is no zip archive or lists no file that can be followed
 */
export async function listZip(archive: string): Promise<{ paths: string[]; damage: string | null }> {
  const { entries, damage } = await openArchive(archive)
  return { paths: [...entries.keys()].map((name) => `${archive}${separator}${name}`), damage }
}

/** Size of an unpacked file and when its archive was changed. */
export async function statZipEntry(
  archive: string,
  name: string
): Promise<{ sizeBytes: number; modifiedMs: number }> {
  const { entry, modifiedMs } = await findEntry(archive, name)
  return { sizeBytes: entry.uncompressedSize, modifiedMs }
}

/**
 * Unpacks a file, or its beginning.
 * @param length how many bytes at most
 * @throws NidusError `file-not-found`, `file-unreadable` where it is encrypted, damaged or larger than a gibibyte
 */
export async function readZipEntry(archive: string, name: string, length: number): Promise<Uint8Array> {
  const { entry, zip } = await findEntry(archive, name)
  if (entry.isEncrypted()) throw new NidusError('file-unreadable', { reason: 'it is encrypted' })
  if (entry.uncompressedSize > maxEntryBytes) {
    throw new NidusError('file-unreadable', { reason: 'it unpacks to more than a gibibyte' })
  }
  const wanted = Math.min(length, entry.uncompressedSize)
  const stream = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => (error ? reject(damaged(error)) : resolve(opened)))
  })
  const bytes = new Uint8Array(wanted)
  let filled = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const part = chunk.subarray(0, wanted - filled)
      bytes.set(part, filled)
      filled += part.length
      if (filled >= wanted && wanted < entry.uncompressedSize) break
    }
  } catch (error) {
    throw damaged(error)
  } finally {
    stream.destroy()
  }
  return bytes.subarray(0, filled)
}

async function findEntry(archive: string, name: string) {
  const { zip, entries, modifiedMs } = await openArchive(archive)
  const entry = entries.get(name)
  if (!entry) throw new NidusError('file-not-found', { reason: 'the archive holds no such file' })
  return { zip, entry, modifiedMs }
}

async function openArchive(path: string): Promise<Archive> {
  const stat = await fs.stat(path)
  const known = openArchives.get(path)
  openArchives.delete(path)
  if (known) {
    const archive = await known.catch(() => null)
    if (archive && archive.modifiedMs === stat.mtimeMs && archive.sizeBytes === stat.size) {
      openArchives.set(path, known)
      return archive
    }
    archive?.zip.close()
  }
  const opening = readDirectory(path, stat.mtimeMs, stat.size)
  openArchives.set(path, opening)
  opening.catch(() => openArchives.get(path) === opening && openArchives.delete(path))
  for (const [oldest, archive] of openArchives) {
    if (openArchives.size <= maxOpenArchives) break
    openArchives.delete(oldest)
    archive.then(({ zip }) => zip.close()).catch(() => undefined)
  }
  return opening
}

function readDirectory(path: string, modifiedMs: number, sizeBytes: number): Promise<Archive> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error) {
        reject(damaged(error))
        return
      }
      const entries = new Map<string, yauzl.Entry>()
      const finish = (thrown: unknown): void => {
        const damage = thrown === null ? null : messageOf(thrown)
        if (damage === null || entries.size > 0) resolve({ zip, entries, damage, modifiedMs, sizeBytes })
        else {
          zip.close()
          reject(damaged(thrown))
        }
      }
      zip.on('error', finish)
      zip.on('end', () => finish(null))
      zip.on('entry', (entry: yauzl.Entry) => {
        if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry)
        if (entries.size >= maxEntries) finish(new Error(`it lists more than ${maxEntries} files`))
        else zip.readEntry()
      })
      zip.readEntry()
    })
  })
}

function damaged(error: unknown): NidusError {
  if (error instanceof NidusError) return error
  const reason = `the zip archive cannot be read: ${messageOf(error)}`
  return new NidusError('file-unreadable', { reason }, { cause: error })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : 'it is damaged'
}
