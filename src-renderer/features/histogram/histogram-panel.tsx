import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { Panel } from '../../components/panel'
import { setThreshold } from '../reading/set-threshold'
import type { Reading } from '../reading/use-reading'
import { expectedCounts, normalTail } from './normal-tail'
import { useHistogram, type Histogram } from './use-histogram'

/** Of the plot, in its own units; it is stretched to the width of the panel. */
const size = { width: 200, height: 92 }

/** How the scores of the series are spread, on a logarithmic scale, before those of normal images; the threshold can be dragged. */
export function HistogramPanel({ reading }: { reading: Reading | null }) {
  const histogram = useHistogram(reading)
  if (!reading || !reading.revealed || !histogram) return null
  return (
    <Panel title="Scores" testId="histogram" aside={shareOver(histogram, reading.threshold)}>
      <Plot reading={reading} histogram={histogram} />
    </Panel>
  )
}

function Plot({ reading, histogram }: { reading: Reading; histogram: Histogram }) {
  const plot = useRef<HTMLDivElement>(null)
  const { threshold, manifest, map } = reading
  const { low, high, counts } = histogram
  const total = totalOf(histogram)
  const step = (high - low) / counts.length
  const edges = Array.from({ length: counts.length + 1 }, (_, i) => low + i * step)
  const statistics = map ? manifest?.maps.statistics[map] : undefined
  const tail = statistics ? normalTail(statistics) : null
  const normal = tail ? expectedCounts(tail, edges, total) : null
  const most = Math.max(10, ...counts, ...(normal ?? []).map((count) => count ?? 0))
  const y = (count: number): number =>
    size.height - (count < 1 ? 0 : (size.height - 2) * ((1 + Math.log10(count)) / (1 + Math.log10(most))))
  const x = (score: number): number => (size.width * (score - low)) / (high - low)
  const bar = size.width / counts.length
  const drag = (event: PointerEvent): void => {
    const box = plot.current?.getBoundingClientRect()
    if (!box || event.buttons !== 1) return
    event.currentTarget.setPointerCapture(event.pointerId)
    setThreshold(reading, low + ((event.clientX - box.left) / box.width) * (high - low))
  }
  const nudge = (event: KeyboardEvent): void => {
    const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key]
    if (direction === undefined) return
    event.preventDefault()
    event.stopPropagation()
    setThreshold(reading, threshold + (direction * (high - low)) / 100)
  }
  const curve = (normal ?? []).flatMap((count, i) =>
    count === null ? [] : [`${((i + 0.5) * bar).toFixed(2)},${y(count).toFixed(2)}`]
  )
  return (
    <>
      <div
        className="histogram-plot"
        ref={plot}
        onPointerDown={drag}
        onPointerMove={drag}
        data-testid="histogram-plot"
      >
        <svg viewBox={`0 0 ${size.width} ${size.height}`} preserveAspectRatio="none" aria-hidden="true">
          {counts.map((count, i) =>
            count === 0 ? null : (
              <rect
                key={i}
                className={(edges[i] as number) >= threshold ? 'over' : undefined}
                x={i * bar}
                y={y(count)}
                width={bar * 0.92}
                height={size.height - y(count)}
              />
            )
          )}
          {curve.length > 1 && (
            <polyline
              data-testid="histogram-normal"
              points={curve.join(' ')}
              vectorEffect="non-scaling-stroke"
            />
          )}
        </svg>
        <div
          className="histogram-threshold"
          style={{ left: `${Math.min(100, Math.max(0, (100 * x(threshold)) / size.width))}%` }}
          role="slider"
          tabIndex={0}
          data-testid="histogram-threshold"
          aria-label="Threshold, in the histogram of scores"
          aria-valuemin={low}
          aria-valuemax={high}
          aria-valuenow={threshold}
          aria-valuetext={`${threshold.toFixed(2)}; ${shareOver(histogram, threshold)}`}
          onKeyDown={nudge}
        />
      </div>
      <div className="histogram-axis quiet">
        <span>{low}</span>
        <span>score</span>
        <span>{high}</span>
      </div>
      <p className="quiet histogram-note" data-testid="histogram-note">
        {normal ? (
          <>
            <i className="histogram-key" /> {normalWords(tail?.(threshold) ?? null)}
          </>
        ) : (
          'This model says nothing of how the scores of normal images are spread.'
        )}
      </p>
    </>
  )
}

function normalWords(over: number | null): string {
  if (over === null)
    return 'Line: normal images. How many normal pixels lie over this threshold is not known.'
  return `Line: normal images, of which ${percent(over)} of pixels lie over this threshold.`
}

const totalOf = ({ counts, below, above }: Histogram): number =>
  counts.reduce((sum, count) => sum + count, below + above)

/** The share of pixels over the threshold, to the bin that it lies in. */
function shareOver(histogram: Histogram, threshold: number): string {
  const { low, high, counts, above } = histogram
  const first = Math.max(0, Math.ceil(((threshold - low) / (high - low)) * counts.length - 1e-9))
  const over = counts.slice(first).reduce((sum, count) => sum + count, above)
  const total = totalOf(histogram)
  return total === 0 ? '' : `${percent(over / total)} over`
}

const percent = (share: number): string => `${(100 * share).toPrecision(2).replace(/e.*$/, '')} %`
