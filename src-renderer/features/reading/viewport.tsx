import { useEffect, useMemo, useRef, useState } from 'react'
import { useApp } from '../../state/engine'
import { useFindings } from '../../state/findings'
import { useSettings } from '../../state/settings'
import { useHand } from '../../state/hand'
import { usePanes, type PaneContent } from '../../state/panes'
import { useProbe } from '../../state/probe'
import { useTools } from '../../state/tools'
import { heatmapShows, poseOf, useView, type Window } from '../../state/view'
import { CornerstonePane, type PaneView } from '../../viewer/cornerstone-pane'
import { attachPointerTools } from '../../viewer/attach-pointer-tools'
import type { CanvasSize } from '../../viewer/viewport-geometry'
import { MeasurementMarks } from '../measure/measurement-marks'
import { PositionMarks } from '../measure/position-marks'
import { ColourBar } from './colour-bar'
import { ContourMarks } from './contour-marks'
import { CornerTexts } from './corner-texts'
import { VerdictMarks } from '../verdicts/verdict-marks'
import { FindingMarks } from './finding-marks'
import { lackingOf } from './lacking-of'
import { pointerActions } from './pointer-actions'
import { reportFirstHeatmap } from './report-first-heatmap'
import { mapLabels } from '../header/map-labels'
import { paneTitles } from './content-options'
import { Magnifier } from './magnifier'
import { PaneHold } from './pane-hold'
import { probeAt } from './probe-at'
import { usePaneImages } from './use-pane-images'
import type { Reading } from './use-reading'

