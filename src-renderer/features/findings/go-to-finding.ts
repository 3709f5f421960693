import { useFindings, type RankedFinding } from '../../state/findings'
import { goToSlice, poseOf, setPose, useView, type FindingKey } from '../../state/view'
import { centreOn } from '../../viewer/viewport-geometry'
import type { Reading } from '../reading/use-reading'

/** Goes to the peak of a finding and marks it; where the image is larger than its pane, brings it to the middle. */
export function goToFinding(reading: Reading, { sliceIndex, finding }: RankedFinding): void {
  const seriesId = reading.series.id
  goToSlice(seriesId, sliceIndex, reading.series.slices.length)
  useView.setState({ selected: { seriesId, sliceIndex, x: finding.peakAt[0], y: finding.peakAt[1] } })
  const pose = poseOf(useView.getState(), seriesId)
  const slice = reading.series.slices[sliceIndex]
  if (pose.zoom <= 1 || !slice) return
  const [x, y, width, height] = finding.bbox
  setPose(seriesId, centreOn(slice, anyPane, pose, { x: x + width / 2, y: y + height / 2 }))
}

/** A pose is free of the size of the pane, so what is in the middle of one is in the middle of all. */
const anyPane = { width: 1, height: 1 }

/** Whether a finding is the chosen one. */
export function isChosen(selected: FindingKey | null, { sliceIndex, finding }: RankedFinding): boolean {
  return (
    selected !== null &&
    selected.sliceIndex === sliceIndex &&
    selected.x === finding.peakAt[0] &&
    selected.y === finding.peakAt[1]
  )
}

/** The finding before or after the chosen one, in the order of the list. */
export function stepFinding(reading: Reading, step: 1 | -1): void {
  const { ranked, seriesId } = useFindings.getState()
  if (seriesId !== reading.series.id) return
  const { selected } = useView.getState()
  const now = ranked.findIndex((found) => isChosen(selected, found))
  const next = ranked[now === -1 ? 0 : now + step]
  if (next) goToFinding(reading, next)
}
