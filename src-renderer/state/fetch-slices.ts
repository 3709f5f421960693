import type { OpenedStudies, Series, Slice } from '../../src-main/contract/study'
import { nidus, unwrap } from '../api/nidus'

/** Of long series, by id and growth: what was fetched once is not fetched again. Ids are never given out twice. */
const fetched = new Map<string, Promise<Slice[]>>()

/**
 * Fetches the slices that a list of studies leaves out, a thousand at a time.
 * @returns the same list with every slice; the list itself where it lacks none
 * @throws describes why main could not answer, `not-found` where a series was closed meanwhile
 */
export function withSlices(opened: OpenedStudies): OpenedStudies | Promise<OpenedStudies> {
  const all = opened.studies.flatMap(({ series }) => series)
  const present = new Set(all.map(keyOf))
  for (const key of fetched.keys()) if (!present.has(key)) fetched.delete(key)
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
  const key = keyOf(series)
  let fetching = fetched.get(key)
  if (!fetching) {
    fetching = fetchSlices(series.id, sliceCount)
    fetched.set(key, fetching)
    fetching.catch(() => fetched.delete(key))
  }
  return { ...series, slices: await fetching }
}

function keyOf({ id, growing }: Pick<Series, 'id' | 'growing'>): string {
  return `${id}|${growing ?? 'whole'}`
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
