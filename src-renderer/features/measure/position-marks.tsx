import { shownSeries, useLinkedScroll } from '../../state/linked-scroll'
import { usePanes } from '../../state/panes'
import { useStudies } from '../../state/studies'
import { useView } from '../../state/view'
import { patientToPixel, referenceLine } from '../../viewer/patient-geometry'
import {
  pixelToCanvasMatrix,
  transformPoint,
  type CanvasSize,
  type ViewPose
} from '../../viewer/viewport-geometry'
import type { Reading } from '../reading/use-reading'

/** Where the slices of other series cut this one, and the crosshair; both only within one frame of reference. */
export function PositionMarks({
  reading,
  size,
  pose
}: {
  reading: Reading
  size: CanvasSize
  pose: ViewPose
}) {
  useStudies((state) => state.seriesId)
  usePanes((panes) => panes.contents)
  const slices = useView((view) => view.slices)
  const crosshair = useLinkedScroll((state) => state.crosshair)
  const { series, slice } = reading
  const uid = series.frameOfReferenceUid
  const others = shownSeries().filter(
    (other) => other.id !== series.id && uid !== null && other.frameOfReferenceUid === uid
  )
  const pointed =
    crosshair && (crosshair.seriesId === series.id || (uid !== null && crosshair.frameOfReferenceUid === uid))
      ? patientToPixel(slice, crosshair.point)
      : null
  // the crosshair stays off slices that are further from it than half of their own thickness could be
  const cross = pointed && Math.abs(pointed.distanceMm) <= crosshairReachMm ? pointed.pixel : null
  if (others.length === 0 && !cross) return null
  const matrix = pixelToCanvasMatrix(slice, size, pose)
  return (
    <svg className="position-marks" width={size.width} height={size.height} aria-hidden="true">
      {others.map((other) => {
        const its = other.slices[slices[other.id] ?? 0]
        const line = its ? referenceLine(slice, its) : null
        if (!line) return null
        const [from, to] = line.map((point) => transformPoint(matrix, point)) as [
          { x: number; y: number },
          { x: number; y: number }
        ]
        return (
          <line key={other.id} data-testid="reference-line" x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
        )
      })}
      {cross && <CrosshairLines {...transformPoint(matrix, cross)} size={size} />}
    </svg>
  )
}

const crosshairReachMm = 5

function CrosshairLines({ x, y, size }: { x: number; y: number; size: CanvasSize }) {
  const gap = 10
  return (
    <g data-testid="crosshair" data-x={x} data-y={y}>
      <line x1={0} y1={y} x2={x - gap} y2={y} />
      <line x1={x + gap} y1={y} x2={size.width} y2={y} />
      <line x1={x} y1={0} x2={x} y2={y - gap} />
      <line x1={x} y1={y + gap} x2={x} y2={size.height} />
    </g>
  )
}
