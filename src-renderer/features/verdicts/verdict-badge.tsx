import type { AttachedVerdicts } from './attach-verdicts'
import { describeVerdict, kindSigns } from './verdict-words'

/** What was said of a finding, as a sign with its words: the reader's own, then those of others once they show. */
export function VerdictBadge({ said }: { said: AttachedVerdicts }) {
  const { mine, others } = said
  if (!mine && others.length === 0) return null
  return (
    <span className="verdict-badges">
      {mine && (
        <span
          className={`verdict-badge ${mine.kind}`}
          role="img"
          aria-label={describeVerdict(mine)}
          title={mine.text ? `${describeVerdict(mine)} – ${mine.text}` : describeVerdict(mine)}
          data-testid="verdict-badge"
        >
          {kindSigns[mine.kind]}
        </span>
      )}
      {others.map((verdict) => (
        <span
          key={verdict.id}
          className={`verdict-badge of-other ${verdict.kind}`}
          role="img"
          aria-label={`${verdict.reader}: ${describeVerdict(verdict)}`}
          title={`${verdict.reader}: ${describeVerdict(verdict)}${verdict.text ? ` – ${verdict.text}` : ''}`}
          data-testid="verdict-badge-other"
        >
          {kindSigns[verdict.kind]}
        </span>
      ))}
    </span>
  )
}
