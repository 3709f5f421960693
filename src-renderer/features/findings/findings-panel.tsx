import { Panel } from '../../components/panel'
import { useFindings } from '../../state/findings'
import { RevealButton } from '../reading/reveal-button'
import type { Reading } from '../reading/use-reading'
import { FindingList } from './finding-list'
import { useFindingsOf } from './use-findings-of'

/** What lies over the threshold, joined across slices, the highest peak first; a click goes there. */
export function FindingsPanel({ reading }: { reading: Reading | null }) {
  useFindingsOf(reading)
  const { ranked, searching, seriesId } = useFindings()
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
  const mine = reading && seriesId === reading.series.id ? ranked : []
  const analysed = reading?.analysis?.slices.filter(Boolean).length ?? 0
  return (
    <Panel title="Findings" aside={searching ? `${mine.length}…` : mine.length} testId="findings-panel" grows>
      {analysed === 0 && <p className="quiet">They appear here once slices are analysed.</p>}
      {analysed > 0 && mine.length === 0 && !searching && (
        <p className="quiet" data-testid="no-findings">
          Nothing over the threshold{reading?.analysis?.status === 'running' ? ' yet' : ''}.
        </p>
      )}
      {mine.length === 0 && searching && <p className="quiet">Searching…</p>}
      {reading && mine.length > 0 && <FindingList reading={reading} ranked={mine} />}
    </Panel>
  )
}
