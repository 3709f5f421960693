/** Cosine of 20 degrees: planes that are turned further are called oblique. */
const straightCosine = 0.94

const names = ['sagittal', 'coronal', 'axial']

/**
 * What radiologists call a plane: by the patient axis that its normal is closest to, `oblique` where that is far.
 * @param orientation cosines of the row direction, then of the column direction, patient LPS
 */
export function planeOf(orientation: number[]): string {
  const [rx, ry, rz, cx, cy, cz] = orientation as [number, number, number, number, number, number]
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx].map(Math.abs)
  const length = Math.hypot(...normal) || 1
  const main = Math.max(...normal)
  const name = names[normal.indexOf(main)] as string
  return main / length < straightCosine ? `oblique ${name}` : name
}
