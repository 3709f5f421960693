import { Facts } from '../../components/facts'
import { Panel } from '../../components/panel'
import { useProbe } from '../../state/probe'
import type { Reading } from './use-reading'

/** The values of the pixel under the pointer. */
export function ProbePanel({ reading }: { reading: Reading | null }) {
  const probe = useProbe((state) => state.probe)
  const unit = reading?.series.valueUnit ?? ''
  return (
    <Panel title="Pixel" testId="probe">
      {probe ? (
        <Facts
          rows={[
            ['Column, row', `${probe.x}, ${probe.y}`],
            ['Stored', probe.rgb ? probe.rgb.join(', ') : probe.stored],
            [unit === 'HU' ? 'HU' : capital(unit || 'value'), round(probe.value)],
            [
              'Score',
              probe.score === null
                ? '–'
                : probe.inForeground
                  ? probe.score.toFixed(2)
                  : 'outside the analysed area'
            ]
          ]}
        />
      ) : (
        <p className="quiet">Move the pointer over an image.</p>
      )}
    </Panel>
  )
}

const round = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(6))
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
