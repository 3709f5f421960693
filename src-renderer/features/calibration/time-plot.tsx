import { PlotFrame, plotScale, roundTicks } from '../../components/plot-frame'
import { day } from './format-figures'

export interface TimePoint {
  /** ms since 1970 */
  time: number
  value: number
  /** chance alone seldom goes beyond; absent where there is no such limit */
  limit?: number
  low?: number
  high?: number
}

interface Props {
  title: string
  unit: string
  points: TimePoint[]
  /** horizontal lines with their names */
  lines?: { value: number; label: string }[]
  format(value: number): string
  /** labels of the axis, where they are to be shorter than figures */
  tick?(value: number): string
  isOver(point: TimePoint): boolean
  testId: string
}

/** A figure over time: points of consecutive patients, those beyond their limit as filled triangles. */
export function TimePlot({ title, unit, points, lines = [], format, tick = String, isOver, testId }: Props) {
  if (points.length === 0) return null
  const values = points.flatMap(({ value, limit, low, high }) => [value, limit, low, high])
  const known = [...values, ...lines.map(({ value }) => value)].filter(
    (value): value is number => value !== undefined
  )
  const lowest = Math.min(0, ...known)
  const highest = Math.max(...known)
  const room = (highest - lowest || 1) * 0.1
  const [from, until] = [points[0].time, points[points.length - 1].time]
  const margin = Math.max(43_200_000, (until - from) * 0.04)
  const scale = plotScale(
    400,
    190,
    [from - margin, until + margin],
    [lowest === 0 ? 0 : lowest - room, highest + room]
  )
  const over = points.filter(isOver)
  const last = points[points.length - 1]
  const description =
    `${title} over time, ${points.length} ${points.length === 1 ? 'point' : 'points'} from ${day(from)} to ${day(until)}; ` +
    `the last is ${format(last.value)}. ` +
    (over.length === 0
      ? 'None is beyond its limit.'
      : `${over.length} beyond the limit, first on ${day(over[0].time)}.`)
  const line = (pick: (point: TimePoint) => number | undefined): string =>
    points
      .flatMap((point) => {
        const value = pick(point)
        return value === undefined ? [] : [`${scale.x(point.time).toFixed(1)} ${scale.y(value).toFixed(1)}`]
      })
      .join(' L')
  const limits = line(({ limit }) => limit)
  const days = points.length === 1 ? [from] : [from, (from + until) / 2, until]
  return (
    <figure className="time-plot">
      <h4>{title}</h4>
      <PlotFrame
        scale={scale}
        description={description}
        testId={testId}
        xTicks={days.map((value) => ({ value, label: day(value) }))}
        yTicks={roundTicks(lowest, highest + room, 4).map((value) => ({ value, label: tick(value) }))}
        xLabel="last patient of each point"
        yLabel={unit}
      >
        {lines.map(({ value, label }) => (
          <g key={label} className="plot-limit">
            <line x1={scale.left} x2={scale.right} y1={scale.y(value)} y2={scale.y(value)} />
            <text x={scale.right - 2} y={scale.y(value) - 4} textAnchor="end">
              {label}
            </text>
          </g>
        ))}
        {limits && points.length > 1 && <path className="plot-limit-path" d={`M${limits}`} />}
        {points.map(({ time, low, high }) =>
          low === undefined || high === undefined ? null : (
            <line
              key={time}
              className="plot-error"
              x1={scale.x(time)}
              x2={scale.x(time)}
              y1={scale.y(low)}
              y2={scale.y(high)}
            />
          )
        )}
        <path className="plot-line" d={`M${line(({ value }) => value)}`} />
        {points.map((point) => {
          const [x, y] = [scale.x(point.time), scale.y(point.value)]
          return isOver(point) ? (
            <path key={point.time} className="plot-over" d={`M${x - 5} ${y + 4}h10l-5 -9z`} />
          ) : (
            <circle key={point.time} className="plot-point" cx={x} cy={y} r={3} />
          )
        })}
      </PlotFrame>
    </figure>
  )
}
