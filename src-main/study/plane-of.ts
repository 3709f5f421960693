/** Cosine of 20 degrees: planes that are turned further are called oblique. */
const straightCosine = 0.94

/** By the patient axis that their normal is closest to: x, y, z of LPS. */
export const planes = ['sagittal', 'coronal', 'axial'] as const

/**
 * The anatomical plane nearest to a slice.
 * @param orientation Image Orientation (Patient): cosines of the row, then of the column direction, patient LPS
 * @returns its name, and the cosine of the angle between both normals
 */
export function nearestPlane(orientation: readonly number[]): {
  name: (typeof planes)[number]
  cosine: number
} {
  const [rx, ry, rz, cx, cy, cz] = orientation as [number, number, number, number, number, number]
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx].map(Math.abs)
  const main = Math.max(...normal)
  const name = planes[normal.indexOf(main)] ?? 'axial'
  return { name, cosine: main / (Math.hypot(...normal) || 1) }
}

/** What radiologists call a plane: as {@link nearestPlane}, `oblique` where it is turned far from it. */
export function planeOf(orientation: readonly number[]): string {
  const { name, cosine } = nearestPlane(orientation)
  return cosine < straightCosine ? `oblique ${name}` : name
}
