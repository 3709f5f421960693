import type { RankedFinding } from '../../state/findings'
import type { Reading } from '../reading/use-reading'
import type { AttachedVerdicts } from '../verdicts/attach-verdicts'
import { VerdictBadge } from '../verdicts/verdict-badge'
import { describeSize, describeSlices } from './describe-finding'
import { FindingThumbnail } from './finding-thumbnail'
import { goToFinding } from './go-to-finding'

/** Height of a row, CSS pixels: the same for all, so that the list knows where each one lies. */
export const rowHeight = 58

interface Props {
  found: RankedFinding
  reading: Reading
  /** in the list, from 0 */
  place: number
  count: number
  chosen: boolean
  said: AttachedVerdicts
}

/** One finding: what it looks like, its peak, how large it is and where; a click goes to its peak. */
export function FindingRow({ found, reading, place, count, chosen, said }: Props) {
  const { rank, finding, body } = found
  const slices = describeSlices(body)
  const size = describeSize(body)
  const spoken = `Finding ${rank}: peak ${finding.peak.toFixed(1)}, ${size}, ${slices}`
  return (
    <li
      className={chosen ? 'finding-row chosen' : 'finding-row'}
      style={{ top: place * rowHeight, height: rowHeight }}
      aria-posinset={place + 1}
      aria-setsize={count}
      data-rank={rank}
    >
      <button
        type="button"
        className="finding-button"
        aria-label={spoken}
        aria-current={chosen}
        data-testid="finding"
        data-slice={body.peakSlice + 1}
        data-first-slice={body.firstSlice + 1}
        data-last-slice={body.lastSlice + 1}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => goToFinding(reading, found)}
      >
        <FindingThumbnail found={found} reading={reading} />
        <span className="finding-text">
          <span className="finding-line">
            <b>{rank}</b>
            <span title="Highest score, in robust spreads over normal">peak {finding.peak.toFixed(1)}</span>
          </span>
          <span className="finding-line quiet">{size}</span>
          <span className="finding-line quiet">{slices}</span>
        </span>
      </button>
      <VerdictBadge said={said} />
    </li>
  )
}
