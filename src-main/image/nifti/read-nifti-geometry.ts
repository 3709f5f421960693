import type * as nifti from 'nifti-reader-js'
import type { Affine } from './read-nifti-affine'

/** A header as nifti-reader-js parses it. */
export type NiftiHeader = ReturnType<typeof nifti.readHeader>
type Vector = [number, number, number]

function millimetresPerUnit(header: NiftiHeader): number {
  const unit = header.xyzt_units & 7
  return unit === 1 ? 1000 : unit === 3 ? 0.001 : 1
}

/** Pixel spacing from pixdim alone: between rows, between columns; null where it is not positive. */
export function readNiftiSpacing(header: NiftiHeader): [number, number] | null {
  const scale = millimetresPerUnit(header)
  const [column, row] = [Math.abs(header.pixDims[1] ?? 0) * scale, Math.abs(header.pixDims[2] ?? 0) * scale]
  return row > 0 && column > 0 ? [row, column] : null
}

/**
 * Where a volume's planes lie in patient LPS mm, as they are shown: `flipColumns` and `flipRows` say that stored
 * columns and rows run against the display, and orientation and positions are those after mirroring.
 * @param affine voxel indices to RAS+, in the header's unit, of three directions
 * @param columns voxels along the first axis
 * @param rows voxels along the second axis
 */
export function readNiftiGeometry(affine: Affine, header: NiftiHeader, columns: number, rows: number) {
  const scale = millimetresPerUnit(header)
  const axis = (index: number): Vector => {
    const [x, y, z] = affine.map((line) => (line[index] as number) * scale) as Vector
    return [-x, -y, z] // RAS+ to LPS
  }
  const [alongI, alongJ, alongK, origin] = [axis(0), axis(1), axis(2), axis(3)]
  const [stepI, stepJ] = [Math.hypot(...alongI), Math.hypot(...alongJ)]
  const flipColumns = pointsAgainstDisplay(alongI)
  const flipRows = pointsAgainstDisplay(alongJ)
  // + 0 turns a negative zero into zero
  const direction = (vector: Vector, step: number, flip: boolean) =>
    vector.map((value) => ((flip ? -1 : 1) * value) / step + 0)
  return {
    flipColumns,
    flipRows,
    spacingMm: [stepJ, stepI] as [number, number],
    orientation: [...direction(alongI, stepI, flipColumns), ...direction(alongJ, stepJ, flipRows)],
    /** centre of the first pixel as shown, which mirroring makes the last one of its stored row or column */
    position: (slice: number): Vector =>
      origin.map(
        (value, at) =>
          value +
          slice * (alongK[at] as number) +
          (flipColumns ? (columns - 1) * (alongI[at] as number) : 0) +
          (flipRows ? (rows - 1) * (alongJ[at] as number) : 0)
      ) as Vector
  }
}

/** Slices are shown with the patient's left at the right, back at the bottom of axial ones, feet at the bottom else. */
function pointsAgainstDisplay(vector: Vector): boolean {
  const sizes = vector.map(Math.abs)
  const main = sizes.indexOf(Math.max(...sizes))
  const wanted = main === 2 ? -1 : 1
  return (vector[main] as number) * wanted < 0
}
