import { prefersReducedMotion } from '../../state/settings'
import { goToSlice, useView } from '../../state/view'
import { runOn, type StackMotion } from '../../viewer/scroll-inertia'

let frame = 0

/** Stops a stack that runs on by itself. */
export function stopStack(): void {
  cancelAnimationFrame(frame)
  frame = 0
}

/** Lets a stack run on after the hand has let go, slower and slower; not at all where motion is not wanted. */
export function runStack(seriesId: string, count: number, from: StackMotion): void {
  stopStack()
  if (prefersReducedMotion() || from.speed === 0) return
  let motion = from
  let before = performance.now()
  const step = (now: number): void => {
    const next = runOn(motion, Math.max(0, now - before))
    before = now
    motion = next
    const at = useView.getState().slices[seriesId] ?? 0
    if (next.slices !== 0) goToSlice(seriesId, at + next.slices, count)
    const atEnd = next.speed > 0 ? at >= count - 1 : at <= 0
    frame = next.speed === 0 || atEnd ? 0 : requestAnimationFrame(step)
  }
  frame = requestAnimationFrame(step)
}
