import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import type { SliceAnalysis } from '../../../src-main/contract/analysis'
import { useFindings } from '../../state/findings'
import { useSettings } from '../../state/settings'
import { goToSlice } from '../../state/view'
import { heatmapTables } from '../../viewer/heatmap-tables'
import type { Reading } from '../reading/use-reading'
import { drawSliceStrip, sliceAt } from './draw-slice-strip'

/** The series at a glance; clicking or dragging goes to a slice. */
export function SliceStrip({ reading }: { reading: Reading }) {
  const { series, sliceIndex, analysis, map, range } = reading
  const count = series.slices.length
  const strip = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  const { revealed } = reading
  const ranked = useFindings((state) => (revealed && state.seriesId === series.id ? state.ranked : none))
  const withFindings = useMemo(
    () => new Set(ranked.flatMap(({ body }) => body.parts.map(({ sliceIndex }) => sliceIndex))),
    [ranked]
  )
  const failed = useMemo(() => new Set(analysis?.problems.map((problem) => problem.sliceIndex)), [analysis])
  const analysedSlices = analysis?.slices ?? none
  // before the result is revealed the strip shows where one is, and nothing else
  const slices = revealed ? analysedSlices : none
  const { low, high } = range
  const table = heatmapTables[useSettings((settings) => settings.heatmapColours)]

  useEffect(() => {
    const room = strip.current
    if (!room) return undefined
    const observer = new ResizeObserver(() => setSize({ width: room.clientWidth, height: room.clientHeight }))
    observer.observe(room)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    const target = canvas.current
    const context = target?.getContext('2d')
    if (!target || !context || size.width === 0) return
    const density = window.devicePixelRatio || 1
    target.width = Math.round(size.width * density)
    target.height = Math.round(size.height * density)
    context.scale(density, density)
    drawSliceStrip(context, size, {
      count,
      slices,
      failed,
      withFindings,
      sliceIndex,
      map,
      range: { low, high },
      table
    })
  }, [size, count, slices, failed, withFindings, sliceIndex, map, low, high, table])

  const point = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect()
    const index = sliceAt(event.clientX - box.left, count, box.width)
    event.currentTarget.title = revealed
      ? hint(index, slices[index] ?? null, failed.has(index))
      : `Slice ${index + 1}`
    if (event.type === 'pointerdown' || event.buttons === 1) goToSlice(series.id, index, count)
  }
  const key = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    goToSlice(series.id, sliceIndex + step, count)
  }
  const current = slices[sliceIndex]
  const analysed = analysedSlices.reduce((total, slice) => total + (slice ? 1 : 0), 0)
  return (
    <section className="slice-strip" aria-label="Slices and their scores">
      <div className="slice-strip-label">
        <strong>{revealed ? 'Slice score' : 'Slices'}</strong>
        <span className="quiet" data-testid="slice-score">
          {!revealed
            ? 'hidden'
            : current
              ? `${current.scoreStandardised.toFixed(1)} σ`
              : failed.has(sliceIndex)
                ? 'failed'
                : '–'}
        </span>
        <span className="quiet">
          {analysed} / {count}
        </span>
      </div>
      <div
        ref={strip}
        className="slice-strip-bars"
        data-testid="slice-strip"
        data-count={count}
        data-analysed={analysed}
        data-scores={revealed ? 'shown' : 'hidden'}
        role="slider"
        tabIndex={0}
        aria-label="Slice"
        aria-valuemin={1}
        aria-valuemax={count}
        aria-valuenow={sliceIndex + 1}
        aria-valuetext={
          revealed ? hint(sliceIndex, current ?? null, failed.has(sliceIndex)) : `Slice ${sliceIndex + 1}`
        }
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          point(event)
        }}
        onPointerMove={point}
        onKeyDown={key}
      >
        <canvas ref={canvas} />
      </div>
    </section>
  )
}

const none: never[] = []

function hint(index: number, slice: SliceAnalysis | null, failed: boolean): string {
  if (failed) return `Slice ${index + 1}: could not be analysed`
  if (!slice) return `Slice ${index + 1}: not analysed`
  if (!slice.hasForeground) return `Slice ${index + 1}: too little of the patient`
  return `Slice ${index + 1}: score ${slice.scoreStandardised.toFixed(2)} σ`
}
