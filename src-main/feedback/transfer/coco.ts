import { z } from 'zod'
import { NidusError } from '../../contract/errors'
import type { NamedVerdict, Verdict } from '../../contract/feedback'
import { researchNotice } from '../../contract/notice'
import { decodeRuns, unpackRuns } from '../masks/run-length'
import { measureMask, unpackMask } from '../masks/slice-mask'
import type { FeedbackBundle } from './bundle'

/** What an annotation says about its region; ids are fixed. */
export const cocoCategories = [
  { id: 1, name: 'anomaly', supercategory: 'verdict' },
  { id: 2, name: 'false-positive', supercategory: 'verdict' },
  { id: 3, name: 'unsure', supercategory: 'verdict' },
  { id: 4, name: 'missed-anomaly', supercategory: 'verdict' }
] as const

const categoryOf = { confirm: 1, reject: 2, unsure: 3, missed: 4 } as const

function isRegional(verdict: NamedVerdict): verdict is NamedVerdict & { kind: keyof typeof categoryOf } {
  return verdict.kind in categoryOf && verdict.region !== null
}

/** One box and mask for each slice that a verdict covers. */
function annotationsOf(verdict: NamedVerdict & { kind: keyof typeof categoryOf }) {
  const { region, image } = verdict
  const shared = { category_id: categoryOf[verdict.kind], iscrowd: 0 }
  const named = (sliceIndex: number) => ({
    verdict_id: verdict.id,
    slice_index: sliceIndex,
    reason: verdict.reason,
    reader: verdict.reader,
    peak: region!.peak,
    threshold: verdict.analysis?.threshold ?? null
  })
  if (verdict.masks.length === 0) {
    const annotation = { ...shared, segmentation: [], area: region!.areaPx, bbox: region!.bbox }
    return [{ sliceIndex: image.sliceIndex!, annotation: { ...annotation, nidus: named(image.sliceIndex!) } }]
  }
  return verdict.masks.map((mask) => ({
    sliceIndex: mask.sliceIndex,
    annotation: {
      ...shared,
      segmentation: { size: mask.size, counts: mask.counts },
      ...measureRuns(mask),
      nidus: named(mask.sliceIndex)
    }
  }))
}

function measureRuns(mask: Verdict['masks'][number]) {
  const measured = measureMask(unpackMask(mask), mask.size[1])
  return { area: measured?.areaPx ?? 0, bbox: measured?.bbox ?? [0, 0, 0, 0] }
}

/**
 * Verdicts in COCO's object detection format (cocodataset.org, Data format), masks as compressed run-length code.
 * Current verdicts with a region become annotations; the member `nidus` holds everything, so that importing the
 * file elsewhere loses nothing.
 * @param current verdicts to annotate
 * @param created instant of the export
 */
export function toCoco(bundle: FeedbackBundle, current: readonly NamedVerdict[], created: Date) {
  const images = new Map<string, { id: number } & Record<string, unknown>>()
  const annotations: Record<string, unknown>[] = []
  for (const verdict of current.filter(isRegional)) {
    const { image } = verdict
    for (const { sliceIndex, annotation } of annotationsOf(verdict)) {
      const mask = verdict.masks.find((candidate) => candidate.sliceIndex === sliceIndex)
      const sop = mask ? mask.sopInstanceUid : image.sopInstanceUid
      const key = `${image.seriesInstanceUid}/${sliceIndex}`
      const known = images.get(key) ?? {
        id: images.size + 1,
        file_name: sop ? `${sop}.dcm` : `${key}.png`,
        width: image.columns,
        height: image.rows,
        nidus: {
          study_instance_uid: image.studyInstanceUid,
          series_instance_uid: image.seriesInstanceUid,
          sop_instance_uid: sop,
          slice_index: sliceIndex,
          modality: image.modality
        }
      }
      images.set(key, known)
      annotations.push({ id: annotations.length + 1, image_id: known.id, ...annotation })
    }
  }
  return {
    info: {
      description: `Nidus verdicts. ${researchNotice}`,
      version: '1.0',
      date_created: created.toISOString()
    },
    licenses: [],
    images: [...images.values()],
    annotations,
    categories: cocoCategories.map((category) => ({ ...category })),
    nidus: { format: 'nidus-feedback', formatVersion: 1, ...bundle }
  }
}

const cocoSchema = z.object({
  annotations: z
    .array(
      z.object({
        segmentation: z.unknown().optional(),
        nidus: z.object({ verdict_id: z.string(), slice_index: z.number().int().nonnegative() }).optional()
      })
    )
    .default([]),
  nidus: z.looseObject({ format: z.literal('nidus-feedback'), formatVersion: z.literal(1) })
})
const runLengthSchema = z.object({
  size: z.tuple([z.number().int().positive(), z.number().int().positive()]),
  counts: z.union([z.string(), z.array(z.number().int().nonnegative())])
})

/** A mask that came back for a verdict: 0 and 1, [rows * columns] of the slice. */
export interface ReturnedMask {
  verdictId: string
  sliceIndex: number
  rows: number
  columns: number
  mask: Uint8Array
}

/**
 * Reads a COCO file that Nidus wrote and that may have been edited since.
 * @returns the bundle for `mergeBundle`, and the masks of its annotations for `applyReturnedMasks`
 * @throws NidusError `feedback-import-invalid`
 */
export function fromCoco(text: string): { bundle: unknown; masks: ReturnedMask[] } {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (thrown) {
    throw new NidusError('feedback-import-invalid', { reason: 'no JSON' }, { cause: thrown })
  }
  const parsed = cocoSchema.safeParse(content)
  if (!parsed.success) throw new NidusError('feedback-import-invalid', { reason: 'no Nidus feedback in it' })
  const masks = parsed.data.annotations.flatMap(({ nidus, segmentation }) => {
    const code = runLengthSchema.safeParse(segmentation)
    if (!nidus || !code.success) return []
    const [rows, columns] = code.data.size
    const { counts } = code.data
    const runs = typeof counts === 'string' ? unpackRuns(counts) : counts
    const mask = decodeRuns(runs, rows, columns)
    return [{ verdictId: nidus.verdict_id, sliceIndex: nidus.slice_index, rows, columns, mask }]
  })
  return { bundle: parsed.data.nidus, masks }
}