/** One pane: the image or what the model made of it, its corner texts, and the tools of the mouse. */
export function Viewport({
  place,
  content,
  reading,
  alone
}: {
  /** in the layout, from 0 */
  place: number
  content: PaneContent
  reading: Reading
  alone: boolean
}) {
  const { kind } = content
  const frame = useRef<HTMLDivElement>(null)
  const element = useRef<HTMLDivElement>(null)
  const pane = useRef<CornerstonePane | null>(null)
  const [size, setSize] = useState<CanvasSize>({ width: 0, height: 0 })
  const seriesId = reading.series.id
  const pose = useView((view) => poseOf(view, seriesId))
  const inverted = useView((view) => view.inverted[seriesId] ?? false)
  const heatmapOn = useView(heatmapShows) && reading.revealed
  const style = useSettings((settings) => settings.heatmapStyle)
  const opacity = useSettings((settings) => settings.heatmapOpacity)
  const images = usePaneImages(kind, reading)
  const latest = useRef({ reading, images })
  latest.current = { reading, images }
  const [hold] = useState(
    () =>
      new PaneHold(
        () => latest.current,
        () => ({ width: frame.current?.clientWidth ?? 1, height: frame.current?.clientHeight ?? 1 }),
        place
      )
  )

  useEffect(() => {
    if (!frame.current || !element.current) return undefined
    const made = new CornerstonePane(element.current)
    pane.current = made
    const observer = new ResizeObserver(() => {
      made.resize()
      setSize({ width: frame.current?.clientWidth ?? 0, height: frame.current?.clientHeight ?? 0 })
    })
    observer.observe(frame.current)
    const detach = attachPointerTools(frame.current, pointerActions(hold))
    return () => {
      detach()
      observer.disconnect()
      made.dispose()
      pane.current = null
    }
  }, [hold])

  const invertedByHeader = images.slice?.pixels.inverted ?? false
  const isMap = kind === 'map'
  const view = useMemo<PaneView>(
    () => ({
      pose,
      window: kind === 'difference' ? aboutZero(reading.window) : reading.window,
      invert: !isMap && inverted !== invertedByHeader,
      heatmap: { visible: heatmapOn && style === 'fill', opacity }
    }),
    [kind, isMap, pose, reading.window, inverted, invertedByHeader, heatmapOn, style, opacity]
  )
  useEffect(() => pane.current?.setView(view), [view])

  useEffect(() => {
    if (images.base) pane.current?.show(images.base, images.heat)
  }, [images.base, images.heat])

  const graphicsOn = useView((view) => view.graphicsOn)
  const { overlay = null, colours = null } = images.slice ?? {}
  const graphics =
    kind === 'overlay' || kind === 'original' ? ((graphicsOn ? overlay : null) ?? colours) : null
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

  const tool = useTools((tools) => tools.activeTool)
  const cursor = useTools((tools) => tools.cursor)
  const isActive = usePanes((panes) => panes.active === place)
  const hand = useHand((state) => (state.place === place ? state.at : null))
  useEffect(() => {
    if (cursor && isActive) useProbe.setState({ probe: probeAt({ images }, cursor) })
  }, [cursor, isActive, images])
  const empty = images.base === null
  const shape = images.slice?.pixels ?? reading.slice
  const held = tool !== 'magnifier' ? null : hand ? hand : cursor && isActive ? hold.toScreen(cursor) : null
  const title = titleOf(content, reading)
  return (
    <section
      className="viewport"
      data-testid={`viewport-${kind}`}
      data-shown-slice={images.base ? images.shown?.sliceIndex : undefined}
      data-graphics={graphics ? 'shown' : 'hidden'}
      data-heatmap={kind === 'overlay' && images.heat && heatmapOn ? 'shown' : 'hidden'}
      data-series={seriesId}
      data-model={reading.manifest?.id}
      aria-label={`${title}, slice ${reading.sliceIndex + 1} of ${reading.series.slices.length}`}
    >
      <div
        className="viewport-frame"
        ref={frame}
        tabIndex={0}
        role="application"
        aria-label={`${title}, pane ${place + 1}`}
        data-tool={tool}
      >
        <div className="cornerstone-element" ref={element} hidden={empty} />
        {!empty &&
          size.width > 0 &&
          kind === 'overlay' &&
          heatmapOn &&
          style === 'contour' &&
          images.layer && <ContourMarks reading={reading} layer={images.layer} size={size} pose={pose} />}
        {!empty && size.width > 0 && marksFindings(content) && heatmapOn && (
          <FindingMarks reading={reading} size={size} pose={pose} />
        )}
        {!empty && size.width > 0 && (
          <>
            <PositionMarks reading={reading} size={size} pose={pose} />
            <MeasurementMarks reading={reading} images={images} size={size} pose={pose} place={place} />
            {held && (
              <Magnifier
                images={images}
                view={view}
                shape={shape}
                size={size}
                pixel={hold.toPixel(held)}
                at={held}
              />
            )}
          </>
        )}
        {!empty && size.width > 0 && kind !== 'reconstruction' && (
          <VerdictMarks
            reading={reading}
            size={size}
            pose={pose}
            findingsShown={marksFindings(content) && heatmapOn}
          />
        )}
      </div>
      <CornerTexts
        kind={kind}
        main={alone || place === 0 || content.seriesId !== null}
        reading={reading}
        pose={pose}
        alone={alone}
        lacking={images.slice ? lackingOf(images.slice.pixels) : null}
        rounded={images.slice?.pixels.rounded ?? false}
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
          {kind === 'overlay' || kind === 'original' ? 'Loading…' : waitingFor(reading)}
        </p>
      )}
    </section>
  )
}

function waitingFor(reading: Reading): string {
  if (!reading.revealed) return 'Hidden until you reveal the result (Enter)'
  if (reading.analysis?.status === 'running') return 'Waiting for the analysis of this slice…'
  return reading.sliceAnalysis ? 'Loading…' : 'Not analysed yet'
}

/** Findings are listed for the map in use of the model being read with. */
function marksFindings({ kind, map, second }: PaneContent): boolean {
  return (kind === 'overlay' || kind === 'map') && map === null && !second
}

/** The window of a difference: as wide as that of the image, with no difference in the middle. */
function aboutZero({ width }: Window): Window {
  return { center: 0, width, function: 'linear-exact' }
}

function titleOf({ kind, map, second }: PaneContent, { map: inUse, manifest }: Reading): string {
  const name = kind === 'map' && inUse ? mapLabels[map ?? inUse].short : paneTitles[kind]
  return second && manifest ? `${name}, ${manifest.name}` : name
}
