import { join } from 'node:path'
import type { NamedVerdict } from '../../contract/feedback'
import { encodeNpy } from '../../export/write-npy'
import { writeWholeFile } from '../../export/write-whole-file'
import { unpackMask } from '../masks/slice-mask'
import { readingState } from '../reading/record-reading'
import type { FeedbackStore } from '../store/open-store'
import { keyedHash } from '../store/patient-key'
import { currentVerdicts } from '../verdicts/query-verdicts'
import { encodeCsv } from './csv'
import { encodeMaskPng } from './encode-mask-png'
import { labelSlices, type SliceLabel } from './slice-labels'
import { makeFolder } from '../../platform/make-folder'

/** Modality values of a slice, [rows * columns]; null where the image is not at hand. */
export type ReadImage = (
  slice: Pick<SliceLabel, 'studyInstanceUid' | 'seriesInstanceUid' | 'sopInstanceUid' | 'sliceIndex'>
) => Promise<{ rows: number; columns: number; values: Float32Array } | null>

const header = ['file', 'label', 'mask', 'study', 'series', 'image', 'patient', 'slice_index', 'modality']

function unionMask({ masks, rows, columns }: SliceLabel): Uint8Array | null {
  if (masks.length === 0 || !rows || !columns) return null
  const union = new Uint8Array(rows * columns)
  for (const mask of masks) unpackMask(mask).forEach((value, i) => value && (union[i] = 1))
  return union
}

/**
 * Writes labelled slices for training: `index.csv` with one row a slice, `images/*.npy` (float32 modality values,
 * [rows, columns]) where the images are given, `masks/*.png` of anomalous slices, and `left-out.csv` with the slices
 * that have no certain label. No UID leaves: study, series and image are keyed hashes, and so are file names; the
 * patient column keeps patients together, for splits must not divide them.
 * @returns how many slices of each label, how many without image, and how many were left out
 * @throws NidusError `output-unwritable`
 */
export async function writeTrainingFolder(
  store: FeedbackStore,
  folder: string,
  readImage: ReadImage | null
): Promise<{ normal: number; anomalous: number; withoutImage: number; leftOut: number }> {
  const states = new Map<string, boolean>()
  const isComplete = ({ readerKey, image }: NamedVerdict): boolean => {
    const key = `${readerKey}\n${image.studyInstanceUid}`
    const known = states.get(key) ?? readingState(store, readerKey, image.studyInstanceUid).completed
    states.set(key, known)
    return known
  }
  const { labels, left } = labelSlices(currentVerdicts(store), isComplete)
  const short = (kind: 'study' | 'series' | 'image', text: string) =>
    keyedHash(store.salt, kind, text).slice(0, 32)
  await makeFolder(join(folder, 'images'))
  await makeFolder(join(folder, 'masks'))
  const rows: (string | number)[][] = []
  const totals = { normal: 0, anomalous: 0, withoutImage: 0, leftOut: left.length }
  for (const slice of labels) {
    const image = short(
      'image',
      `${slice.seriesInstanceUid}/${slice.sopInstanceUid ?? ''}/${slice.sliceIndex}`
    )
    const pixels = readImage ? await readImage(slice) : null
    const file = pixels ? `images/${image}.npy` : ''
    if (pixels)
      await writeWholeFile(join(folder, file), encodeNpy(pixels.values, [pixels.rows, pixels.columns]))
    else totals.withoutImage += 1
    const mask = unionMask(slice)
    const maskFile = mask ? `masks/${image}.png` : ''
    if (mask) await writeWholeFile(join(folder, maskFile), encodeMaskPng(mask, slice.rows!, slice.columns!))
    totals[slice.label] += 1
    rows.push([
      ...[file, slice.label, maskFile],
      ...[short('study', slice.studyInstanceUid), short('series', slice.seriesInstanceUid), image],
      ...[slice.patientKey, slice.sliceIndex, slice.modality]
    ])
  }
  await writeWholeFile(join(folder, 'index.csv'), encodeCsv(header, rows))
  const leftRows = left.map((slice) => [
    short('study', slice.studyInstanceUid),
    short('series', slice.seriesInstanceUid),
    slice.sliceIndex,
    slice.reason
  ])
  await writeWholeFile(
    join(folder, 'left-out.csv'),
    encodeCsv(['study', 'series', 'slice_index', 'reason'], leftRows)
  )
  return totals
}
