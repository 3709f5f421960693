import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NidusError } from '../../contract/errors'
import type { NamedVerdict } from '../../contract/feedback'
import { writeWholeFile } from '../../export/write-whole-file'
import { unpackMask } from '../masks/slice-mask'
import type { ReturnedMask } from './coco'
import { encodeCsv, parseCsv } from './csv'
import { encodeMaskPng } from './encode-mask-png'
import { affineOf, decodeNifti, encodeNifti, type LabelVolume } from './nifti'
import { makeFolder } from '../../platform/make-folder'

const header = [
  'file',
  'label_value',
  'verdict_id',
  'kind',
  'reason',
  'reader',
  'study_uid',
  'series_uid',
  'sop_uid',
  'slice_index',
  'rows',
  'columns'
]
type IndexRow = (string | number | null)[]

const withMasks = (verdicts: readonly NamedVerdict[]) => verdicts.filter(({ masks }) => masks.length > 0)

function indexRow(
  file: string,
  label: number,
  verdict: NamedVerdict,
  mask: NamedVerdict['masks'][number]
): IndexRow {
  const { image } = verdict
  const about = [verdict.id, verdict.kind, verdict.reason, verdict.reader, image.studyInstanceUid]
  return [file, label, ...about, image.seriesInstanceUid, mask.sopInstanceUid, mask.sliceIndex, ...mask.size]
}

/** One 8-bit PNG a verdict and slice, 0 and 255, on the source grid. */
async function writePngs(folder: string, verdicts: readonly NamedVerdict[]): Promise<IndexRow[]> {
  const index: IndexRow[] = []
  await makeFolder(join(folder, 'masks'))
  for (const verdict of withMasks(verdicts)) {
    for (const mask of verdict.masks) {
      const [rows, columns] = mask.size
      const file = `masks/${verdict.id}_${String(mask.sliceIndex).padStart(4, '0')}.png`
      await writeWholeFile(join(folder, file), encodeMaskPng(unpackMask(mask), rows, columns))
      index.push(indexRow(file, 255, verdict, mask))
    }
  }
  return index
}

/** Number of slices of a series as far as its verdicts know. */
function sliceCount(verdicts: readonly NamedVerdict[]): number {
  const known = verdicts.flatMap(({ image, masks }) => [
    image.geometry?.sliceCount ?? 1,
    ...masks.map(({ sliceIndex }) => sliceIndex + 1)
  ])
  return Math.max(...known)
}

/**
 * Volumes of one series. Each verdict is a label value; verdicts that overlap earlier ones go into a further volume,
 * so that no pixel is lost.
 */
function layersOf(verdicts: readonly NamedVerdict[]): { volume: LabelVolume; verdicts: NamedVerdict[] }[] {
  const { image } = verdicts[0]
  const [rows, columns, slices] = [image.rows!, image.columns!, sliceCount(verdicts)]
  const geometry = verdicts.map((verdict) => verdict.image.geometry).find((known) => known !== null) ?? null
  const affine = geometry && affineOf(geometry)
  const layers: { volume: LabelVolume; verdicts: NamedVerdict[] }[] = []
  for (const verdict of verdicts) {
    const pixels = verdict.masks.flatMap((mask) => {
      const offset = mask.sliceIndex * rows * columns
      return [...unpackMask(mask).entries()].filter(([, value]) => value).map(([i]) => offset + i)
    })
    let layer = layers.find(({ volume }) => pixels.every((pixel) => volume.labels[pixel] === 0))
    if (!layer) {
      const labels = new Uint16Array(columns * rows * slices)
      layer = { volume: { columns, rows, slices, labels, affine }, verdicts: [] }
      layers.push(layer)
    }
    layer.verdicts.push(verdict)
    for (const pixel of pixels) layer.volume.labels[pixel] = layer.verdicts.length
  }
  return layers
}

