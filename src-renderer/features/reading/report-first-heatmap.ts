import { nidus } from '../../api/nidus'
import type { PaneImages } from './use-pane-images'
import type { Reading } from './use-reading'

let reported = false

/**
 * Tells main once that a heatmap is on the screen: drawn, and with something over the threshold to see, or with
 * the analysis at its end. Two frames later, so that what was drawn has been presented.
 */
export function reportFirstHeatmap(images: PaneImages, reading: Reading): void {
  const { layer, heat } = images
  if (reported || !layer || !heat) return
  const running = reading.analysis?.status === 'running'
  if (running && !layer.values.some((score) => score >= reading.threshold)) return
  reported = true
  requestAnimationFrame(() => requestAnimationFrame(() => void nidus.firstHeatmapShown()))
}
