import { penDown, penTo, penUp } from '../../state/drawing'
import { pointCrosshair } from '../../state/linked-scroll'
import { reshapeMeasurement, selectMeasurement, useMeasurements } from '../../state/measurements'
import { drawingToolOf, useTools, type ToolName } from '../../state/tools'
import { goToSlice, setPose, setWindow, useView } from '../../state/view'
import type { Drag } from '../../viewer/attach-pointer-tools'
import { graspAt, movedBy, withHandleMoved, type Grasp } from '../../viewer/move-shape'
import { pixelToPatient } from '../../viewer/patient-geometry'
import { withMovement, type StackMotion } from '../../viewer/scroll-inertia'
import { panBy, zoomAbout, type Point } from '../../viewer/viewport-geometry'
import type { Measurement } from '../../state/measurements'
import type { PaneHold } from './pane-hold'
import { runStack, stopStack } from './run-stack'

/** CSS pixels around a line or a handle that take hold of it, and that a click may shake. */
const reachCss = 7
const shakeCss = 3
/** CSS pixels that a drag has to go for one slice. */
const scrollStepCss = 6
/** A hand that was still for so long does not throw the stack. */
const stillMs = 80

const still: Drag = { move: () => undefined, end: () => undefined }

/** What the left button does from here on: moves a measurement under it, or uses the tool in hand. */
export function pressWithTool(hold: PaneHold, at: Point): Drag {
  stopStack()
  const { activeTool, draft } = useTools.getState()
  const grasped = draft ? null : measurementAt(hold, at)
  if (grasped) return moveMeasurement(hold, grasped.measurement, grasped.grasp, at)
  if (useMeasurements.getState().selected) selectMeasurement(null)
  // a drawing is kept by its slice's index, which changes while the series grows
  if (drawingToolOf(activeTool)) return hold.reading.series.growing === undefined ? draw(hold, at) : still
  return dragWith(activeTool, hold, at)
}

function dragWith(tool: ToolName, hold: PaneHold, at: Point): Drag {
  switch (tool) {
    case 'pan':
      return {
        ...still,
        move: (_, delta) => setPose(hold.seriesId, panBy(hold.shape, hold.size, hold.pose, delta), 'pan')
      }
    case 'zoom':
      return {
        ...still,
        move: (_, delta) =>
          setPose(
            hold.seriesId,
            zoomAbout(hold.shape, hold.size, hold.pose, Math.exp(-delta.y / 150), at),
            'zoom'
          )
      }
    case 'scroll':
      return scrollStack(hold)
    case 'crosshair': {
      const point = (to: Point): void => {
        const patient = pixelToPatient(hold.reading.slice, hold.toImage(to))
        if (patient) pointCrosshair(hold.seriesId, patient)
      }
      point(at)
      return { ...still, move: point }
    }
    case 'magnifier':
      return still
    default:
      return { ...still, move: (_, delta) => adjustWindow(hold, delta) }
  }
}

/** The measurement under the pointer, the one drawn last first. */
function measurementAt(hold: PaneHold, at: Point): { measurement: Measurement; grasp: Grasp } | null {
  const { seriesId, reading } = hold
  const here = useMeasurements
    .getState()
    .list.filter((one) => one.seriesId === seriesId && one.sliceIndex === reading.sliceIndex)
  for (const measurement of [...here].reverse()) {
    const grasp = graspAt(measurement, (pixel) => hold.toScreen(pixel), at, reachCss)
    if (grasp !== null) return { measurement, grasp }
  }
  return null
}

function moveMeasurement(hold: PaneHold, { id, kind, points }: Measurement, grasp: Grasp, at: Point): Drag {
  selectMeasurement(id, grasp === 'whole' ? null : grasp)
  const from = hold.toPixel(at)
  return {
    ...still,
    move: (to) => {
      const { x, y } = hold.toPixel(to)
      const by = { x: x - from.x, y: y - from.y }
      const moved = grasp === 'whole' ? movedBy(points, by) : withHandleMoved({ kind, points }, grasp, by)
      reshapeMeasurement(id, moved, 'drag')
    }
  }
}

function draw(hold: PaneHold, at: Point): Drag {
  const { reading } = hold
  penDown({ seriesId: hold.seriesId, sliceIndex: reading.sliceIndex }, hold.toImage(at))
  useTools.setState({ cursor: null })
  return {
    move: (to) => penTo(hold.toImage(to), 1.5 * hold.pixelsPerCss),
    end: () => penUp(shakeCss * hold.pixelsPerCss)
  }
}

function scrollStack(hold: PaneHold): Drag {
  const { series } = hold.reading
  let motion: StackMotion = { speed: 0, remainder: 0 }
  return {
    move: (_, delta, elapsedMs) => {
      const moved = delta.y / scrollStepCss
      motion = withMovement(motion, moved, elapsedMs)
      const whole = motion.remainder + moved
      const slices = Math.trunc(whole)
      motion = { ...motion, remainder: whole - slices }
      if (slices !== 0)
        goToSlice(series.id, (useView.getState().slices[series.id] ?? 0) + slices, series.slices.length)
    },
    end: (_, restedMs) => {
      if (restedMs < stillMs) runStack(series.id, series.slices.length, motion)
    }
  }
}

/** Dragging right widens the window, dragging down raises its centre. */
function adjustWindow({ reading, images, seriesId }: PaneHold, delta: Point): void {
  const pixels = images.slice?.pixels
  if (!pixels || pixels.rgb) return
  const perPixel = Math.max(pixels.maximum - pixels.minimum, 1e-6) / 600
  const { window } = reading
  setWindow(
    seriesId,
    {
      ...window,
      // LINEAR turns into a step at a width of 1, which no hand aims at
      ...(window.lut || window.function ? {} : { function: 'linear-exact' as const }),
      center: window.center + delta.y * perPixel,
      width: Math.max(perPixel, window.width + delta.x * perPixel)
    },
    'window'
  )
}
