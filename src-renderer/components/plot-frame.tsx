import type { ReactNode } from 'react'

/** The drawing area of a plot in SVG units, and where values lie in it. */
export interface PlotScale {
  width: number
  height: number
  left: number
  right: number
  top: number
  bottom: number
  x(value: number): number
  y(value: number): number
}

/** Margins that leave room for tick labels, and for the labels of both axes. */
export function plotScale(
  width: number,
  height: number,
  [lowX, highX]: [number, number],
  [lowY, highY]: [number, number]
): PlotScale {
  const [left, right, top, bottom] = [46, width - 12, 12, height - 34]
  const across = highX - lowX || 1
  const up = highY - lowY || 1
  return {
    ...{ width, height, left, right, top, bottom },
    x: (value) => left + ((value - lowX) / across) * (right - left),
    y: (value) => bottom - ((value - lowY) / up) * (bottom - top)
  }
}

/** About `count` round values from low to high (steps of 1, 2 or 5 times a power of ten). */
export function roundTicks(low: number, high: number, count = 5): number[] {
  const span = high - low
  if (!(span > 0)) return [low]
  const rough = span / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10)
  const ticks: number[] = []
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + span * 1e-9; i++) {
    ticks.push(Number((i * step).toPrecision(12)))
  }
  return ticks
}

interface Tick {
  value: number
  label: string
}

interface Props {
  scale: PlotScale
  /** all that the plot shows, in words, for those who do not see it */
  description: string
  xTicks: Tick[]
  yTicks: Tick[]
  xLabel: string
  yLabel: string
  testId?: string
  children: ReactNode
}

/** Long labels such as days must not run over the right edge. */
function anchor(at: number, { right }: PlotScale): 'middle' | 'end' {
  return at > right - 24 ? 'end' : 'middle'
}

/** Axes with ticks, units and labels around a plot. */
export function PlotFrame({ scale, description, xTicks, yTicks, xLabel, yLabel, testId, children }: Props) {
  const { width, height, left, right, top, bottom, x, y } = scale
  return (
    <svg
      className="plot"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={description}
      data-testid={testId}
    >
      {yTicks.map(({ value, label }) => (
        <g key={value}>
          <line className="plot-grid" x1={left} x2={right} y1={y(value)} y2={y(value)} />
          <text className="plot-tick" x={left - 5} y={y(value) + 3.5} textAnchor="end">
            {label}
          </text>
        </g>
      ))}
      <line className="plot-axis" x1={left} x2={right} y1={bottom} y2={bottom} />
      {xTicks.map(({ value, label }) => (
        <g key={value}>
          <line className="plot-axis" x1={x(value)} x2={x(value)} y1={bottom} y2={bottom + 4} />
          <text className="plot-tick" x={x(value)} y={bottom + 14} textAnchor={anchor(x(value), scale)}>
            {label}
          </text>
        </g>
      ))}
      {children}
      <text className="plot-label" x={(left + right) / 2} y={height - 5} textAnchor="middle">
        {xLabel}
      </text>
      <text
        className="plot-label"
        transform={`translate(10 ${(top + bottom) / 2}) rotate(-90)`}
        textAnchor="middle"
      >
        {yLabel}
      </text>
    </svg>
  )
}
