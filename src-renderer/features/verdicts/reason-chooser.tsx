import { useEffect, useRef } from 'react'
import { create } from 'zustand'
import type { RejectReason } from '../../../src-main/contract/feedback'
import type { RankedFinding } from '../../state/findings'
import { useView } from '../../state/view'
import type { Reading } from '../reading/use-reading'
import { judgeFinding } from './judge'
import { reasonLabels } from './verdict-words'

/** What is being rejected and waits for its reason; null where nothing is. */
export const useRejecting = create<{ asked: { reading: Reading; found: RankedFinding } | null }>(() => ({
  asked: null
}))

/** Asks why a finding is rejected. From this moment on digits are its own, also before it is drawn. */
export function askReason(reading: Reading, found: RankedFinding): void {
  useRejecting.setState({ asked: { reading, found } })
  // before the keys of the window, some of which are the same
  window.addEventListener('keydown', takeKey, { capture: true })
}

function endAsking(): void {
  useRejecting.setState({ asked: null })
  window.removeEventListener('keydown', takeKey, { capture: true })
}

function choose(reason: RejectReason): void {
  const { asked } = useRejecting.getState()
  endAsking()
  if (asked) judgeFinding(asked.reading, asked.found, { kind: 'reject', reason })
}

function takeKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const reason = /^[1-9]$/.test(event.key) ? reasonLabels[Number(event.key) - 1]?.[0] : undefined
  if (!reason && event.key !== 'Escape') return
  event.preventDefault()
  event.stopImmediatePropagation()
  if (reason) choose(reason)
  else endAsking()
}

/** The reasons of a rejection, by digit or click, over the image. */
export function ReasonChooser({ reading }: { reading: Reading }) {
  const found = useRejecting((state) => state.asked?.found)
  const list = useRef<HTMLDivElement>(null)
  const seriesId = reading.series.id
  const selected = useView((view) => view.selected)

  // another finding in hand, another series, or no image at all: the question is gone
  useEffect(() => endAsking, [seriesId, selected])
  useEffect(() => {
    if (!found) return undefined
    const before = document.activeElement
    list.current?.querySelector('button')?.focus()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
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
