import { useEffect, useRef, useState } from 'react'
import type { RankedFinding } from '../../state/findings'
import { useView } from '../../state/view'
import type { Reading } from '../reading/use-reading'
import { useFindingVerdicts } from '../verdicts/use-finding-verdicts'
import { FindingRow, rowHeight } from './finding-row'
import { isChosen } from './go-to-finding'

/** Rows drawn beyond both ends of what is seen, so that scrolling shows no gap. */
const spareRows = 3

/** The findings as a list of which only the rows in sight exist: hundreds cost no more than ten. */
export function FindingList({ reading, ranked }: { reading: Reading; ranked: RankedFinding[] }) {
  const scroller = useRef<HTMLDivElement>(null)
  const [sight, setSight] = useState({ top: 0, height: 600 })
  const selected = useView((view) => view.selected)
  const verdicts = useFindingVerdicts(reading)
  const chosen = ranked.findIndex(
    (found) => selected?.seriesId === reading.series.id && isChosen(selected, found)
  )
  useEffect(() => {
    const room = scroller.current
    if (!room) return undefined
    const look = (): void => setSight({ top: room.scrollTop, height: room.clientHeight })
    const observer = new ResizeObserver(look)
    observer.observe(room)
    room.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      room.removeEventListener('scroll', look)
    }
  }, [])
  useEffect(() => {
    const room = scroller.current
    if (!room || chosen === -1) return
    const top = chosen * rowHeight
    if (top < room.scrollTop) room.scrollTop = top
    else if (top + rowHeight > room.scrollTop + room.clientHeight)
      room.scrollTop = top + rowHeight - room.clientHeight
  }, [chosen])
  const first = Math.max(0, Math.floor(sight.top / rowHeight) - spareRows)
  const last = Math.min(ranked.length, Math.ceil((sight.top + sight.height) / rowHeight) + spareRows)
  return (
    <div className="finding-list" ref={scroller}>
      <ol
        aria-label={`${ranked.length} findings, the highest peak first`}
        style={{ height: ranked.length * rowHeight }}
        data-testid="finding-list"
        data-count={ranked.length}
      >
        {ranked.slice(first, last).map((found, i) => (
          <FindingRow
            key={`${found.sliceIndex}/${found.finding.peakAt.join('/')}`}
            found={found}
            reading={reading}
            place={first + i}
            count={ranked.length}
            chosen={first + i === chosen}
            said={verdicts.of(found.rank)}
          />
        ))}
      </ol>
    </div>
  )
}
