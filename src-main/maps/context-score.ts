import type { ModelManifest } from '../contract/manifest'
import { channelPlane } from './channel-plane'
import { errorOf } from './residual'
import type { RunImages } from './run-images'

/** Hidden images that are held at a time. */
const atATime = 64

/**
 * Masked-patch context score, the patch sum of the ceVAE (Zimmerer et al. 2018, arXiv 1812.05941): each square is
 * hidden in turn and scored by its reconstruction loss from what surrounds it, the manifest's residual. A hidden
 * square gets the mean of its channel over the whole image. Pixels that several squares hide have the mean of their
 * losses. Squares without a pixel of the mask are left out: nothing of them is ever shown.
 * @param image one sample in the model's layout
 * @param mask [height * width], 0 or 1
 * @param reconstruct image -> reconstruction with z = mu, both in the model's layout
 * @returns [height * width], the mean over channels; 0 where no square was hidden
 */
export async function contextScore(
  image: Float32Array,
  mask: Uint8Array,
  { input, maps }: Pick<ModelManifest, 'input' | 'maps'>,
  settings: NonNullable<ModelManifest['maps']['context']>,
  reconstruct: RunImages
): Promise<Float64Array> {
  const { height, width } = input
  const side = Math.min(settings.patchPx, height, width)
  const squares = starts(height, side, settings.stridePx)
    .flatMap((top) => starts(width, side, settings.stridePx).map((left) => ({ top, left })))
    .map(({ top, left }) => pixelsOf(top, left, side, width))
    .filter((pixels) => pixels.some((pixel) => mask[pixel]))
  const fill = channelMeans(image, input)
  const total = new Float64Array(height * width)
  const hits = new Float64Array(height * width)
  for (let from = 0; from < squares.length; from += atATime) {
    const part = squares.slice(from, from + atATime)
    const rebuilt = await reconstruct(part.map((pixels) => hide(image, pixels, fill, input)))
    part.forEach((pixels, k) => {
      const losses = channelPlane(input, (i) => errorOf(maps.residual, image[i], rebuilt[k][i]))
      for (const pixel of pixels) {
        total[pixel] += losses[pixel]
        hits[pixel] += 1
      }
    })
  }
  return total.map((sum, pixel) => sum / Math.max(hits[pixel], 1))
}

/** First pixels of squares along an axis; the last square ends at the border. */
function starts(length: number, side: number, stride: number): number[] {
  const last = length - side
  const found: number[] = []
  for (let start = 0; start < last; start += stride) found.push(start)
  return [...found, last]
}

function pixelsOf(top: number, left: number, side: number, width: number): number[] {
  return Array.from(
    { length: side * side },
    (_, k) => (top + Math.floor(k / side)) * width + left + (k % side)
  )
}

function elementOf(pixel: number, channel: number, input: ModelManifest['input']): number {
  return input.layout === 'NHWC'
    ? pixel * input.channels + channel
    : channel * input.height * input.width + pixel
}

function channelMeans(image: Float32Array, input: ModelManifest['input']): number[] {
  const pixels = input.height * input.width
  return Array.from({ length: input.channels }, (_, channel) => {
    let sum = 0
    for (let pixel = 0; pixel < pixels; pixel++) sum += image[elementOf(pixel, channel, input)]
    return sum / pixels
  })
}

function hide(
  image: Float32Array,
  pixels: readonly number[],
  fill: readonly number[],
  input: ModelManifest['input']
): Float32Array {
  const hidden = image.slice()
  fill.forEach((value, channel) => {
    for (const pixel of pixels) hidden[elementOf(pixel, channel, input)] = value
  })
  return hidden
}
