import type { NamedVerdict, SliceStatistics } from '../../contract/feedback'

/** A current verdict, and whether its reader has marked its whole study as read. */
export type JudgedVerdict = NamedVerdict & { studyComplete: boolean }

/** A slice of a series: what verdicts of several readers on it are joined by. */
export interface SliceKey {
  series: string
  sliceIndex: number
}

/** `series/index`, the same for every reader. */
export function keyOfSlice({ series, sliceIndex }: SliceKey): string {
  return `${series}/${sliceIndex}`
}

/** Statistics of the slices that a verdict was given on, with their keys; none where no map was computed. */
export function statisticsOf({
  image,
  analysis
}: JudgedVerdict): { key: string; statistics: SliceStatistics }[] {
  const series = image.seriesInstanceUid
  if (series === null || !analysis) return []
  return analysis.slices.map((statistics) => ({
    key: keyOfSlice({ series, sliceIndex: statistics.sliceIndex }),
    statistics
  }))
}
