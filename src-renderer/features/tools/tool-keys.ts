import { toggleCine } from '../../state/cine'
import { moveCursor, penKey } from '../../state/drawing'
import { redo, undo } from '../../state/history'
import { pointCrosshair, useLinkedScroll } from '../../state/linked-scroll'
import {
  removeMeasurement,
  reshapeMeasurement,
  selectMeasurement,
  selectedMeasurement,
  useMeasurements
} from '../../state/measurements'
import { chooseTool, drawingToolOf, letGo, useTools, type ToolName } from '../../state/tools'
import { poseOf, useView } from '../../state/view'
import { handlesOf, movedBy, withHandleMoved } from '../../viewer/move-shape'
import { pixelToPatient } from '../../viewer/patient-geometry'
import { invert, pixelToCanvasMatrix, transformPoint, type Point } from '../../viewer/viewport-geometry'
import type { Reading } from '../reading/use-reading'
import { toolOfKey } from './tool-list'
import { stepThroughHistory } from './tool-rail'

const arrows: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 }
}

/** Ctrl with a key: undo and redo. @returns whether the key was one of them */
export function historyKey(event: KeyboardEvent): boolean {
  const key = event.key.toLowerCase()
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false
  if (key === 'y' || (key === 'z' && event.shiftKey)) stepThroughHistory(redo)
  else if (key === 'z') stepThroughHistory(undo)
  else return false
  return true
}

/**
 * Keys of the tools and of what is drawn. With a drawing tool Enter brings the keyboard's cross, arrows move it and
 * Enter places points; arrows move a selected measurement, Enter goes through its handles, Delete removes it.
 * @returns whether the key meant anything here
 */
export function toolKey(reading: Reading, event: KeyboardEvent): boolean {
  const { key, shiftKey } = event
  const arrow = arrows[key]
  if (arrow) return moveByKey(reading, screenStep(reading, arrow, shiftKey ? 10 : 1))
  if (key === 'Enter') return enter(reading)
  if (key === 'Delete' || key === 'Backspace') return removeSelected(reading)
  if (key === 'Escape') return escape()
  if (key.toLowerCase() === 'c' && !shiftKey) return done(toggleCine(reading.series.id))
  if (key === 'L' && shiftKey) return done(useLinkedScroll.setState(({ on }) => ({ on: !on })))
  const tool = toolOfKey(key, shiftKey)
  return tool ? done(chooseTool(tool)) : false
}

const done = (_: void): true => true

/** Whether the keyboard's cross means something for a tool. */
const pointsAt = (tool: ToolName): boolean =>
  drawingToolOf(tool) !== undefined || tool === 'crosshair' || tool === 'magnifier'

function moveByKey(reading: Reading, by: Point): boolean {
  const { cursor } = useTools.getState()
  if (cursor) {
    const { rows, columns } = reading.slice
    moveCursor({
      x: Math.min(columns, Math.max(0, cursor.x + by.x)),
      y: Math.min(rows, Math.max(0, cursor.y + by.y))
    })
    return true
  }
  const selected = selectedHere(reading)
  if (!selected) return false
  const { handle } = useMeasurements.getState()
  const { id, points } = selected
  reshapeMeasurement(
    id,
    handle === null ? movedBy(points, by) : withHandleMoved(selected, handle, by),
    'keys'
  )
  return true
}

function enter(reading: Reading): boolean {
  const { activeTool, cursor } = useTools.getState()
  const { series, sliceIndex, slice } = reading
  if (pointsAt(activeTool)) {
    if (!cursor) {
      useTools.setState({
        cursor: { x: Math.floor(slice.columns / 2) + 0.5, y: Math.floor(slice.rows / 2) + 0.5 }
      })
    } else if (activeTool === 'crosshair') {
      const patient = pixelToPatient(slice, cursor)
      if (patient) pointCrosshair(series.id, patient)
    } else if (drawingToolOf(activeTool) && series.growing === undefined)
      penKey({ seriesId: series.id, sliceIndex }, cursor)
    return true
  }
  const selected = selectedHere(reading)
  if (!selected) return false
  const handles = handlesOf(selected).length
  const { handle } = useMeasurements.getState()
  const next = handle === null ? 0 : handle + 1
  selectMeasurement(selected.id, next < handles ? next : null)
  return true
}

function removeSelected(reading: Reading): boolean {
  const selected = selectedHere(reading)
  if (selected) removeMeasurement(selected.id)
  return selected !== undefined
}

function escape(): boolean {
  if (letGo()) return true
  if (!useMeasurements.getState().selected) return false
  selectMeasurement(null)
  return true
}

function selectedHere({ series, sliceIndex }: Reading) {
  const selected = selectedMeasurement()
  return selected?.seriesId === series.id && selected.sliceIndex === sliceIndex ? selected : undefined
}

/** Source pixels that go with a step on the screen: along the axis of the image that lies nearest to it. */
function screenStep({ series, slice }: Reading, direction: Point, pixels: number): Point {
  const pose = poseOf(useView.getState(), series.id)
  const matrix = invert(pixelToCanvasMatrix(slice, { width: 100, height: 100 }, pose))
  const from = transformPoint(matrix, { x: 0, y: 0 })
  const to = transformPoint(matrix, direction)
  const [x, y] = [to.x - from.x, to.y - from.y]
  return Math.abs(x) >= Math.abs(y) ? { x: Math.sign(x) * pixels, y: 0 } : { x: 0, y: Math.sign(y) * pixels }
}
