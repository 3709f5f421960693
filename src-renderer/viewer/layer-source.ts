import type { LayerMessage, LayerName } from '../../src-main/contract/channels'
import { nidus, unwrap } from '../api/nidus'
import { ByteCache } from './byte-cache'

/** As many as slices of 512 x 512 are kept, and a few more. */
const cache = new ByteCache<LayerMessage>(384 * 1024 * 1024)
const revisions = new Map<string, number>()

/** A map or reconstruction of a slice, and which run it comes from. */
export interface LayerKey {
  seriesId: string
  sliceIndex: number
  layer: LayerName
  /** of a second model; without it the model being read with */
  modelId?: string
}

/** Names the layer and the analysis that it comes from: it changes when the series is analysed anew. */
export function layerId({ seriesId, sliceIndex, layer, modelId }: LayerKey): string {
  return `${seriesId}/${sliceIndex}/${layer}/${modelId ?? ''}/${revisions.get(seriesId) ?? 0}`
}

/** The layer, if it is here already. */
export function peekLayer(key: LayerKey): LayerMessage | undefined {
  return cache.peek(layerId(key))
}

/** Whether the layer is here already; does not count as use. */
export function hasLayer(key: LayerKey): boolean {
  return cache.has(layerId(key))
}

/** Loads a layer of an analysed slice, on the pixel grid of the slice. Throws RequestError. */
export function loadLayer(key: LayerKey): Promise<LayerMessage> {
  return cache.load(layerId(key), async () => {
    const value = await unwrap(nidus.layer(key))
    return { value, bytes: value.values.byteLength }
  })
}

/** Makes all layers of a series stale, because it is analysed anew. */
export function clearLayers(seriesId: string): void {
  revisions.set(seriesId, (revisions.get(seriesId) ?? 0) + 1)
}
