import type { MapName, ModelManifest } from '../contract/manifest'
import { modelColumnOf, modelRowOf, type Placement } from '../preprocess/place-on-model-grid'
import type { PreparedSlice } from '../preprocess/prepare-slice'
import { channelPlane } from './channel-plane'
import { statisticsOf } from './make-maps'
import { createSourceSampler } from './source-sampler'

/** Score of a pixel that shows nothing: what a raw value of 0 standardises to. */
export function floorOf(manifest: ModelManifest, map: MapName): number {
  const { median, spread } = statisticsOf(manifest, map)
  return Math.fround(-median / spread)
}

/**
 * Brings a standardised map back to the source pixel grid through the exact inverse of the placement: bilinear
 * between the model pixels inside the mask.
 * @param map [height * width], standardised
 * @param modelMask [height * width], 0 or 1; model pixels outside it do not count
 * @param eroded [rows * columns], 0 or 1; source pixels outside it get the floor
 * @returns [rows * columns], float32, score units
 */
export function mapToSourceGrid(
  map: Float32Array,
  modelMask: Uint8Array,
  eroded: Uint8Array,
  placement: Placement,
  floor: number
): Float32Array {
  return createSourceSampler(modelMask, eroded, placement)(map, floor)
}

/**
 * Brings a reconstruction back to the source grid and to modality values (the exact inverse of the intensity
 * scale; what preprocessing clipped stays clipped). Outside the model grid: the value that preprocessing makes 0.
 * @param reconstruction one sample in the model's layout
 * @returns [rows * columns], float32, modality values
 */
export function reconstructionToSourceGrid(
  reconstruction: Float32Array,
  manifest: ModelManifest,
  prepared: Pick<PreparedSlice, 'placement' | 'offset' | 'factor'>
): Float32Array {
  const { placement, offset, factor } = prepared
  const plane = channelPlane(manifest.input, (i) => reconstruction[i])
  const result = new Float32Array(placement.rows * placement.columns)
  const columnAt = Float64Array.from({ length: placement.columns }, (_, x) => modelColumnOf(placement, x))
  for (let y = 0; y < placement.rows; y++) {
    const row = modelRowOf(placement, y)
    for (let x = 0; x < placement.columns; x++) {
      result[y * placement.columns + x] = sampleAt(plane, placement, row, columnAt[x]) / factor + offset
    }
  }
  return result
}

/** Bilinear value of a plane of the model grid at model coordinates; zero outside the model grid. */
function sampleAt(plane: Float64Array, { height, width }: Placement, row: number, column: number): number {
  const top = Math.floor(row)
  const left = Math.floor(column)
  let sum = 0
  for (let i = Math.max(0, top); i <= Math.min(height - 1, top + 1); i++) {
    const along = i > top ? row - top : 1 - (row - top)
    for (let j = Math.max(0, left); j <= Math.min(width - 1, left + 1); j++) {
      sum += along * (j > left ? column - left : 1 - (column - left)) * plane[i * width + j]
    }
  }
  return sum
}
