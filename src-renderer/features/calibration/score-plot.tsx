import type { HistogramFacts, ThresholdLevel } from '../../../src-main/contract/calibration-channels'
import { PlotFrame, plotScale, roundTicks, type PlotScale } from '../../components/plot-frame'
import { counted, figure, percent } from './format-figures'

interface Props {
  histogram: HistogramFacts
  level: ThresholdLevel
  current: number
  proposed: number | null
}

const names: Record<ThresholdLevel, [normal: string, anomalous: string]> = {
  slice: ['normal slices', 'slices with a finding'],
  finding: ['rejected findings', 'confirmed and missed findings'],
  pixel: ['pixels of normal slices', 'confirmed and missed findings']
}

/** How held-out scores of normal and abnormal cases lie, each as shares of its kind, with both thresholds. */
export function ScorePlot({ histogram, level, current, proposed }: Props) {
  const { low, width, normal, anomalous } = histogram
  const high = low + width * normal.length
  const shares = [normal, anomalous].map((counts) => {
    const total = sum(counts)
    return counts.map((count) => (total > 0 ? count / total : 0))
  })
  const top = Math.max(0.05, ...shares.flat()) * 1.12
  const scale = plotScale(760, 250, [low, high], [0, top])
  const [normalName, anomalousName] = names[level]
  const over = (counts: number[], threshold: number): number =>
    sum(counts.filter((_, bin) => low + (bin + 0.5) * width >= threshold)) / Math.max(1, sum(counts))
  const description =
    `Held-out scores: ${sum(normal)} ${normalName} and ${sum(anomalous)} ${anomalousName}. ` +
    [current, proposed]
      .filter((threshold): threshold is number => threshold !== null)
      .map((threshold) => {
        const which = threshold === current ? 'threshold in use' : 'proposed threshold'
        return `About ${percent(over(normal, threshold))} of the ${normalName} lie over the ${which}, ${figure(threshold)}.`
      })
      .join(' ')
  return (
    <figure className="plot-figure">
      <PlotFrame
        scale={scale}
        description={description}
        testId="score-plot"
        xTicks={roundTicks(low, high, 8).map((value) => ({ value, label: String(value) }))}
        yTicks={roundTicks(0, top, 4).map((value) => ({ value, label: `${Math.round(100 * value)} %` }))}
        xLabel={
          level === 'slice' ? 'highest score of the slice' : level === 'finding' ? 'peak score' : 'score'
        }
        yLabel="share of each kind"
      >
        <path className="plot-normal" d={steps(shares[0], histogram, scale)} />
        <path className="plot-anomalous" d={steps(shares[1], histogram, scale)} />
        <Mark
          scale={scale}
          value={current}
          kind="current"
          text={`in use ${figure(current)}`}
          other={proposed}
        />
        {proposed !== null && (
          <Mark
            scale={scale}
            value={proposed}
            kind="proposed"
            text={`proposed ${figure(proposed)}`}
            other={current}
          />
        )}
      </PlotFrame>
      <figcaption className="plot-legend">
        <span className="key-normal">{counted(sum(normal), 'normal', normalName)}</span>
        <span className="key-anomalous">{counted(sum(anomalous), 'anomalous', anomalousName)}</span>
        <span className="quiet">held-out verdicts only</span>
      </figcaption>
      <details className="plot-table">
        <summary>The plot as a table</summary>
        <table>
          <thead>
            <tr>
              <th>Scores from</th>
              <th>to</th>
              <th>{normalName}</th>
              <th>{anomalousName}</th>
            </tr>
          </thead>
          <tbody>
            {normal.map((count, bin) =>
              count + anomalous[bin] === 0 ? null : (
                <tr key={bin}>
                  <td>{figure(low + bin * width)}</td>
                  <td>{figure(low + (bin + 1) * width)}</td>
                  <td>{count}</td>
                  <td>{anomalous[bin]}</td>
                </tr>
              )
            )}
          </tbody>
        </table>
      </details>
    </figure>
  )
}

function Mark({
  scale,
  value,
  kind,
  text,
  other
}: {
  scale: PlotScale
  value: number
  kind: 'current' | 'proposed'
  text: string
  other: number | null
}) {
  const at = scale.x(value)
  // texts of two lines that lie close by go to their outer sides
  const toLeft = at > scale.right - 90 || (other !== null && value < other && at > scale.left + 90)
  return (
    <g className={`plot-mark ${kind}`}>
      <line x1={at} x2={at} y1={scale.top} y2={scale.bottom} />
      <text
        x={at + (toLeft ? -5 : 5)}
        y={scale.top + (kind === 'current' ? 9 : 21)}
        textAnchor={toLeft ? 'end' : 'start'}
      >
        {text}
      </text>
    </g>
  )
}

function steps(shares: number[], { low, width }: HistogramFacts, { x, y }: PlotScale): string {
  const points = shares.flatMap((share, bin) => [
    `${x(low + bin * width).toFixed(1)} ${y(share).toFixed(1)}`,
    `${x(low + (bin + 1) * width).toFixed(1)} ${y(share).toFixed(1)}`
  ])
  return `M${x(low).toFixed(1)} ${y(0).toFixed(1)} L${points.join(' L')} L${x(low + shares.length * width).toFixed(1)} ${y(0).toFixed(1)}Z`
}

function sum(counts: number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
