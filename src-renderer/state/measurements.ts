import { create } from 'zustand'
import type { Point } from '../viewer/viewport-geometry'
import { pushStep } from './history'
import { registerDrawingTool, type DrawnShape } from './tools'

/** Shapes that measure. */
export const measurementKinds = ['length', 'angle', 'ellipse', 'rectangle', 'freehand'] as const
export type MeasurementKind = (typeof measurementKinds)[number]

/** A measurement on one slice, in source pixels as in {@link DrawnShape}: it stays where it is on the patient. */
export interface Measurement {
  id: string
  /** 1 for the first of its series */
  number: number
  seriesId: string
  sliceIndex: number
  kind: MeasurementKind
  points: Point[]
}

interface Measurements {
  list: readonly Measurement[]
  selected: string | null
  /** the point of the selected one that keys move; null for the whole */
  handle: number | null
}

/** What the reader has measured in the studies that are open. */
export const useMeasurements = create<Measurements>(() => ({ list: [], selected: null, handle: null }))

let lastId = 0

for (const kind of measurementKinds) {
  registerDrawingTool(kind, { kind, finish: (shape) => addMeasurement({ ...shape, kind }) })
}

/** Adds a measurement and selects it; can be undone. */
export function addMeasurement(
  shape: Pick<DrawnShape, 'seriesId' | 'sliceIndex' | 'points'> & { kind: MeasurementKind }
): void {
  const { seriesId, sliceIndex, kind, points } = shape
  const numbers = useMeasurements
    .getState()
    .list.map((other) => (other.seriesId === seriesId ? other.number : 0))
  const number = 1 + Math.max(0, ...numbers)
  const made: Measurement = { id: `measurement-${++lastId}`, number, seriesId, sliceIndex, kind, points }
  const add = (): void =>
    useMeasurements.setState(({ list }) => ({ list: [...list, made], selected: made.id, handle: null }))
  add()
  pushStep({ label: kind, undo: () => drop(made.id), redo: add })
}

/**
 * Moves points of a measurement; can be undone.
 * @param gesture calls of one gesture in a row are undone together
 */
export function reshapeMeasurement(id: string, points: Point[], gesture: string): void {
  const before = measurementOf(id)
  if (!before) return
  const put = (wanted: Point[]) => (): void =>
    useMeasurements.setState(({ list }) => ({
      list: list.map((one) => (one.id === id ? { ...one, points: wanted } : one))
    }))
  put(points)()
  pushStep({
    label: `move ${before.kind}`,
    undo: put(before.points),
    redo: put(points),
    gesture: `${gesture}/${id}`
  })
}

/** Removes a measurement; can be undone. */
export function removeMeasurement(id: string): void {
  const removed = measurementOf(id)
  if (!removed) return
  drop(id)
  pushStep({
    label: `remove ${removed.kind}`,
    undo: () =>
      useMeasurements.setState(({ list }) => ({ list: [...list, removed], selected: id, handle: null })),
    redo: () => drop(id)
  })
}

/** Selects a measurement, or none. */
export function selectMeasurement(id: string | null, handle: number | null = null): void {
  useMeasurements.setState({ selected: id, handle })
}

/** The measurement selected, where there is one. */
export function selectedMeasurement(): Measurement | undefined {
  return measurementOf(useMeasurements.getState().selected)
}

/** Forgets the measurements of series that are closed. */
export function keepMeasurementsOf(seriesIds: ReadonlySet<string>): void {
  const { list } = useMeasurements.getState()
  if (list.every(({ seriesId }) => seriesIds.has(seriesId))) return
  useMeasurements.setState({ list: list.filter(({ seriesId }) => seriesIds.has(seriesId)), selected: null })
}

function measurementOf(id: string | null): Measurement | undefined {
  return useMeasurements.getState().list.find((one) => one.id === id)
}

function drop(id: string): void {
  useMeasurements.setState(({ list, selected }) => ({
    list: list.filter((one) => one.id !== id),
    ...(selected === id ? { selected: null, handle: null } : {})
  }))
}
