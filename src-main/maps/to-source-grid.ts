import type { MapName, ModelManifest } from '../contract/manifest'
import { modelColumnOf, modelRowOf, type Placement } from '../preprocess/place-on-model-grid'
import type { PreparedSlice } from '../preprocess/prepare-slice'
import { channelPlane } from './channel-plane'
import { statisticsOf } from './make-maps'

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
  const { rows, columns } = placement
  const result = new Float32Array(rows * columns).fill(floor)
  const weighted = Float64Array.from(map, (value, i) => (modelMask[i] ? value : 0))
  const sampleAt = bilinearSampler(placement, [weighted, Float64Array.from(modelMask)])
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const pixel = y * columns + x
      if (!eroded[pixel]) continue
      const [value, weight] = sampleAt(y, x)
      if (weight > 1e-6) result[pixel] = value / weight
    }
  }
  return result
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
  const sampleAt = bilinearSampler(placement, [plane])
  const result = new Float32Array(placement.rows * placement.columns)
  for (let y = 0; y < placement.rows; y++) {
    for (let x = 0; x < placement.columns; x++) {
      result[y * placement.columns + x] = sampleAt(y, x)[0] / factor + offset
    }
  }
  return result
}

/** Samples planes of the model grid at source pixel centres; zero outside the model grid. */
function bilinearSampler(
  placement: Placement,
  planes: Float64Array[]
): (sourceRow: number, sourceColumn: number) => number[] {
  const { height, width } = placement
  const result = new Array<number>(planes.length).fill(0)
  return (sourceRow, sourceColumn) => {
    const i = modelRowOf(placement, sourceRow)
    const j = modelColumnOf(placement, sourceColumn)
    const top = Math.floor(i)
    const left = Math.floor(j)
    result.fill(0)
    for (let di = 0; di <= 1; di++) {
      for (let dj = 0; dj <= 1; dj++) {
        const row = top + di
        const column = left + dj
        if (row < 0 || column < 0 || row >= height || column >= width) continue
        const weight = (di ? i - top : 1 - (i - top)) * (dj ? j - left : 1 - (j - left))
        for (let p = 0; p < planes.length; p++) result[p] += weight * planes[p][row * width + column]
      }
    }
    return result
  }
}
