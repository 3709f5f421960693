import type { OpenedStudies } from '../../src-main/contract/study'
import { useView } from './view'

/** Stays with the images that are looked at where slices come in between, or before them, as their series grow. */
export function followSlices(before: OpenedStudies, after: OpenedStudies): void {
  const known = new Map(before.studies.flatMap(({ series }) => series.map((one) => [one.id, one] as const)))
  const { slices } = useView.getState()
  const moved: Record<string, number> = {}
  for (const series of after.studies.flatMap((study) => study.series)) {
    const place = slices[series.id]
    const old = known.get(series.id)
    if (place === undefined || old?.growing === undefined || old.slices === series.slices) continue
    const shown = old.slices[place]?.id
    const now = series.slices.findIndex(({ id }) => id === shown)
    moved[series.id] = now >= 0 ? now : Math.min(place, series.slices.length - 1)
  }
  if (Object.keys(moved).length > 0) useView.setState({ slices: { ...slices, ...moved } })
}
