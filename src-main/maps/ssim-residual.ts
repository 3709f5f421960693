import type { ModelManifest } from '../contract/manifest'
import { channelPlane } from './channel-plane'

const sigma = 1.5
const radius = 5
const weights = gaussian()

/**
 * 1 - SSIM at every pixel, the mean over channels (Wang et al. 2004, IEEE TIP 13(4)): Gaussian windows of 11 x 11
 * with sigma 1.5, population statistics, C1 = (0.01 R)², C2 = (0.03 R)²; at the border the image is continued by
 * reflection about the pixel edge, as scikit-image does.
 * @param image one sample in the model's layout
 * @param reconstruction the same
 * @param dataRange R, largest minus smallest possible pixel value
 * @returns [height * width], 0 to 2
 */
export function ssimResidual(
  image: Float32Array,
  reconstruction: Float32Array,
  dataRange: number,
  input: ModelManifest['input']
): Float64Array {
  const { height, width, channels } = input
  const c1 = (0.01 * dataRange) ** 2
  const c2 = (0.03 * dataRange) ** 2
  const blur = (plane: Float64Array): Float64Array => blurPlane(plane, height, width)
  const mean = new Float64Array(height * width)
  for (let channel = 0; channel < channels; channel++) {
    const x = planeOf(image, channel, input)
    const y = planeOf(reconstruction, channel, input)
    const [mx, my] = [blur(x), blur(y)]
    const [xx, yy] = [blur(x.map((value) => value * value)), blur(y.map((value) => value * value))]
    const xy = blur(x.map((value, i) => value * y[i]))
    for (let i = 0; i < mean.length; i++) {
      const top = (2 * mx[i] * my[i] + c1) * (2 * (xy[i] - mx[i] * my[i]) + c2)
      const energy = mx[i] * mx[i] + my[i] * my[i]
      mean[i] += (1 - top / ((energy + c1) * (xx[i] + yy[i] - energy + c2))) / channels
    }
  }
  return mean
}

function planeOf(values: Float32Array, channel: number, input: ModelManifest['input']): Float64Array {
  const one = { ...input, channels: 1 as const }
  const pixels = input.height * input.width
  return input.layout === 'NHWC'
    ? channelPlane(one, (i) => values[i * input.channels + channel])
    : channelPlane(one, (i) => values[channel * pixels + i])
}

function blurPlane(plane: Float64Array, height: number, width: number): Float64Array {
  const alongRows = blurLines(plane, height, width, width, 1)
  return blurLines(alongRows, width, height, 1, width)
}

function blurLines(
  values: Float64Array,
  lines: number,
  length: number,
  lineStride: number,
  stride: number
): Float64Array {
  const result = new Float64Array(values.length)
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      let sum = 0
      for (let k = -radius; k <= radius; k++) {
        sum += weights[k + radius] * values[line * lineStride + reflected(i + k, length) * stride]
      }
      result[line * lineStride + i * stride] = sum
    }
  }
  return result
}

function reflected(index: number, length: number): number {
  const period = 2 * length
  const folded = ((index % period) + period) % period
  return folded < length ? folded : period - 1 - folded
}

function gaussian(): Float64Array {
  const values = Float64Array.from({ length: 2 * radius + 1 }, (_, at) =>
    Math.exp(-((at - radius) ** 2) / (2 * sigma ** 2))
  )
  const total = values.reduce((sum, value) => sum + value, 0)
  return values.map((value) => value / total)
}
