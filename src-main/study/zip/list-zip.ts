import type { StudyProblem } from '../../contract/study'
import { statPatiently } from '../stat-patiently'
import { reasonOf } from '../system-reason'
import { maxEntries } from './entry-list'
import { openArchive, type Archive } from './open-archive'
import { isZipName, pathInside } from './zip-path'

/** Archives in archives in an archive; what is nested deeper is made to fill memory. */
const deepest = 3

/** Archives inside of one that are looked into. */
const mostInside = 1000

/** What they may unpack to together, by the size of the outermost: archives of images do not shrink further by much. */
const likelyRatio = 8
const fewUnpackedBytes = 1 << 26

/** Files in archives, and what can not be read of these. */
export interface ListedZip {
  /** as `archive.zip!/name` */
  paths: string[]
  problems: StudyProblem[]
}

/** What is left of what one archive may cost together with those inside of it. */
interface Allowance {
  archives: number
  files: number
  bytes: number
  /** of archives that were left out */
  leftOut: number
}

/**
 * Names of the files in a zip archive and in those inside of it. Nothing is unpacked but archives that are packed in one
 * another.
 * @param isMeant tells the files that are wanted, by their names in their archive
 * @param signal stops between archives by throwing its reason
 */
export async function listZip(
  path: string,
  isMeant: (name: string) => boolean,
  signal?: AbortSignal
): Promise<ListedZip> {
  const listed: ListedZip = { paths: [], problems: [] }
  const sizeBytes = (await statPatiently(path))?.size ?? 0
  const bytes = fewUnpackedBytes + likelyRatio * sizeBytes
  const allowance: Allowance = { archives: mostInside, files: maxEntries, bytes, leftOut: 0 }
  await listArchive(path, 1, allowance, listed, isMeant, signal)
  if (allowance.leftOut > 0) {
    const count = allowance.leftOut === 1 ? 'one archive' : `${allowance.leftOut} archives`
    const message = `${count} inside of it left out: nested too deep, too many or too large; unpack the outer one first`
    listed.problems.push({ code: 'archive-incomplete', path, message })
  }
  return listed
}

async function listArchive(
  path: string,
  depth: number,
  allowance: Allowance,
  listed: ListedZip,
  isMeant: (name: string) => boolean,
  signal?: AbortSignal
): Promise<void> {
  if (signal?.aborted) throw signal.reason
  const archive = await open(path, listed, signal)
  if (!archive) return
  const { entries, refused, damage, cut } = archive
  await archive.bytes.close()
  if (damage !== null) listed.problems.push({ code: 'archive-incomplete', path, message: damage })
  if (cut !== null) {
    const message = 'the archive ends inside of this file'
    listed.problems.push({ code: 'archive-incomplete', path: pathInside(path, cut), message })
  }
  const total = [...refused.values()].reduce((sum, { length }) => sum + length, entries.size)
  for (const [reason, names] of refused) {
    const meant = names.filter(isMeant)
    const [only] = meant
    if (only === undefined) continue
    const problem =
      meant.length === 1
        ? { path: pathInside(path, only), message: reason }
        : { path, message: `${meant.length} of its ${total} files are each ${reason}` }
    listed.problems.push({ code: 'file-unreadable', ...problem })
  }
  for (const { name, deflated, sizeBytes } of entries.values()) {
    if (!isMeant(name)) continue
    const inside = pathInside(path, name)
    if (!isZipName(name)) {
      listed.paths.push(inside)
      allowance.files--
    } else if (depth >= deepest || isUsedUp(allowance, deflated ? sizeBytes : 0)) allowance.leftOut++
    else {
      allowance.archives--
      if (deflated) allowance.bytes -= sizeBytes
      await listArchive(inside, depth + 1, allowance, listed, isMeant, signal)
    }
  }
}

function isUsedUp({ archives, files, bytes }: Allowance, wantedBytes: number): boolean {
  return archives < 1 || files < 1 || bytes < wantedBytes
}

async function open(path: string, { problems }: ListedZip, signal?: AbortSignal): Promise<Archive | null> {
  try {
    return await openArchive(path, signal)
  } catch (error) {
    if (signal?.aborted) throw error
    problems.push({ code: 'file-unreadable', path, message: reasonOf(error) })
    return null
  }
}
