import type { LayerMessage, LayerName } from '../contract/channels'
import { NidusError } from '../contract/errors'
import type { ModelManifest } from '../contract/manifest'
import type { AnalysedSlice } from '../inference/engine-protocol'
import { floorOf, mapToSourceGrid, reconstructionToSourceGrid } from '../maps/to-source-grid'

/**
 * A layer of an analysed slice on the pixel grid of the slice.
 * @throws map-unavailable where the model does not make the map
 */
export function renderLayer(
  slice: AnalysedSlice,
  manifest: ModelManifest,
  layer: LayerName
): Pick<LayerMessage, 'rows' | 'columns' | 'values' | 'floor'> {
  const { placement } = slice
  const { rows, columns } = placement
  if (layer === 'reconstruction') {
    const values = slice.analysis.hasForeground
      ? reconstructionToSourceGrid(slice.reconstruction, manifest, slice)
      : new Float32Array(rows * columns).fill(slice.offset)
    return { rows, columns, values, floor: null }
  }
  if (!manifest.maps.available.includes(layer)) throw new NidusError('map-unavailable', { map: layer })
  const floor = floorOf(manifest, layer)
  const map = slice.analysis.hasForeground ? slice.maps[layer] : undefined
  if (slice.analysis.hasForeground && !map) {
    throw new NidusError('map-unavailable', { map: layer, reason: 'it is not made of this slice yet' })
  }
  const values = map
    ? mapToSourceGrid(map, slice.modelMask, slice.eroded, placement, floor)
    : new Float32Array(rows * columns).fill(floor)
  return { rows, columns, values, floor }
}
