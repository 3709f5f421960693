import { useEffect, useRef } from 'react'
import { create } from 'zustand'
import type { RejectReason } from '../../../src-main/contract/feedback'
import type { RankedFinding } from '../../state/findings'
import { useView } from '../../state/view'
import type { Reading } from '../reading/use-reading'
import { judgeFinding } from './judge'
import { reasonLabels } from './verdict-words'

/** The finding that is being rejected and waits for its reason; null where none is. */
export const useRejecting = create<{ found: RankedFinding | null }>(() => ({ found: null }))

/** Asks why a finding is rejected. */
export function askReason(found: RankedFinding | null): void {
  useRejecting.setState({ found })
}

/** The reasons of a rejection, by digit or click, over the image. While it shows, digits are its own. */
export function ReasonChooser({ reading }: { reading: Reading }) {
  const found = useRejecting((state) => state.found)
  const list = useRef<HTMLDivElement>(null)
  const seriesId = reading.series.id
  const selected = useView((view) => view.selected)

  useEffect(() => askReason(null), [seriesId, selected])
  useEffect(() => {
    if (!found) return undefined
    const before = document.activeElement
    list.current?.querySelector('button')?.focus()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [found])

  const choose = (reason: RejectReason): void => {
    askReason(null)
    if (found) judgeFinding(reading, found, { kind: 'reject', reason })
  }
  const latest = useRef(choose)
  latest.current = choose
  useEffect(() => {
    if (!found) return undefined
    // before the keys of the window, some of which are the same
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const reason = /^[1-9]$/.test(event.key) ? reasonLabels[Number(event.key) - 1]?.[0] : undefined
      if (!reason && event.key !== 'Escape') return
      event.preventDefault()
      event.stopImmediatePropagation()
      if (reason) latest.current(reason)
      else askReason(null)
    }
    window.addEventListener('keydown', press, { capture: true })
    return () => window.removeEventListener('keydown', press, { capture: true })
  }, [found])

  if (!found) return null
  return (
    <div
      className="reason-chooser"
      role="dialog"
      aria-label={`Why is finding ${found.rank} rejected?`}
      data-testid="reason-chooser"
      ref={list}
    >
      <p>Reject finding {found.rank} because</p>
      <ol>
        {reasonLabels.map(([reason, label], place) => (
          <li key={reason}>
            <button
              type="button"
              className="tool-button"
              data-testid={`reason-${reason}`}
              onClick={() => choose(reason)}
            >
              <kbd>{place + 1}</kbd> {label}
            </button>
          </li>
        ))}
      </ol>
    </div>
  )
}
