import { useEffect, useRef } from 'react'
import type { RankedFinding } from '../../state/findings'
import { drawFindingThumbnail } from '../../viewer/draw-finding-thumbnail'
import { loadLayer } from '../../viewer/layer-source'
import { loadSlice } from '../../viewer/slice-source'
import type { Reading } from '../reading/use-reading'

const side = 46

/** The surroundings of a peak in the window of the image, with the outline of what is over the threshold. */
export function FindingThumbnail({ found, reading }: { found: RankedFinding; reading: Reading }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { series, map, threshold, window: shown } = reading
  const { sliceIndex, finding } = found
  useEffect(() => {
    let left = false
    const draw = async (): Promise<void> => {
      if (!map) return
      const key = { seriesId: series.id, sliceIndex }
      // a picture less is no reason for a message: the slice itself says why it can not be shown
      const loaded = await Promise.all([
        loadSlice(key.seriesId, sliceIndex),
        loadLayer({ ...key, layer: map })
      ]).catch(() => null)
      if (!loaded || left || !canvas.current) return
      const [{ pixels }, layer] = loaded
      drawFindingThumbnail(canvas.current, { pixels, layer, finding, threshold, window: shown, side })
    }
    // rows that only pass by while scrolling load nothing
    const timer = setTimeout(() => void draw(), 40)
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [series.id, sliceIndex, finding, map, threshold, shown])
  return <canvas className="finding-thumbnail" ref={canvas} width={side} height={side} aria-hidden="true" />
}
