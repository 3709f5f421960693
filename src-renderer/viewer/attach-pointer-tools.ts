import type { Point } from './viewport-geometry'

/** What the hand does on a pane; positions and distances in CSS pixels of the pane. */
export interface PointerActions {
  scroll(slices: number): void
  zoom(factor: number, anchor: Point): void
  pan(delta: Point): void
  /** the left button goes down with the tool in hand */
  press(at: Point): Drag
  hover(at: Point | null): void
  /** the hand has let go of whatever it dragged */
  release(): void
}

/** What the left button drags; positions in CSS pixels of the pane. */
export interface Drag {
  /** @param delta since the last call. @param elapsedMs since the last call */
  move(at: Point, delta: Point, elapsedMs: number): void
  /** @param restedMs how long the hand was still before it let go */
  end(at: Point, restedMs: number): void
}

const wheelNotchPx = 50

/**
 * Binds mouse and trackpad to a pane the way most viewers do: wheel scrolls (with Ctrl it zooms), left drag uses the
 * tool in hand, middle drag or Shift and left drag pans, right drag zooms about where it started.
 * @returns the function that unbinds them
 */
export function attachPointerTools(pane: HTMLElement, actions: PointerActions): () => void {
  let dragging: { button: number; last: Point; start: Point; time: number; drag: Drag | null } | null = null
  let wheeled = 0
  let hovered: Point | null = null
  let frame = 0

  const at = (event: MouseEvent): Point => {
    const box = pane.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  const reportHover = (point: Point | null): void => {
    hovered = point
    frame ||= requestAnimationFrame(() => {
      frame = 0
      actions.hover(hovered)
    })
  }
  const down = (event: PointerEvent): void => {
    const button = event.button === 0 && event.shiftKey ? 1 : event.button
    pane.setPointerCapture(event.pointerId)
    const point = at(event)
    const drag = button === 0 ? actions.press(point) : null
    dragging = { button, last: point, start: point, time: event.timeStamp, drag }
    event.preventDefault()
    pane.focus({ preventScroll: true })
  }
  const move = (event: PointerEvent): void => {
    const point = at(event)
    reportHover(point)
    if (!dragging) return
    const delta = { x: point.x - dragging.last.x, y: point.y - dragging.last.y }
    const elapsedMs = event.timeStamp - dragging.time
    dragging.last = point
    dragging.time = event.timeStamp
    if (dragging.drag) dragging.drag.move(point, delta, elapsedMs)
    else if (dragging.button === 1) actions.pan(delta)
    else actions.zoom(Math.exp(-delta.y / 150), dragging.start)
  }
  const up = (event: PointerEvent): void => {
    if (!dragging) return
    dragging.drag?.end(at(event), event.timeStamp - dragging.time)
    dragging = null
    actions.release()
    if (pane.hasPointerCapture(event.pointerId)) pane.releasePointerCapture(event.pointerId)
  }
  const leave = (): void => {
    if (!dragging) reportHover(null)
  }
  const wheel = (event: WheelEvent): void => {
    event.preventDefault()
    const distance = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 40 : event.deltaY
    if (event.ctrlKey) {
      actions.zoom(Math.exp(-distance / 400), at(event))
      return
    }
    // a notch of a wheel is one slice whatever its distance; a trackpad's small steps add up
    if (Math.abs(distance) >= wheelNotchPx) {
      wheeled = 0
      actions.scroll(Math.sign(distance))
      return
    }
    wheeled += distance
    const slices = Math.trunc(wheeled / wheelNotchPx)
    wheeled -= slices * wheelNotchPx
    if (slices !== 0) actions.scroll(slices)
  }
  const noMenu = (event: MouseEvent): void => event.preventDefault()

  pane.addEventListener('pointerdown', down)
  pane.addEventListener('pointermove', move)
  pane.addEventListener('pointerup', up)
  pane.addEventListener('pointercancel', up)
  pane.addEventListener('pointerleave', leave)
  pane.addEventListener('wheel', wheel, { passive: false })
  pane.addEventListener('contextmenu', noMenu)
  return () => {
    cancelAnimationFrame(frame)
    pane.removeEventListener('pointerdown', down)
    pane.removeEventListener('pointermove', move)
    pane.removeEventListener('pointerup', up)
    pane.removeEventListener('pointercancel', up)
    pane.removeEventListener('pointerleave', leave)
    pane.removeEventListener('wheel', wheel)
    pane.removeEventListener('contextmenu', noMenu)
  }
}
