import { dirname, join } from 'node:path'
import { NidusError } from '../../contract/errors'
import type { ExportFormat } from '../../contract/feedback-channels'
import { writeWholeFile } from '../../export/write-whole-file'
import { readerKeyOf } from '../reading/reader-sessions'
import type { FeedbackStore } from '../store/open-store'
import { currentVerdicts } from '../verdicts/query-verdicts'
import { readBundle } from './bundle'
import { toCoco } from './coco'
import { writeMaskFolder } from './mask-folder'
import { writeTrainingFolder, type ReadImage } from './training-folder'
import { toTables } from './verdict-table'
import { makeFolder } from '../../platform/make-folder'

export interface ExportRequest {
  format: ExportFormat
  /** a file for `coco`, a folder for the others; made where missing */
  out: string
  reader?: string
  studyInstanceUids?: readonly string[]
  /** for `training`: where slices come from */
  readImage?: ReadImage | null
}

/** Name of the lossless file in folders of masks. */
export const cocoFileName = 'feedback.coco.json'

/**
 * Writes verdicts out in one of the formats.
 * @returns counts of what was written
 * @throws NidusError `output-unwritable`, `usage` for a training folder of chosen readers or studies
 */
export async function exportFeedback(
  store: FeedbackStore,
  request: ExportRequest
): Promise<Record<string, number | string>> {
  const { format, out, studyInstanceUids } = request
  const readerKey = request.reader === undefined ? undefined : readerKeyOf(request.reader.trim())
  await makeOutput(format === 'coco' ? dirname(out) : out)
  if (format === 'training') {
    if (readerKey !== undefined || studyInstanceUids) {
      throw new NidusError('usage', { reason: 'a training folder holds all readers and studies' })
    }
    return { out, ...(await writeTrainingFolder(store, out, request.readImage ?? null)) }
  }
  const bundle = readBundle(store, { readerKey, studyInstanceUids })
  const current = currentVerdicts(store, readerKey === undefined ? {} : { readerKey }).filter(
    ({ image }) => !studyInstanceUids || studyInstanceUids.includes(image.studyInstanceUid)
  )
  const counts = { out, verdicts: bundle.verdicts.length, current: current.length }
  const coco = () => `${JSON.stringify(toCoco(bundle, current, store.now()))}\n`
  switch (format) {
    case 'coco':
      await writeWholeFile(out, coco())
      return counts
    case 'csv': {
      const tables = toTables(bundle)
      await writeWholeFile(join(out, 'verdicts.csv'), tables.verdicts)
      await writeWholeFile(join(out, 'readings.csv'), tables.readings)
      return counts
    }
    case 'png':
    case 'nifti': {
      await writeWholeFile(join(out, cocoFileName), coco())
      return { ...counts, masks: await writeMaskFolder(out, format, current) }
    }
  }
}

async function makeOutput(folder: string): Promise<void> {
  await makeFolder(folder).catch((thrown: NodeJS.ErrnoException) => {
    throw new NidusError('output-unwritable', { path: folder, reason: thrown.code }, { cause: thrown })
  })
}