async function writeVolumes(folder: string, verdicts: readonly NamedVerdict[]): Promise<IndexRow[]> {
  const index: IndexRow[] = []
  await makeFolder(join(folder, 'volumes'))
  const bySeries = new Map<string, NamedVerdict[]>()
  for (const verdict of withMasks(verdicts)) {
    const { seriesInstanceUid, rows, columns } = verdict.image
    const key = `${seriesInstanceUid} ${rows}x${columns}`
    bySeries.set(key, [...(bySeries.get(key) ?? []), verdict])
  }
  for (const [key, ofSeries] of bySeries) {
    const name = createHash('sha256').update(key).digest('hex').slice(0, 16)
    for (const [number, layer] of layersOf(ofSeries).entries()) {
      const file = `volumes/${name}_${number + 1}.nii.gz`
      await writeWholeFile(join(folder, file), encodeNifti(layer.volume))
      layer.verdicts.forEach((verdict, i) =>
        verdict.masks.forEach((mask) => index.push(indexRow(file, i + 1, verdict, mask)))
      )
    }
  }
  return index
}

/**
 * Writes the masks of verdicts as files, with `index.csv` saying which file and value belongs to which verdict.
 * @returns the number of masks
 * @throws NidusError `output-unwritable`
 */
export async function writeMaskFolder(
  folder: string,
  format: 'png' | 'nifti',
  verdicts: readonly NamedVerdict[]
): Promise<number> {
  const index = await (format === 'png' ? writePngs : writeVolumes)(folder, verdicts)
  await writeWholeFile(join(folder, 'index.csv'), encodeCsv(header, index))
  return index.length
}

/**
 * Reads the masks of such a folder back, perhaps edited. Masks that are not there any more are left out.
 * @returns the masks, and the files that could not be read with the reason
 * @throws NidusError `feedback-import-invalid`, `file-not-found`
 */
export async function readMaskFolder(
  folder: string
): Promise<{ masks: ReturnedMask[]; failed: { file: string; reason: string }[] }> {
  const text = await readFile(join(folder, 'index.csv'), 'utf8').catch(() => {
    throw new NidusError('file-not-found', { path: join(folder, 'index.csv') })
  })
  const masks: ReturnedMask[] = []
  const failed: { file: string; reason: string }[] = []
  const volumes = new Map<string, LabelVolume>()
  for (const row of parseCsv(text)) {
    const [rows, columns, sliceIndex] = [row.rows, row.columns, row.slice_index].map(Number)
    try {
      if (!/^(masks|volumes)\/[\w-]+\.(png|nii\.gz)$/.test(row.file)) throw new Error('no name of a mask')
      const path = join(folder, row.file)
      const mask = row.file.endsWith('.png')
        ? await readPng(path, rows, columns)
        : sliceOf(await readVolume(path, volumes), sliceIndex, rows, columns, Number(row.label_value))
      masks.push({ verdictId: row.verdict_id, sliceIndex, rows, columns, mask })
    } catch (thrown) {
      failed.push({ file: row.file, reason: thrown instanceof Error ? thrown.message : String(thrown) })
    }
  }
  return { masks, failed }
}

async function readPng(path: string, rows: number, columns: number): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  const { data, info } = await sharp(path).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  if (info.width !== columns || info.height !== rows) throw new Error('not on the grid of the image')
  return Uint8Array.from({ length: rows * columns }, (_, i) => (data[i * info.channels] > 127 ? 1 : 0))
}

async function readVolume(path: string, known: Map<string, LabelVolume>): Promise<LabelVolume> {
  const volume = known.get(path) ?? decodeNifti(await readFile(path))
  known.set(path, volume)
  return volume
}

function sliceOf(
  volume: LabelVolume,
  sliceIndex: number,
  rows: number,
  columns: number,
  label: number
): Uint8Array {
  if (volume.rows !== rows || volume.columns !== columns || sliceIndex >= volume.slices) {
    throw new Error('not on the grid of the series')
  }
  const from = sliceIndex * rows * columns
  return Uint8Array.from(volume.labels.subarray(from, from + rows * columns), (value) =>
    value === label ? 1 : 0
  )
}
