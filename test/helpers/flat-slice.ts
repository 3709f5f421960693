import { buildDicom, imageElements, pixelData, words, type ImageOptions } from './build-dicom'

/** A 2 x 3 slice of MR at height z, mm, whose six values are ten times that without its sign. */
export function flatSlice(z: number, options: ImageOptions = {}): Uint8Array {
  const value = Math.round(Math.abs(z) * 10)
  const base: ImageOptions = {
    instanceUid: `2.25.1${Math.round(z * 10) + 5000}`,
    position: [0, 0, z],
    orientation: [1, 0, 0, 0, 1, 0],
    spacing: [0.5, 0.25],
    modality: 'MR',
    window: ['40', '80'],
    ...options
  }
  return buildDicom(imageElements(base, pixelData(words(...new Array<number>(6).fill(value)))))
}
