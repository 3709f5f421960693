import { useMemo } from 'react'
import { useMeasurements, type Measurement } from '../../state/measurements'
import { usePanes } from '../../state/panes'
import { useTools, type DrawnShape } from '../../state/tools'
import { handlesOf, outlineOf } from '../../viewer/move-shape'
import {
  pixelToCanvasMatrix,
  transformPoint,
  type CanvasSize,
  type Matrix,
  type Point,
  type ViewPose
} from '../../viewer/viewport-geometry'
import type { PaneImages } from '../reading/use-pane-images'
import type { Reading } from '../reading/use-reading'
import { describeMeasurement, labelLines } from './describe-measurement'

interface Props {
  reading: Reading
  images: PaneImages
  size: CanvasSize
  pose: ViewPose
  place: number
}

/** What was measured on the slice, what is being drawn, and the cross of the keyboard. Drawn over the image. */
export function MeasurementMarks({ reading, images, size, pose, place }: Props) {
  const list = useMeasurements((state) => state.list)
  const { selected, handle } = useMeasurements()
  const draft = useTools((tools) => tools.draft)
  const cursor = useTools((tools) => tools.cursor)
  const active = usePanes((panes) => panes.active === place)
  const seriesId = reading.series.id
  const isHere = (one: Pick<Measurement, 'seriesId' | 'sliceIndex'>): boolean =>
    one.seriesId === seriesId && one.sliceIndex === reading.sliceIndex
  const here = list.filter(isHere)
  const drawn = draft && isHere(draft) ? draft : null
  if (here.length === 0 && !drawn && !(cursor && active)) return null
  const matrix = pixelToCanvasMatrix(images.slice?.pixels ?? reading.slice, size, pose)
  return (
    <svg className="measurement-marks" width={size.width} height={size.height} aria-hidden="true">
      {here.map((one) => (
        <Mark
          key={one.id}
          measurement={one}
          chosen={one.id === selected}
          handle={one.id === selected ? handle : null}
          matrix={matrix}
          images={images}
          unit={reading.series.valueUnit}
          size={size}
        />
      ))}
      {drawn && <Draft shape={drawn} matrix={matrix} />}
      {cursor && active && <Cross at={transformPoint(matrix, cursor)} />}
    </svg>
  )
}

function Mark({
  measurement,
  chosen,
  handle,
  matrix,
  images,
  unit,
  size
}: {
  measurement: Measurement
  chosen: boolean
  handle: number | null
  matrix: Matrix
  images: PaneImages
  unit: string
  size: CanvasSize
}) {
  const { slice, layer, shown } = images
  const pixels = shown?.sliceIndex === measurement.sliceIndex ? slice?.pixels : undefined
  const lines = useMemo(
    () => (pixels ? labelLines(describeMeasurement(measurement, pixels, layer, unit)) : []),
    [measurement, pixels, layer, unit]
  )
  // those not selected stay short, so that the image can be seen
  const written = chosen ? lines : lines.slice(0, 1)
  const path = pathOf(measurement, matrix)
  const handles = handlesOf(measurement).map((point) => transformPoint(matrix, point))
  return (
    <g
      className={chosen ? 'measurement chosen' : 'measurement'}
      data-testid="measurement"
      data-kind={measurement.kind}
    >
      <path className="mark-ground" d={path} />
      <path d={path} />
      {handles.map(({ x, y }, i) => (
        <circle key={i} cx={x} cy={y} r={chosen ? 4 : 2.5} className={i === handle ? 'held' : undefined} />
      ))}
      <Label
        at={labelPlace(measurement, matrix, size, written)}
        lines={[`${measurement.number}  ${written[0] ?? ''}`, ...written.slice(1)]}
      />
    </g>
  )
}

function Label({ at, lines }: { at: Point; lines: string[] }) {
  return (
    <text className="measurement-label" data-testid="measurement-label">
      {lines.map((line, i) => (
        <tspan key={i} x={at.x} y={at.y + i * lineHeight}>
          {line}
        </tspan>
      ))}
    </text>
  )
}

const lineHeight = 16
/** CSS pixels of a character, at most; enough to keep labels inside the pane. */
const characterWidth = 6.6

/** Right of the shape, and inside the pane as far as it goes. */
function labelPlace(shape: Measurement, matrix: Matrix, size: CanvasSize, lines: string[]): Point {
  const outline = outlineOf(shape).points.map((point) => transformPoint(matrix, point))
  const right = Math.max(...outline.map(({ x }) => x))
  const ys = outline.map(({ y }) => y)
  const middle = (Math.min(...ys) + Math.max(...ys)) / 2
  const width = characterWidth * (3 + Math.max(0, ...lines.map((line) => line.length)))
  const height = lineHeight * lines.length
  return {
    x: Math.max(4, Math.min(right + 10, size.width - width)),
    y: Math.max(lineHeight, Math.min(middle + 4, size.height - height))
  }
}

function Draft({ shape, matrix }: { shape: DrawnShape; matrix: Matrix }) {
  const stroke =
    shape.kind === 'brush' ? 2 * (shape.radiusPx ?? 1) * Math.hypot(matrix[0], matrix[1]) : undefined
  const path = pathOf(shape, matrix)
  return (
    <g
      className={shape.kind === 'brush' ? 'measurement draft brush' : 'measurement draft'}
      data-testid="draft"
    >
      {!stroke && <path className="mark-ground" d={path} />}
      <path d={path} style={stroke ? { strokeWidth: stroke } : undefined} />
    </g>
  )
}

function Cross({ at: { x, y } }: { at: Point }) {
  const path = `M${x - 14} ${y}h10M${x + 4} ${y}h10M${x} ${y - 14}v10M${x} ${y + 4}v10`
  return (
    <g className="measurement cursor" data-testid="keyboard-cross">
      <path className="mark-ground" d={path} />
      <path d={path} />
    </g>
  )
}

function pathOf(shape: Pick<DrawnShape, 'kind' | 'points'>, matrix: Matrix): string {
  const { points, closed } = outlineOf(shape)
  const line = points.map((point) => transformPoint(matrix, point))
  const text = line.map(({ x, y }) => `${x.toFixed(2)} ${y.toFixed(2)}`).join('L')
  // a single point shows where it has a length of nothing and round ends
  return `M${text}${line.length === 1 ? 'h0' : ''}${closed ? 'Z' : ''}`
}
