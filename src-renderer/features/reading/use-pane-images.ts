import type { Image } from 'cornerstone-core'
import { useEffect, useRef, useState } from 'react'
import type { HeatmapColours } from '../../../src-main/contract/settings'
import type { LayerMessage, LayerName } from '../../../src-main/contract/channels'
import { describeThrown } from '../../api/describe-error'
import { heatmapTables } from '../../viewer/heatmap-tables'
import { layerId, loadLayer, peekLayer } from '../../viewer/layer-source'
import { makeHeatmapPixels } from '../../viewer/make-heatmap-pixels'
import { makeColourImage, makeDifferenceImage, makeGreyImage } from '../../viewer/make-image'
import { loadSlice, peekSlice, type LoadedSlice } from '../../viewer/slice-source'
import { useSettings } from '../../state/settings'
import type { PaneKind } from '../../state/panes'
import type { Reading } from './use-reading'

/** What a pane has to draw, and of which slice it is: it may lag behind the slice asked for. */
export interface PaneImages {
  shown: { seriesId: string; sliceIndex: number } | null
  slice: LoadedSlice | null
  base: Image | null
  heat: Image | null
  layer: LayerMessage | null
  failure: string | null
}

const nothing: PaneImages = { shown: null, slice: null, base: null, heat: null, layer: null, failure: null }

/**
 * Loads what a pane shows of the slice being read. The slice appears as soon as it is there, its map when that
 * is; an answer for a slice that was left in the meantime is dropped.
 */
export function usePaneImages(kind: PaneKind, reading: Reading | null): PaneImages {
  const [images, setImages] = useState<PaneImages>(nothing)
  const revision = useRef(0)
  const seriesId = reading?.series.id ?? null
  const sliceIndex = reading?.sliceIndex ?? 0
  const analysed = reading?.sliceAnalysis ?? null
  const layerName: LayerName | null =
    kind === 'original' || !reading?.revealed
      ? null
      : kind === 'reconstruction' || kind === 'difference'
        ? 'reconstruction'
        : (reading?.map ?? null)
  const modelId = reading?.besideModelId
  const threshold = reading?.threshold ?? 0
  const colours = useSettings((settings) => settings.heatmapColours)
  const { low, high } = reading?.range ?? { low: 0, high: 1 }

  useEffect(() => {
    const mine = ++revision.current
    const current = (): boolean => mine === revision.current
    if (seriesId === null) {
      setImages(nothing)
      return
    }
    const isMade = layerName === 'reconstruction' || (layerName && analysed?.maps.includes(layerName))
    const key = layerName && analysed && isMade ? { seriesId, sliceIndex, layer: layerName, modelId } : null
    const show = (slice: LoadedSlice, layer: LayerMessage | null): void =>
      setImages({
        shown: { seriesId, sliceIndex },
        slice,
        layer,
        failure: null,
        ...draw(kind, slice, layer, key ? layerId(key) : '', threshold, { low, high }, colours)
      })
    const fail = (thrown: unknown): void => {
      if (current())
        setImages({ ...nothing, shown: { seriesId, sliceIndex }, failure: describeThrown(thrown) })
    }
    const withLayer = (slice: LoadedSlice): void => {
      if (!current()) return
      const layer = key ? peekLayer(key) : undefined
      show(slice, layer ?? null)
      if (key && !layer) void loadLayer(key).then((came) => current() && show(slice, came), fail)
    }
    const slice = peekSlice(seriesId, sliceIndex)
    if (slice) withLayer(slice)
    else void loadSlice(seriesId, sliceIndex).then(withLayer, fail)
  }, [kind, seriesId, sliceIndex, analysed, layerName, modelId, threshold, low, high, colours])

  return images
}

function draw(
  kind: PaneKind,
  slice: LoadedSlice,
  layer: LayerMessage | null,
  id: string,
  threshold: number,
  range: { low: number; high: number },
  name: HeatmapColours
): Pick<PaneImages, 'base' | 'heat'> {
  const { pixels } = slice
  const table = heatmapTables[name]
  switch (kind) {
    case 'original':
      return { base: slice.image, heat: null }
    case 'reconstruction':
      return {
        base: layer && makeGreyImage(`grey:${id}`, { ...pixels, values: layer.values, padding: null }),
        heat: null
      }
    case 'difference':
      return { base: layer && makeDifferenceImage(`difference:${id}`, pixels, layer.values), heat: null }
    case 'map': {
      const colours = layer && makeHeatmapPixels(layer.values, { range, threshold: null, table })
      return {
        base: colours && makeColourImage(`map:${id}/${name}/${range.low}/${range.high}`, pixels, colours),
        heat: null
      }
    }
    case 'overlay': {
      const colours = layer && makeHeatmapPixels(layer.values, { range, threshold, table })
      const heatId = `heat:${id}/${name}/${threshold}/${range.low}/${range.high}`
      return { base: slice.image, heat: colours && makeColourImage(heatId, pixels, colours) }
    }
  }
}
