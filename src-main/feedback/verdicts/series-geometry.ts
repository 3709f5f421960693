import type { SeriesGeometry } from '../../contract/feedback'
import type { Series } from '../../contract/study'

/**
 * Where a series lies in the patient, for writing masks as volumes later without the images.
 * @returns null where spacing, orientation or positions are unknown, or differ between slices; steps that vary by
 *   more than a hundredth of a millimetre are no regular volume either
 */
export function seriesGeometry(series: Pick<Series, 'slices'>): SeriesGeometry | null {
  const { slices } = series
  const [first] = slices
  if (!first?.spacingMm || first.orientation?.length !== 6 || !first.positionMm) return null
  const sliceCount = slices.length
  const last = slices[sliceCount - 1]
  if (!last.positionMm) return null
  const [rowX, rowY, rowZ, columnX, columnY, columnZ] = first.orientation
  const normal = [
    rowY * columnZ - rowZ * columnY,
    rowZ * columnX - rowX * columnZ,
    rowX * columnY - rowY * columnX
  ]
  // a single slice has no step of its own: a millimetre along its normal
  const step = normal.map((along, axis) =>
    sliceCount === 1 ? along : (last.positionMm![axis] - first.positionMm![axis]) / (sliceCount - 1)
  )
  const regular = slices.every(
    (slice, index) =>
      slice.rows === first.rows &&
      slice.columns === first.columns &&
      slice.positionMm?.every(
        (mm, axis) => Math.abs(mm - first.positionMm![axis] - index * step[axis]) < 0.01
      ) &&
      slice.orientation?.every((cosine, i) => Math.abs(cosine - first.orientation![i]) < 1e-4) &&
      slice.spacingMm?.every((mm, i) => Math.abs(mm - first.spacingMm![i]) < 1e-4)
  )
  if (!regular || step.every((mm) => mm === 0)) return null
  return {
    sliceCount,
    spacingMm: [...first.spacingMm],
    orientation: [...first.orientation],
    firstPositionMm: [...first.positionMm],
    stepMm: [step[0], step[1], step[2]]
  }
}
