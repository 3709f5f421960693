/**
 * |r|, r = image - reconstruction, of one element: the score of autoencoders since Baur et al. 2018, 'Deep
 * Autoencoding Models for Unsupervised Anomaly Segmentation in Brain MR Images' (arXiv 1804.04488).
 */
export function absoluteError(value: number, reconstruction: number): number {
  return Math.abs(value - reconstruction)
}
