/**
 * r², r = image - reconstruction, of one element: the reconstruction error of An & Cho 2015, 'Variational
 * autoencoder based anomaly detection using reconstruction probability', for a normal density of fixed spread.
 */
export function squaredError(value: number, reconstruction: number): number {
  const difference = value - reconstruction
  return difference * difference
}
