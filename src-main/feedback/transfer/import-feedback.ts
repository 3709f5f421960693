import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { NidusError } from '../../contract/errors'
import type { FeedbackStore } from '../store/open-store'
import { findVerdict } from '../verdicts/query-verdicts'
import { unpackMask } from '../masks/slice-mask'
import { applyReturnedMasks } from './apply-returned-masks'
import { fromCoco, type ReturnedMask } from './coco'
import { cocoFileName } from './export-feedback'
import { readMaskFolder } from './mask-folder'
import { mergeBundle, type MergeReport } from './merge-bundle'
import { fromTables } from './verdict-table'

/** What an import did. Nothing that was refused is in the store. */
export interface ImportReport {
  added: MergeReport['added']
  unchanged: number
  editedMasks: number
  refused: { id: string; reason: string }[]
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    const code = thrown.code === 'ENOENT' ? 'file-not-found' : 'file-unreadable'
    throw new NidusError(code, { path, reason: thrown.code }, { cause: thrown })
  })
}

/** Bundle and masks of whatever Nidus exported: a COCO file, a table, or a folder of either or of masks. */
async function readExport(
  path: string
): Promise<{ bundle: unknown; masks: ReturnedMask[]; failed: { file: string; reason: string }[] }> {
  if (!existsSync(path)) throw new NidusError('file-not-found', { path })
  if (!statSync(path).isDirectory()) {
    if (!path.endsWith('.csv')) return { ...fromCoco(await read(path)), failed: [] }
    const readings = join(dirname(path), 'readings.csv')
    const bundle = fromTables(await read(path), existsSync(readings) ? await read(readings) : null)
    return { bundle, masks: [], failed: [] }
  }
  if (existsSync(join(path, 'verdicts.csv'))) return readExport(join(path, 'verdicts.csv'))
  if (existsSync(join(path, 'index.csv')) && existsSync(join(path, cocoFileName))) {
    // the masks count as files here; the copies in the COCO file are as they were exported
    return { bundle: fromCoco(await read(join(path, cocoFileName))).bundle, ...(await readMaskFolder(path)) }
  }
  throw new NidusError('feedback-import-invalid', { path, reason: 'no export of Nidus in this folder' })
}

/** Masks that differ from those of their verdicts; of unknown verdicts too, so that they are reported. */
function editedMasks(store: FeedbackStore, masks: ReturnedMask[]): ReturnedMask[] {
  return masks.filter(({ verdictId, sliceIndex, mask }) => {
    const stored = findVerdict(store, verdictId)?.masks.find((known) => known.sliceIndex === sliceIndex)
    return !stored || Buffer.compare(unpackMask(stored), mask) !== 0
  })
}

/**
 * Imports what Nidus exported: merges by id, then takes over masks that were edited in another program.
 * @param path a COCO file, a table, or the folder of an export
 * @param reader in whose name edited masks are stored
 * @throws NidusError `file-not-found`, `file-unreadable`, `feedback-import-invalid`; `request-invalid` when masks
 *   were edited and no reader is named (the merge is done then)
 */
export async function importFeedback(
  store: FeedbackStore,
  path: string,
  reader: string | undefined
): Promise<ImportReport> {
  const { bundle, masks, failed } = await readExport(path)
  const { added, unchanged, refused } = mergeBundle(store, bundle, basename(path))
  const report: ImportReport = {
    added,
    unchanged,
    editedMasks: 0,
    refused: [...refused, ...failed.map(({ file, reason }) => ({ id: file, reason }))]
  }
  const edited = editedMasks(store, masks)
  if (edited.length === 0) return report
  if (reader === undefined) {
    throw new NidusError('request-invalid', {
      reason: `${edited.length} masks were edited: name who did with --reader`
    })
  }
  const applied = applyReturnedMasks(store, reader, edited)
  report.editedMasks = applied.edited
  report.refused.push(...applied.refused.map(({ verdictId, reason }) => ({ id: verdictId, reason })))
  return report
}
