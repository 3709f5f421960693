import { useMemo, type KeyboardEvent, type PointerEvent } from 'react'
import type { SliceAnalysis } from '../../../src-main/contract/analysis'
import { useFindings } from '../../state/findings'
import { goToSlice } from '../../state/view'
import { infernoTable } from '../../viewer/inferno'
import type { Reading } from '../reading/use-reading'

/**
 * The series at a glance: a bar a slice for its score, under it the colour of the highest score in the map, and a
 * mark where it has findings. Clicking or dragging goes to a slice.
 */
export function SliceStrip({ reading }: { reading: Reading }) {
  const { series, sliceIndex, analysis, map, range } = reading
  const count = series.slices.length
  const ranked = useFindings((state) => (state.seriesId === series.id ? state.ranked : none))
  const withFindings = useMemo(() => new Set(ranked.map((found) => found.sliceIndex)), [ranked])
  const slices = analysis?.slices ?? none
  const highest = Math.max(4, ...slices.map((slice) => slice?.scoreStandardised ?? 0))
  const failed = useMemo(() => new Set(analysis?.problems.map((problem) => problem.sliceIndex)), [analysis])

  const goTo = (index: number): void => goToSlice(series.id, index, count)
  const point = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.type === 'pointermove' && event.buttons !== 1) return
    const box = event.currentTarget.getBoundingClientRect()
    goTo(Math.floor(((event.clientX - box.left) / box.width) * count))
  }
  const key = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    goTo(sliceIndex + step)
  }
  const current = slices[sliceIndex]
  return (
    <section className="slice-strip" aria-label="Slices and their scores">
      <div className="slice-strip-label">
        <strong>Slice score</strong>
        <span className="quiet" data-testid="slice-score">
          {current ? `${current.scoreStandardised.toFixed(1)} σ` : failed.has(sliceIndex) ? 'failed' : '–'}
        </span>
        <span className="quiet">
          {slices.filter(Boolean).length} / {count}
        </span>
      </div>
      <div
        className="slice-strip-bars"
        data-testid="slice-strip"
        role="slider"
        tabIndex={0}
        aria-label="Slice"
        aria-valuemin={1}
        aria-valuemax={count}
        aria-valuenow={sliceIndex + 1}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          point(event)
        }}
        onPointerMove={point}
        onKeyDown={key}
      >
        {series.slices.map(({ index }) => {
          const slice = slices[index] ?? null
          return (
            <div
              key={index}
              className={index === sliceIndex ? 'strip-slice current' : 'strip-slice'}
              data-analysed={slice !== null}
              title={hint(index, slice, failed.has(index))}
            >
              <span className={withFindings.has(index) ? 'strip-mark found' : 'strip-mark'} />
              <span className="strip-bar-room">
                {slice?.hasForeground && (
                  <span
                    className="strip-bar"
                    style={{ height: `${Math.max(3, (100 * slice.scoreStandardised) / highest)}%` }}
                  />
                )}
                {failed.has(index) && <span className="strip-failed">!</span>}
              </span>
              <span
                className="strip-heat"
                style={{
                  background: slice && map ? colourOf(slice.peaks[map] ?? range.low, range) : undefined
                }}
              />
            </div>
          )
        })}
      </div>
    </section>
  )
}

const none: never[] = []

function colourOf(score: number, { low, high }: { low: number; high: number }): string {
  const colour = 3 * Math.min(255, Math.max(0, Math.floor((256 * (score - low)) / (high - low))))
  return `rgb(${infernoTable[colour]},${infernoTable[colour + 1]},${infernoTable[colour + 2]})`
}

function hint(index: number, slice: SliceAnalysis | null, failed: boolean): string {
  if (failed) return `Slice ${index + 1}: could not be analysed`
  if (!slice) return `Slice ${index + 1}: not analysed`
  if (!slice.hasForeground) return `Slice ${index + 1}: too little of the patient`
  return `Slice ${index + 1}: score ${slice.scoreStandardised.toFixed(2)} σ`
}
