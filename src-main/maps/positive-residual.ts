/**
 * max(r, 0), r = image - reconstruction, of one element: keeps what is brighter than its reconstruction, as Baur et
 * al. 2021, 'Autoencoders for unsupervised anomaly segmentation in brain MR images: a comparative study' (Medical
 * Image Analysis 69), do for lesions that are bright on FLAIR.
 */
export function positiveError(value: number, reconstruction: number): number {
  return Math.max(value - reconstruction, 0)
}
