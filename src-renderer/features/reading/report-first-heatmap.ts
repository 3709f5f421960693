import { nidus } from '../../api/nidus'
import type { PaneImages } from './use-pane-images'

interface Situation {
  /** handed to the pane just now */
  images: PaneImages
  /** the slice that is to be seen */
  sliceIndex: number
  threshold: number
  /** whether the analysis, or the listing of its findings, is still under way */
  busy: boolean
  /** the window is there to be captured: then the picture is to show the finished analysis, if that is soon */
  forScreenshot: boolean
}

/** How long a picture may wait for the end of the analysis. */
const patienceMs = 20_000

let reported = false
let waiting: ReturnType<typeof setTimeout> | null = null

/**
 * Tells main once that a heatmap is on the screen: with something over the threshold to see, or with the analysis
 * at its end. The pane draws in the next frame; the one after that has presented it.
 */
export function reportFirstHeatmap({ images, sliceIndex, threshold, busy, forScreenshot }: Situation): void {
  const { layer, heat, shown } = images
  if (reported || !layer || !heat || shown?.sliceIndex !== sliceIndex) return
  if (busy && !layer.values.some((score) => score >= threshold)) return
  if (busy && forScreenshot) waiting ??= setTimeout(report, patienceMs)
  else report()
}

function report(): void {
  if (reported) return
  reported = true
  if (waiting) clearTimeout(waiting)
  requestAnimationFrame(() => requestAnimationFrame(() => void nidus.firstHeatmapShown()))
}
