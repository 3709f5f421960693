import { useFindings } from '../../state/findings'
import { tell } from '../../state/notices'
import { chooseTool, useTools, type ToolName } from '../../state/tools'
import { withReader } from '../../state/verdicts'
import type { Reading } from '../reading/use-reading'
import { findingInHand, judgeFinding, toggleSliceNormal, toggleStudyNormal } from './judge'
import { askReason } from './reason-chooser'

type Action = (reading: Reading, event: KeyboardEvent) => void

const judge =
  (kind: 'confirm' | 'unsure'): Action =>
  (reading) => {
    const found = findingInHand(reading) ?? complain(reading)
    if (found) judgeFinding(reading, found, { kind })
  }
const take =
  (tool: ToolName): Action =>
  () =>
    chooseTool(useTools.getState().activeTool === tool ? 'window' : tool)

function complain(reading: Reading): null {
  const { ranked, seriesId } = useFindings.getState()
  const any = seriesId === reading.series.id && ranked.length > 0
  tell(
    'info',
    any ? 'Which finding? Choose one with N and P or in the list.' : 'There is no finding to judge.'
  )
  return null
}

/** Keys with which a verdict is given. */
export const verdictKeys: Record<string, Action> = {
  y: judge('confirm'),
  u: judge('unsure'),
  x: (reading) => {
    const found = findingInHand(reading) ?? complain(reading)
    if (found) withReader(() => askReason(reading, found))
  },
  k: (reading, event) => (event.shiftKey ? toggleStudyNormal(reading) : toggleSliceNormal(reading)),
  q: (reading, event) => take(event.shiftKey ? 'missed-freehand' : 'missed-ellipse')(reading, event),
  b: take('missed-brush')
}

/** The same for the sheet of keys. */
export const verdictKeyHelp: [string, [string, string][]] = [
  'Verdicts',
  [
    ['Y  X  U', 'confirm, reject, unsure'],
    ['1 to 5 after X', 'reason of the rejection'],
    ['Q  Shift + Q  B', 'draw a missed finding: ellipse, outline, brush'],
    ['K  Shift + K', 'slice normal, study normal'],
    ['Ctrl + Z', 'undo']
  ]
]
