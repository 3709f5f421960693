import type { OpenedStudies, Series, Slice } from '../../src-main/contract/study'
import { nidus, unwrap } from '../api/nidus'

/** Of long series, by their ids, which are never given out twice: what was fetched once is not fetched again. */
const fetched = new Map<string, Promise<Slice[]>>()

/**
 * Fetches the slices that a list of studies leaves out, a thousand at a time.
 * @returns the same list with every slice; the list itself where it lacks none
 * @throws describes why main could not answer, `not-found` where a series was closed meanwhile
 */
export function withSlices(opened: OpenedStudies): OpenedStudies | Promise<OpenedStudies> {
  const all = opened.studies.flatMap(({ series }) => series)
  const present = new Set(all.map(({ id }) => id))
  for (const id of fetched.keys()) if (!present.has(id)) fetched.delete(id)
  return all.some(({ sliceCount }) => sliceCount !== undefined) ? fill(opened) : opened
}

async function fill(opened: OpenedStudies): Promise<OpenedStudies> {
  const studies: OpenedStudies['studies'] = []
  for (const study of opened.studies) {
    const series: Series[] = []
    for (const one of study.series) series.push(await whole(one))
    studies.push({ ...study, series })
  }
  return { ...opened, studies }
}

async function whole({ sliceCount, ...series }: Series): Promise<Series> {
  if (sliceCount === undefined) return series
  let fetching = fetched.get(series.id)
  if (!fetching) {
    fetching = fetchSlices(series.id, sliceCount)
    fetched.set(series.id, fetching)
    fetching.catch(() => fetched.delete(series.id))
  }
  return { ...series, slices: await fetching }
}

async function fetchSlices(seriesId: string, count: number): Promise<Slice[]> {
  const slices: Slice[] = []
  while (slices.length < count) {
    const part = await unwrap(nidus.slices({ seriesId, from: slices.length }))
    if (part.length === 0) break
    slices.push(...part)
  }
  return slices
}
