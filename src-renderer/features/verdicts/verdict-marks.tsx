import type { Finding } from '../../../src-main/contract/analysis'
import type { SeenVerdict } from '../../../src-main/contract/feedback-channels'
import { useStudyVerdicts } from '../../state/verdicts'
import {
  pixelToCanvasMatrix,
  transformPoint,
  type CanvasSize,
  type Matrix,
  type ViewPose
} from '../../viewer/viewport-geometry'
import type { Reading } from '../reading/use-reading'
import { sliceNormalOf, studyNormalOf } from './judge'
import { linesOf, type DrawnLine } from './to-drawing'
import { useFindingVerdicts } from './use-finding-verdicts'
import { kindSigns } from './verdict-words'

/** Signs of verdicts at the findings of the slice, and the outlines of what was drawn as missed. */
export function VerdictMarks({
  reading,
  size,
  pose,
  findingsShown
}: {
  reading: Reading
  size: CanvasSize
  pose: ViewPose
  /** false where findings are hidden: drawings show all the same */
  findingsShown: boolean
}) {
  const study = useStudyVerdicts(reading.study.studyInstanceUid)
  const findings = useFindingVerdicts(reading)
  const { sliceIndex, series } = reading
  const matrix = pixelToCanvasMatrix(reading.slice, size, pose)
  const missed = (study?.verdicts ?? []).filter(
    (verdict) =>
      verdict.kind === 'missed' &&
      verdict.seriesInstanceUid === series.seriesInstanceUid &&
      (verdict.sliceIndex === sliceIndex || verdict.maskSlices.includes(sliceIndex))
  )
  const sliceNormal = sliceNormalOf(study, reading)
  const studyNormal = studyNormalOf(study)
  return (
    <>
      <svg className="verdict-marks" width={size.width} height={size.height} aria-hidden="true">
        {missed.map((verdict) => (
          <MissedMark key={verdict.id} verdict={verdict} matrix={matrix} />
        ))}
        {findingsShown &&
          findings.ranked.flatMap(({ rank, body }) => {
            const { mine, others } = findings.of(rank)
            const said = [...(mine ? [mine] : []), ...others]
            return body.parts
              .filter((part) => said.length > 0 && part.sliceIndex === sliceIndex)
              .map(({ finding }) => (
                <Signs
                  key={`${rank}/${finding.peakAt.join('/')}`}
                  said={said}
                  at={cornerOf(finding, matrix)}
                />
              ))
          })}
      </svg>
      {(sliceNormal || studyNormal) && (
        <p className="normal-mark" data-testid="normal-mark">
          {kindSigns['slice-normal']} {studyNormal ? 'Study normal' : 'Slice normal'},{' '}
          {(studyNormal ?? sliceNormal)?.reader}
        </p>
      )}
    </>
  )
}

function Signs({ said, at: { x, y } }: { said: SeenVerdict[]; at: { x: number; y: number } }) {
  return (
    <g data-testid="verdict-mark">
      {said.map(({ id, kind, mine }, place) => (
        <text
          key={id}
          className={`verdict-sign ${kind}${mine ? '' : ' of-other'}`}
          x={x - 5 - 13 * place}
          y={y + 10}
          textAnchor="end"
        >
          {kindSigns[kind]}
        </text>
      ))}
    </g>
  )
}

function MissedMark({ verdict, matrix }: { verdict: SeenVerdict; matrix: Matrix }) {
  const { drawing, region, mine, reader } = verdict
  const lines = (drawing ? linesOf(drawing) : boxOf(region)).map((line) => ({
    ...line,
    points: line.points.map((point) => transformPoint(matrix, point))
  }))
  const top = lines
    .flatMap(({ points, radiusPx }) =>
      points.map(({ x, y }) => ({ x, y: y - (radiusPx ?? 0) * scaleOf(matrix) }))
    )
    .reduce<{ x: number; y: number } | null>(
      (best, point) => (best && best.y <= point.y ? best : point),
      null
    )
  if (!top) return null
  return (
    <g className={mine ? 'missed-mark' : 'missed-mark of-other'} data-testid="missed-mark">
      {lines.map(({ points, closed, radiusPx }, place) => {
        const path = `M${points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`
        if (radiusPx === null) {
          return (
            <g key={place}>
              <path className="mark-ground" d={`${path}Z`} />
              <path d={`${path}Z`} />
            </g>
          )
        }
        // a stroke of a single point draws nothing without a length for its round ends
        const d = closed || points.length > 1 ? path : `${path}l0 0.01`
        return (
          <path
            key={place}
            className="brushed"
            d={d}
            style={{ strokeWidth: 2 * radiusPx * scaleOf(matrix) }}
          />
        )
      })}
      <text x={top.x + 6} y={top.y - 6}>
        {kindSigns.missed} {mine ? 'missed' : reader}
      </text>
    </g>
  )
}

/** Canvas pixels per source pixel, in the mean of both directions. */
function scaleOf([a, b, c, d]: Matrix): number {
  return Math.sqrt(Math.abs(a * d - b * c))
}

function boxOf(region: SeenVerdict['region']): DrawnLine[] {
  if (!region) return []
  const [x, y, width, height] = region.bbox
  const points = [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height }
  ]
  return [{ points, closed: true, radiusPx: null }]
}

/** Upper left of a finding's box as it lies on the screen. */
function cornerOf({ bbox: [x, y, width, height] }: Finding, matrix: Matrix): { x: number; y: number } {
  const corners = [
    { x, y },
    { x: x + width, y },
    { x, y: y + height },
    { x: x + width, y: y + height }
  ].map((corner) => transformPoint(matrix, corner))
  return { x: Math.min(...corners.map((c) => c.x)), y: Math.min(...corners.map((c) => c.y)) }
}
