import { useEffect, useRef } from 'react'
import { Panel } from '../../components/panel'
import { findFindings, useFindings, type RankedFinding } from '../../state/findings'
import { goToSlice, poseOf, setPose, useView } from '../../state/view'
import { centreOn } from '../../viewer/viewport-geometry'
import { RevealButton } from '../reading/reveal-button'
import type { Reading } from '../reading/use-reading'

const shownAtMost = 200

/** Regions over the threshold, the highest first; a click goes there. */
export function FindingsPanel({ reading }: { reading: Reading | null }) {
  useFindingsOf(reading)
  const { ranked, searching, seriesId } = useFindings()
  const selected = useView((view) => view.selected)
  const mine = reading && seriesId === reading.series.id ? ranked : []
  const analysed = reading?.analysis?.slices.filter(Boolean).length ?? 0
  if (reading && !reading.revealed) {
    return (
      <Panel title="Findings" testId="findings-panel" grows>
        <p className="quiet" data-testid="findings-hidden">
          Hidden for your first look. Read the study as you would without Nidus, then reveal what the model
          found.
        </p>
        <RevealButton reading={reading} testId="reveal-findings" />
      </Panel>
    )
  }
  return (
    <Panel title="Findings" aside={searching ? `${mine.length}…` : mine.length} testId="findings-panel" grows>
      {analysed === 0 && <p className="quiet">They appear here once slices are analysed.</p>}
      {analysed > 0 && mine.length === 0 && !searching && (
        <p className="quiet" data-testid="no-findings">
          Nothing over the threshold{reading?.analysis?.status === 'running' ? ' yet' : ''}.
        </p>
      )}
      {mine.length === 0 && searching && <p className="quiet">Searching…</p>}
      {mine.length > 0 && (
        <table className="findings">
          <thead>
            <tr>
              <th scope="col">#</th>
              <th scope="col">Slice</th>
              <th scope="col">Peak</th>
              <th scope="col">Area</th>
            </tr>
          </thead>
          <tbody>
            {mine.slice(0, shownAtMost).map((found) => (
              <FindingRow
                key={`${found.sliceIndex}/${found.finding.peakAt.join('/')}`}
                found={found}
                reading={reading as Reading}
                chosen={
                  selected?.seriesId === seriesId &&
                  selected?.sliceIndex === found.sliceIndex &&
                  selected.x === found.finding.peakAt[0] &&
                  selected.y === found.finding.peakAt[1]
                }
              />
            ))}
          </tbody>
        </table>
      )}
      {mine.length > shownAtMost && (
        <p className="quiet">…and {mine.length - shownAtMost} more; a higher threshold shows fewer.</p>
      )}
    </Panel>
  )
}

function FindingRow({ found, reading, chosen }: { found: RankedFinding; reading: Reading; chosen: boolean }) {
  const { rank, sliceIndex, finding } = found
  return (
    <tr
      className={chosen ? 'chosen' : undefined}
      aria-selected={chosen}
      onClick={() => goToFinding(reading, found)}
    >
      <td>
        <button
          type="button"
          className="link"
          data-testid="finding"
          onClick={() => goToFinding(reading, found)}
        >
          {rank}
        </button>
      </td>
      <td>{sliceIndex + 1}</td>
      <td>{finding.peak.toFixed(1)}</td>
      <td>{finding.areaMm2 === null ? `${finding.areaPx} px` : `${finding.areaMm2.toFixed(0)} mm²`}</td>
    </tr>
  )
}

/** Goes to the slice of a finding and marks it; where the image is larger than its pane, brings it to the middle. */
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

/** The finding before or after the chosen one, in the order of the list. */
export function stepFinding(reading: Reading, step: 1 | -1): void {
  const { ranked } = useFindings.getState()
  const { selected } = useView.getState()
  const now = ranked.findIndex(
    ({ sliceIndex, finding }) =>
      sliceIndex === selected?.sliceIndex &&
      finding.peakAt[0] === selected.x &&
      finding.peakAt[1] === selected.y
  )
  const next = ranked[now === -1 ? 0 : now + step]
  if (next) goToFinding(reading, next)
}

/** Asks for the findings again whenever the threshold, the map or the slices analysed have changed. */
function useFindingsOf(reading: Reading | null): void {
  const seriesId = reading?.series.id
  const map = reading?.map
  const threshold = reading?.threshold ?? 0
  const slices = reading?.analysis?.slices
  const running = reading?.analysis?.status === 'running'
  const lastAsked = useRef(0)
  const lastQuestion = useRef('')
  useEffect(() => {
    if (!seriesId || !map || !slices?.some(Boolean)) return undefined
    const question = `${seriesId}/${map}/${threshold}`
    const isNew = question !== lastQuestion.current
    lastQuestion.current = question
    // slices come many a second while an analysis runs
    const pause = running && !isNew ? 700 - (performance.now() - lastAsked.current) : 0
    const timer = setTimeout(
      () => {
        lastAsked.current = performance.now()
        findFindings({ seriesId, map, threshold })
      },
      Math.max(isNew ? 0 : 20, pause)
    )
    return () => clearTimeout(timer)
  }, [seriesId, map, threshold, slices, running])
}
