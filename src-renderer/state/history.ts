import { create } from 'zustand'

/**
 * One thing the reader did. `undo` and `redo` must not push steps themselves; where they reject, the step stays where
 * it was.
 */
export interface HistoryStep {
  /** in a few words, for the hint of the button: `length`, `window`, `verdict` */
  label: string
  undo(): void | Promise<void>
  redo(): void | Promise<void>
  /** steps of one gesture, such as a drag, count as one while it lasts; see {@link endGesture} */
  gesture?: string
}

/** Enough for a reading; more would only hold on to closed studies. */
const mostSteps = 200
/** A gesture without an end of its own, such as turning the wheel, ends with a pause. */
const gesturePauseMs = 700

interface History {
  /** the last one is undone next */
  done: readonly HistoryStep[]
  /** the last one is redone next */
  undone: readonly HistoryStep[]
}

/** What can be taken back and done again: view changes, measurements and verdicts in one order. */
export const useHistory = create<History>(() => ({ done: [], undone: [] }))

let gestureUntil = -Infinity
let turn: Promise<void> = Promise.resolve()

/** Remembers what was just done. What was undone before can not be redone any longer. */
export function pushStep(step: HistoryStep): void {
  const { done } = useHistory.getState()
  const last = done[done.length - 1]
  const now = performance.now()
  const continues = last?.gesture !== undefined && last.gesture === step.gesture && now < gestureUntil
  gestureUntil = step.gesture === undefined ? -Infinity : now + gesturePauseMs
  const kept = continues ? done.slice(0, -1) : done
  const added = continues ? { ...step, undo: last.undo } : step
  useHistory.setState({ done: [...kept, added].slice(-mostSteps), undone: [] })
}

/** Ends a drag: the next step is one of its own. */
export function endGesture(): void {
  gestureUntil = -Infinity
}

/** Takes the last step back. Nothing happens where there is none; rejects where the step can not be undone. */
export function undo(): Promise<void> {
  return inTurn(async () => {
    const { done } = useHistory.getState()
    const step = done[done.length - 1]
    if (!step) return
    endGesture()
    await step.undo()
    useHistory.setState((now) => ({
      done: now.done.filter((other) => other !== step),
      undone: [...now.undone, step]
    }))
  })
}

/** Does the step last taken back again. */
export function redo(): Promise<void> {
  return inTurn(async () => {
    const { undone } = useHistory.getState()
    const step = undone[undone.length - 1]
    if (!step) return
    await step.redo()
    useHistory.setState((now) => ({
      done: [...now.done, step],
      undone: now.undone.filter((other) => other !== step)
    }))
  })
}

/** Forgets all steps, because what they were about is closed. */
export function clearHistory(): void {
  endGesture()
  useHistory.setState({ done: [], undone: [] })
}

/** One at a time: a step may take a while where it asks main. */
function inTurn(work: () => Promise<void>): Promise<void> {
  const run = turn.then(work)
  turn = run.catch(() => undefined)
  return run
}
