import type { Preprocessing } from '../contract/manifest'
import type { Foreground } from './find-foreground'

/**
 * Where the model grid lies on the source grid. Coordinates are pixel-centre indices (the centre of the first
 * pixel is 0). Source row of model row i: centreRow + (i - (height-1)/2) * mmPerModelPx / spacingMm[0]; columns
 * likewise with spacingMm[1]. There is no rotation, and a model pixel is square in mm.
 */
export interface Placement {
  centreRow: number
  centreColumn: number
  mmPerModelPx: number
  /** between rows, between columns; where the source does not say, as if the shorter side of a pixel were 1 mm */
  spacingMm: [row: number, column: number]
  /** of the source */
  rows: number
  columns: number
  /** of the model grid */
  height: number
  width: number
}

/** Centres the model grid on the box of the foreground, or on the whole image, so that the box with its margin fits. */
export function placeOnModelGrid(
  foreground: Foreground,
  crop: Preprocessing['crop'],
  source: { rows: number; columns: number; spacingMm: [number, number] },
  model: { height: number; width: number }
): Placement {
  const { rows, columns, spacingMm } = source
  const box =
    crop.rule === 'full'
      ? { firstRow: 0, lastRow: rows - 1, firstColumn: 0, lastColumn: columns - 1 }
      : foreground.box
  const enlargement = 1 + (crop.rule === 'full' ? 0 : crop.margin)
  const heightMm = (box.lastRow - box.firstRow + 1) * spacingMm[0]
  const widthMm = (box.lastColumn - box.firstColumn + 1) * spacingMm[1]
  return {
    centreRow: (box.firstRow + box.lastRow) / 2,
    centreColumn: (box.firstColumn + box.lastColumn) / 2,
    mmPerModelPx: Math.max((heightMm * enlargement) / model.height, (widthMm * enlargement) / model.width),
    spacingMm,
    rows,
    columns,
    height: model.height,
    width: model.width
  }
}

/** Source row (pixel-centre index, fractional) of a model row. */
export function sourceRowOf(placement: Placement, modelRow: number): number {
  const step = placement.mmPerModelPx / placement.spacingMm[0]
  return placement.centreRow + (modelRow - (placement.height - 1) / 2) * step
}

/** Source column (pixel-centre index, fractional) of a model column. */
export function sourceColumnOf(placement: Placement, modelColumn: number): number {
  const step = placement.mmPerModelPx / placement.spacingMm[1]
  return placement.centreColumn + (modelColumn - (placement.width - 1) / 2) * step
}

/** The exact inverse of {@link sourceRowOf}. */
export function modelRowOf(placement: Placement, sourceRow: number): number {
  const step = placement.mmPerModelPx / placement.spacingMm[0]
  return (sourceRow - placement.centreRow) / step + (placement.height - 1) / 2
}

/** The exact inverse of {@link sourceColumnOf}. */
export function modelColumnOf(placement: Placement, sourceColumn: number): number {
  const step = placement.mmPerModelPx / placement.spacingMm[1]
  return (sourceColumn - placement.centreColumn) / step + (placement.width - 1) / 2
}
