import { useMemo } from 'react'
import type { LayerMessage } from '../../../src-main/contract/channels'
import { contourPath, traceContours } from '../../viewer/trace-contours'
import { pixelToCanvasMatrix, type CanvasSize, type ViewPose } from '../../viewer/viewport-geometry'
import type { Reading } from './use-reading'

/** The line where the scores cross the threshold, of the same width at any zoom; the tissue inside stays to be seen. */
export function ContourMarks({
  reading,
  layer,
  size,
  pose
}: {
  reading: Reading
  layer: LayerMessage
  size: CanvasSize
  pose: ViewPose
}) {
  const { threshold, slice } = reading
  const path = useMemo(
    () => contourPath(traceContours(layer.values, layer.rows, layer.columns, threshold)),
    [layer, threshold]
  )
  const matrix = pixelToCanvasMatrix(slice, size, pose)
  return (
    <svg
      className="contour-marks"
      width={size.width}
      height={size.height}
      aria-hidden="true"
      data-testid="contour"
    >
      <g transform={`matrix(${matrix.join(' ')})`}>
        <path className="contour-ground" d={path} vectorEffect="non-scaling-stroke" />
        <path d={path} vectorEffect="non-scaling-stroke" />
      </g>
    </svg>
  )
}
