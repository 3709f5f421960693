import type { Foreground } from './find-foreground'
import { sourceColumnOf, sourceRowOf, type Placement } from './place-on-model-grid'
import { resample, triangleWeights } from './resample'

/**
 * How much of each cell of a coarse grid over the model grid shows the patient, smoothed by the same triangle filter
 * as the model input. It depends on the body part and on how it is imaged, hardly on contrast or lesions.
 * @param placement of the model grid on the slice
 * @param cells along either side
 * @returns [cells * cells], row by row, 0 to 1
 */
export function foregroundOutline(
  { mask }: Pick<Foreground, 'mask'>,
  placement: Placement,
  cells: number
): Float64Array {
  const { mmPerModelPx, spacingMm, rows, columns } = placement
  const high = placement.height / cells
  const wide = placement.width / cells
  // the centre of a cell, in pixels of the model grid
  const centre = (cell: number, size: number): number => (cell + 0.5) * size - 0.5
  return resample(
    new Float64Array(mask),
    columns,
    triangleWeights(
      cells,
      (cell) => sourceRowOf(placement, centre(cell, high)),
      (mmPerModelPx * high) / spacingMm[0],
      rows
    ),
    triangleWeights(
      cells,
      (cell) => sourceColumnOf(placement, centre(cell, wide)),
      (mmPerModelPx * wide) / spacingMm[1],
      columns
    )
  )
}
