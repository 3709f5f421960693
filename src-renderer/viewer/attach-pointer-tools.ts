import type { Point } from './viewport-geometry'

/** What the hand does on a pane; positions and distances in CSS pixels of the pane. */
export interface PointerActions {
  scroll(slices: number): void
  zoom(factor: number, anchor: Point): void
  pan(delta: Point): void
  /** dragging right widens the window, dragging down raises its centre */
  adjustWindow(delta: Point): void
  hover(at: Point | null): void
}

const wheelNotchPx = 50

/**
 * Binds mouse and trackpad to a pane the way most viewers do: wheel scrolls (with Ctrl it zooms), left drag sets
 * the window, middle drag or Shift and left drag pans, right drag zooms about where it started.
 * @returns the function that unbinds them
 */
export function attachPointerTools(pane: HTMLElement, actions: PointerActions): () => void {
  let dragging: { button: number; last: Point; start: Point } | null = null
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
    dragging = { button, last: at(event), start: at(event) }
    event.preventDefault()
    pane.focus({ preventScroll: true })
  }
  const move = (event: PointerEvent): void => {
    const point = at(event)
    reportHover(point)
    if (!dragging) return
    const delta = { x: point.x - dragging.last.x, y: point.y - dragging.last.y }
    dragging.last = point
    if (dragging.button === 0) actions.adjustWindow(delta)
    else if (dragging.button === 1) actions.pan(delta)
    else actions.zoom(Math.exp(-delta.y / 150), dragging.start)
  }
  const up = (event: PointerEvent): void => {
    dragging = null
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
