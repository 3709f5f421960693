import type { RankedFinding } from '../../state/findings'
import { takeBackVerdict } from '../../state/verdicts'
import type { Reading } from '../reading/use-reading'
import type { AttachedVerdicts } from './attach-verdicts'
import { judgeFinding } from './judge'
import { askReason } from './reason-chooser'
import { describeVerdict, kindSigns } from './verdict-words'

interface Props {
  reading: Reading
  finding: RankedFinding
  said: AttachedVerdicts
}

/** Confirm, reject, unsure: pressed is what the reader said; pressing it again takes it back. */
export function VerdictButtons({ reading, finding, said }: Props) {
  const { mine } = said
  const takeBack = (): void => {
    if (mine) takeBackVerdict(reading.series.id, mine.id)
  }
  const button = (kind: 'confirm' | 'reject' | 'unsure', text: string, shortcut: string) => {
    const pressed = mine?.kind === kind
    const label =
      pressed && mine ? `${describeVerdict(mine)}; take it back` : `${text} finding ${finding.rank}`
    return (
      <button
        type="button"
        className={`verdict-button ${kind}${pressed ? ' pressed' : ''}`}
        aria-pressed={pressed}
        aria-label={label}
        title={`${label} (${shortcut})`}
        data-testid={`verdict-${kind}`}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => {
          if (pressed) takeBack()
          else if (kind === 'reject') askReason(reading, finding)
          else judgeFinding(reading, finding, { kind })
        }}
      >
        <span aria-hidden="true">{kindSigns[kind]}</span> {text}
      </button>
    )
  }
  return (
    <div className="verdict-buttons" role="group" aria-label={`Verdict on finding ${finding.rank}`}>
      {button('confirm', 'Confirm', 'Y')}
      {button('reject', 'Reject', 'X')}
      {button('unsure', 'Unsure', 'U')}
    </div>
  )
}
