import { nidus } from '../../api/nidus'
import type { PaneImages } from './use-pane-images'

let reported = false

/**
 * Tells main once that a heatmap is on the screen: with something over the threshold to see, or with the analysis
 * at its end. The pane draws in the next frame; the one after that has presented it.
 * @param images handed to the pane just now
 * @param running whether the analysis is still under way
 */
export function reportFirstHeatmap(images: PaneImages, threshold: number, running: boolean): void {
  const { layer, heat } = images
  if (reported || !layer || !heat) return
  if (running && !layer.values.some((score) => score >= threshold)) return
  reported = true
  requestAnimationFrame(() => requestAnimationFrame(() => void nidus.firstHeatmapShown()))
}
