import { useEffect, useRef, useState } from 'react'
import { useApp } from '../../state/engine'
import { useFindings } from '../../state/findings'
import { useSettings } from '../../state/settings'
import { poseOf, useView } from '../../state/view'
import { CornerstonePane } from '../../viewer/cornerstone-pane'
import { attachPointerTools } from '../../viewer/attach-pointer-tools'
import type { CanvasSize } from '../../viewer/viewport-geometry'
import { ColourBar } from './colour-bar'
import { CornerTexts } from './corner-texts'
import { FindingMarks } from './finding-marks'
import { pointerActions } from './pointer-actions'
import { reportFirstHeatmap } from './report-first-heatmap'
import { usePaneImages, type PaneKind } from './use-pane-images'
import type { Reading } from './use-reading'

const titles: Record<PaneKind, string> = {
  overlay: 'Image with heatmap',
  original: 'Original',
  reconstruction: 'Reconstruction',
  map: 'Anomaly map'
}

/** One pane: the image or what the model made of it, its corner texts, and the tools of the mouse. */
export function Viewport({ kind, reading, alone }: { kind: PaneKind; reading: Reading; alone: boolean }) {
  const frame = useRef<HTMLDivElement>(null)
  const element = useRef<HTMLDivElement>(null)
  const pane = useRef<CornerstonePane | null>(null)
  const [size, setSize] = useState<CanvasSize>({ width: 0, height: 0 })
  const seriesId = reading.series.id
  const pose = useView((view) => poseOf(view, seriesId))
  const inverted = useView((view) => view.inverted[seriesId] ?? false)
  const heatmapOn = useView((view) => view.heatmapOn)
  const opacity = useSettings((settings) => settings.heatmapOpacity)
  const images = usePaneImages(kind, reading)
  const latest = useRef({ reading, images })
  latest.current = { reading, images }

  useEffect(() => {
    if (!frame.current || !element.current) return undefined
    const made = new CornerstonePane(element.current)
    pane.current = made
    const observer = new ResizeObserver(() => {
      made.resize()
      setSize({ width: frame.current?.clientWidth ?? 0, height: frame.current?.clientHeight ?? 0 })
    })
    observer.observe(frame.current)
    const detach = attachPointerTools(
      frame.current,
      pointerActions(
        () => latest.current,
        () => ({ width: frame.current?.clientWidth ?? 1, height: frame.current?.clientHeight ?? 1 })
      )
    )
    return () => {
      detach()
      observer.disconnect()
      made.dispose()
      pane.current = null
    }
  }, [kind])

  const invertedByHeader = images.slice?.pixels.inverted ?? false
  useEffect(() => {
    pane.current?.setView({
      pose,
      window: reading.window,
      invert: kind !== 'map' && inverted !== invertedByHeader,
      heatmap: { visible: heatmapOn, opacity }
    })
  }, [kind, pose, reading.window, inverted, invertedByHeader, heatmapOn, opacity])

  useEffect(() => {
    if (images.base) pane.current?.show(images.base, images.heat)
  }, [images.base, images.heat])

  const graphicsOn = useView((view) => view.graphicsOn)
  const graphics =
    graphicsOn && (kind === 'overlay' || kind === 'original') ? (images.slice?.overlay ?? null) : null
  useEffect(() => {
    if (images.base) pane.current?.setGraphics(graphics)
  }, [images.base, graphics])

  const forScreenshot = useApp((state) => state.facts?.forScreenshot ?? false)
  const listed = useFindings((state) => state.seriesId === seriesId && !state.searching)
  const busy = reading.analysis?.status === 'running' || (forScreenshot && !listed)
  useEffect(() => {
    if (kind !== 'overlay' || !heatmapOn) return
    const { sliceIndex, threshold } = reading
    reportFirstHeatmap({ images, sliceIndex, threshold, busy, forScreenshot })
  }, [kind, heatmapOn, images, reading, busy, forScreenshot])

  const empty = images.base === null
  return (
    <section
      className="viewport"
      data-testid={`viewport-${kind}`}
      data-shown-slice={images.base ? images.shown?.sliceIndex : undefined}
      data-graphics={graphics ? 'shown' : 'hidden'}
      data-heatmap={kind === 'overlay' && images.heat && heatmapOn ? 'shown' : 'hidden'}
      aria-label={`${titles[kind]}, slice ${reading.sliceIndex + 1} of ${reading.series.slices.length}`}
    >
      <div className="viewport-frame" ref={frame} tabIndex={0}>
        <div className="cornerstone-element" ref={element} hidden={empty} />
        {!empty && size.width > 0 && (kind === 'overlay' || kind === 'map') && heatmapOn && (
          <FindingMarks reading={reading} size={size} pose={pose} />
        )}
      </div>
      <CornerTexts
        kind={kind}
        title={titles[kind]}
        reading={reading}
        pose={pose}
        alone={alone}
        partial={images.slice?.pixels.partial ?? false}
      />
      {(kind === 'map' || (kind === 'overlay' && alone)) && reading.map && images.layer && (
        <ColourBar reading={reading} movable={kind === 'overlay'} />
      )}
      {images.failure && (
        <p className="viewport-message" role="alert">
          {images.failure}
        </p>
      )}
      {empty && !images.failure && (
        <p className="viewport-message">
          {kind === 'reconstruction' || kind === 'map' ? waitingFor(reading) : 'Loading…'}
        </p>
      )}
    </section>
  )
}

function waitingFor(reading: Reading): string {
  if (reading.analysis?.status === 'running') return 'Waiting for the analysis of this slice…'
  return reading.sliceAnalysis ? 'Loading…' : 'Not analysed yet'
}
