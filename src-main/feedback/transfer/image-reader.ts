import { NidusError } from '../../contract/errors'
import type { Series, Slice, Study } from '../../contract/study'
import { openStudies } from '../../study/open-studies'
import { readSlice } from '../../study/read-slice'
import type { ReadImage } from './training-folder'

/**
 * Reads the slices of verdicts from files and folders.
 * @param paths files and folders
 * @throws NidusError `nothing-readable`
 */
export async function imageReader(paths: string[]): Promise<ReadImage> {
  const { studies } = await openStudies(paths)
  if (studies.every(({ series }) => series.length === 0)) {
    throw new NidusError('nothing-readable', { reason: 'no studies under --images' })
  }
  return imageReaderOf(studies)
}

/**
 * Finds the slices of verdicts in studies: by SOP Instance UID within the series, by index where the image has none or
 * shares it with other frames.
 */
export function imageReaderOf(studies: readonly Study[]): ReadImage {
  const bySeries = new Map<string, Series[]>()
  for (const series of studies.flatMap((study) => study.series)) {
    bySeries.set(series.seriesInstanceUid, [...(bySeries.get(series.seriesInstanceUid) ?? []), series])
  }
  return async ({ seriesInstanceUid, sopInstanceUid, sliceIndex }) => {
    for (const series of bySeries.get(seriesInstanceUid) ?? []) {
      const slice = findSlice(series.slices, sopInstanceUid, sliceIndex)
      if (!slice) continue
      const { rows, columns, modality } = await readSlice(series, slice)
      return { rows, columns, values: modality }
    }
    return null
  }
}

function findSlice(slices: Slice[], sopInstanceUid: string | null, sliceIndex: number): Slice | undefined {
  if (sopInstanceUid === null) return slices[sliceIndex]
  const candidates = slices.filter((slice) => slice.sopInstanceUid === sopInstanceUid)
  return candidates.length > 1 ? candidates.find(({ index }) => index === sliceIndex) : candidates[0]
}
