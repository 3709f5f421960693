import { NidusError } from '../../contract/errors'
import type { StudyProblem } from '../../contract/study'
import { openStudies } from '../../study/open-studies'
import { fewestNormals, type NormalSlice } from './fit-statistics'

/** More slices would not move the statistics but take long; of more, evenly spaced ones are taken. */
const mostNormals = 1000

export interface Normals {
  slices: NormalSlice[]
  /** slices found, before any were left out */
  found: number
  modalities: string[]
  /** Body Part Examined where all series agree on one */
  bodyPart: string | null
  problems: StudyProblem[]
}

/**
 * Opens the folder of normal images that statistics are fitted from.
 * @throws model-statistics-failed where there are too few slices
 */
export async function listNormals(folder: string, signal: AbortSignal): Promise<Normals> {
  const { studies, problems } = await openStudies([folder], { signal })
  const all = studies.flatMap(({ studyInstanceUid, series }) =>
    series.flatMap((one) => one.slices.map((slice) => ({ study: studyInstanceUid, series: one, slice })))
  )
  if (all.length < fewestNormals) {
    const first = problems[0] ? ` (${problems[0].path}: ${problems[0].message})` : ''
    throw new NidusError('model-statistics-failed', {
      path: folder,
      reason: `${all.length} slices found, at least ${fewestNormals} normal ones are needed${first}`
    })
  }
  const taken = Math.min(all.length, mostNormals)
  const parts = new Set(all.map(({ series }) => series.bodyPart))
  const [only] = parts
  return {
    slices: Array.from({ length: taken }, (_, i) => all[Math.floor((i * all.length) / taken)]),
    found: all.length,
    modalities: [...new Set(all.map(({ series }) => series.modality))].sort(),
    bodyPart: parts.size === 1 && only ? only : null,
    problems
  }
}
