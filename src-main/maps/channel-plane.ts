import type { ModelManifest } from '../contract/manifest'

/**
 * Reduces model-layout tensors to one plane: the mean over channels of a value per element.
 * @param input layout, channels and grid of the tensors
 * @param valueAt value of element i of the tensors
 * @returns [height * width], row by row
 */
export function channelPlane(
  input: ModelManifest['input'],
  valueAt: (element: number) => number
): Float64Array {
  const pixels = input.height * input.width
  const plane = new Float64Array(pixels)
  for (let i = 0; i < pixels; i++) {
    let sum = 0
    for (let c = 0; c < input.channels; c++) {
      sum += valueAt(input.layout === 'NHWC' ? i * input.channels + c : c * pixels + i)
    }
    plane[i] = sum / input.channels
  }
  return plane
}
