import type { ModelManifest } from '../contract/manifest'
import { squaredDistanceToBackground } from './distance-transform'
import { findForeground, type Foreground } from './find-foreground'
import { foregroundOutline } from './foreground-outline'
import { intensityScale } from './intensity-scale'
import { placeOnModelGrid, sourceColumnOf, sourceRowOf, type Placement } from './place-on-model-grid'
import { resample, triangleWeights } from './resample'

export type { Placement } from './place-on-model-grid'

/** A slice as the model wants it, and all that is needed to bring its maps back. */
export interface PreparedSlice {
  /** one sample in the manifest's layout, [channels * height * width], within preprocessing.clip */
  tensor: Float32Array
  placement: Placement
  /** source pixels that may show a finding: the eroded foreground, [rows * columns], 0 or 1 */
  eroded: Uint8Array
  /** the same on the model grid, [height * width] */
  modelMask: Uint8Array
  /** of the patient, see `foregroundOutline`; null where the model does not compare it, or without foreground */
  outline: Float64Array | null
  /** model value = (modality value - offset) * factor, before clipping */
  offset: number
  factor: number
  /** false: too little of the patient to say anything; the tensor is zero and the masks are empty */
  hasForeground: boolean
}

/**
 * Brings a slice onto the model's input grid as the manifest's preprocessing says: foreground, crop to its box
 * (square in mm), antialiased resampling, intensity scaling, clipping. Deterministic; nothing but the slice and
 * the manifest enters.
 * @param modality modality values [rows * columns], row by row; non-finite values count as background
 * @param spacingMm between rows, between columns; null counts as square pixels of 1 mm
 */
export function prepareSlice(
  modality: Float32Array,
  rows: number,
  columns: number,
  spacingMm: [row: number, column: number] | null,
  manifest: ModelManifest
): PreparedSlice {
  const { preprocessing, input, maps, domain } = manifest
  const source = { rows, columns, spacingMm: spacingMm ?? ([1, 1] as [number, number]) }
  const foreground = findForeground(modality, rows, columns, preprocessing.foreground)
  const enough =
    foreground.count > 0 && foreground.count / (rows * columns) >= preprocessing.minForegroundFraction
  const scale = enough ? intensityScale(modality, foreground, preprocessing.intensity) : null
  if (!scale) return withoutForeground(source, manifest, foreground)

  const placement = placeOnModelGrid(foreground, preprocessing.crop, source, input)
  const rowWeights = triangleWeights(
    input.height,
    (i) => sourceRowOf(placement, i),
    placement.mmPerModelPx / source.spacingMm[0],
    rows
  )
  const columnWeights = triangleWeights(
    input.width,
    (j) => sourceColumnOf(placement, j),
    placement.mmPerModelPx / source.spacingMm[1],
    columns
  )
  const shifted = new Float64Array(modality.length)
  for (let i = 0; i < modality.length; i++) {
    shifted[i] = Number.isFinite(modality[i]) ? modality[i] - scale.offset : 0
  }
  const plane = resample(shifted, columns, rowWeights, columnWeights)
  const [low, high] = preprocessing.clip
  for (let i = 0; i < plane.length; i++) plane[i] = Math.min(high, Math.max(low, plane[i] * scale.factor))

  const eroded = erode(foreground, source, maps.foregroundErosion)
  // of one kind of array only, which keeps the resampling fast
  const coverage = resample(new Float64Array(eroded), columns, rowWeights, columnWeights)
  const modelMask = new Uint8Array(coverage.length)
  for (let i = 0; i < coverage.length; i++) modelMask[i] = coverage[i] > 0.5 ? 1 : 0
  return {
    tensor: toLayout(plane, input),
    placement,
    eroded,
    modelMask,
    outline: domain?.outline ? foregroundOutline(foreground, placement, domain.outline.cells) : null,
    offset: scale.offset,
    factor: scale.factor,
    hasForeground: true
  }
}

function erode(
  foreground: Foreground,
  source: { rows: number; columns: number; spacingMm: [number, number] },
  erosion: number
): Uint8Array {
  const { box, mask } = foreground
  const longerSideMm = Math.max(
    (box.lastRow - box.firstRow + 1) * source.spacingMm[0],
    (box.lastColumn - box.firstColumn + 1) * source.spacingMm[1]
  )
  const limitMm = erosion * longerSideMm
  const squared = squaredDistanceToBackground(mask, source.rows, source.columns, source.spacingMm)
  const eroded = new Uint8Array(squared.length)
  for (let i = 0; i < squared.length; i++) eroded[i] = Math.sqrt(squared[i]) > limitMm ? 1 : 0
  return eroded
}

function toLayout(plane: Float64Array, input: ModelManifest['input']): Float32Array {
  if (input.channels === 1) return new Float32Array(plane)
  const tensor = new Float32Array(plane.length * input.channels)
  for (let i = 0; i < plane.length; i++) {
    for (let c = 0; c < input.channels; c++) {
      tensor[input.layout === 'NHWC' ? i * input.channels + c : c * plane.length + i] = plane[i]
    }
  }
  return tensor
}

function withoutForeground(
  source: { rows: number; columns: number; spacingMm: [number, number] },
  { input }: ModelManifest,
  foreground: Foreground
): PreparedSlice {
  return {
    tensor: new Float32Array(input.channels * input.height * input.width),
    placement: placeOnModelGrid(foreground, { rule: 'full' }, source, input),
    eroded: new Uint8Array(source.rows * source.columns),
    modelMask: new Uint8Array(input.height * input.width),
    outline: null,
    offset: foreground.base,
    factor: 1,
    hasForeground: false
  }
}
