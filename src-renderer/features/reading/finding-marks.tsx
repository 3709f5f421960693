import type { Finding } from '../../../src-main/contract/analysis'
import { useFindings } from '../../state/findings'
import { useView } from '../../state/view'
import {
  pixelToCanvasMatrix,
  transformPoint,
  type CanvasSize,
  type ViewPose
} from '../../viewer/viewport-geometry'
import type { Reading } from './use-reading'

/** Boxes around the findings of the slice, with their ranks; the chosen one stands out. */
export function FindingMarks({
  reading,
  size,
  pose
}: {
  reading: Reading
  size: CanvasSize
  pose: ViewPose
}) {
  const ranked = useFindings((state) => (state.seriesId === reading.series.id ? state.ranked : none))
  const selected = useView((view) => view.selected)
  const matrix = pixelToCanvasMatrix(reading.slice, size, pose)
  const here = ranked.flatMap(({ rank, body, finding: main }) =>
    body.parts
      .filter(({ sliceIndex }) => sliceIndex === reading.sliceIndex)
      .map(({ finding }) => ({ rank, body, main, finding }))
  )
  return (
    <svg className="finding-marks" width={size.width} height={size.height} aria-hidden="true">
      {here.map(({ rank, body, main, finding }) => {
        const corners = cornersOf(finding).map((corner) => transformPoint(matrix, corner))
        const left = Math.min(...corners.map(({ x }) => x)) - 3
        const top = Math.min(...corners.map(({ y }) => y)) - 3
        const width = Math.max(...corners.map(({ x }) => x)) + 3 - left
        const height = Math.max(...corners.map(({ y }) => y)) + 3 - top
        const [x, y] = finding.peakAt
        const chosen =
          selected?.seriesId === reading.series.id &&
          selected.sliceIndex === body.peakSlice &&
          selected.x === main.peakAt[0] &&
          selected.y === main.peakAt[1]
        return (
          <g key={`${x}/${y}`} className={chosen ? 'finding-mark chosen' : 'finding-mark'}>
            <rect className="mark-ground" x={left} y={top} width={width} height={height} rx={2} />
            <rect x={left} y={top} width={width} height={height} rx={2} />
            <text x={left + width + 4} y={top + 9}>
              {rank}
            </text>
          </g>
        )
      })}
    </svg>
  )
}

const none: never[] = []

function cornersOf({ bbox: [x, y, width, height] }: Finding) {
  return [
    { x, y },
    { x: x + width, y },
    { x, y: y + height },
    { x: x + width, y: y + height }
  ]
}
