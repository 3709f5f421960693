import type { Image } from 'cornerstone-core'
import type { SlicePixelsMessage } from '../../src-main/contract/channels'
import { drawnPixels } from './drawn-pixels'
import { greySteps } from './grey-steps'
import type { ImageShape } from './viewport-geometry'

type Values = Pick<
  SlicePixelsMessage,
  'rows' | 'columns' | 'spacingMm' | 'pixelAspect' | 'minimum' | 'maximum'
> & {
  values: Float32Array
  /** [rows * columns], 1 for pixels that are background whatever their values */
  padding?: Uint8Array | null
  /** the image is shown inverted: its background is the bright end */
  inverted?: boolean
}

/** What the steps of a grey image stand for beside even values. */
export interface GreyFacts {
  /** value of each step, where they are not evenly apart */
  uneven: Float32Array | null
  /** the step of padding, and the grey level from 0 to 255 that it has before any inversion */
  background: { step: number; level: number } | null
}

const factsByImage = new WeakMap<Image, GreyFacts>()

/** Undefined for images that are not made by {@link makeGreyImage}. */
export function greyFacts(image: Image): GreyFacts | undefined {
  return factsByImage.get(image)
}

// cornerstone's types ask for functions (getCanvas, getImage, …) that its canvas renderer never calls; hence the casts

/**
 * A grey cornerstone image from modality values. Cornerstone looks grey levels up by integer, so values become
 * 16-bit steps, see {@link greySteps}. Padding has the step above the last.
 * @param imageId must differ wherever the pixels differ
 */
export function makeGreyImage(imageId: string, slice: Values): Image {
  const { values, minimum, maximum, padding } = slice
  const measured = padding ? values.map((value, i) => (padding[i] ? minimum : value)) : values
  const { steps, lastStep, slope, intercept, uneven } = greySteps(
    measured,
    minimum,
    maximum,
    padding ? 65534 : 65535
  )
  if (padding) for (let i = 0; i < steps.length; i++) if (padding[i]) steps[i] = lastStep + 1
  const image = {
    ...commonFacts(imageId, slice, steps.byteLength),
    color: false,
    minPixelValue: 0,
    maxPixelValue: padding ? lastStep + 1 : lastStep,
    slope,
    intercept,
    windowCenter: (minimum + maximum) / 2,
    windowWidth: Math.max(maximum - minimum, Number.MIN_VALUE),
    getPixelData: () => steps
  } as unknown as Image
  const background = padding ? { step: lastStep + 1, level: slice.inverted ? 255 : 0 } : null
  factsByImage.set(image, { uneven, background })
  return image
}

/**
 * A grey cornerstone image of what an image has more (bright) or less (dark) than its reconstruction. Show it with a
 * window about 0, so that no difference is middle grey.
 * @param reconstruction modality values, [rows * columns]
 */
export function makeDifferenceImage(imageId: string, slice: Values, reconstruction: Float32Array): Image {
  const values = new Float32Array(slice.values.length)
  let largest = Number.MIN_VALUE
  for (let i = 0; i < values.length; i++) {
    const difference = (slice.values[i] as number) - (reconstruction[i] as number)
    values[i] = Number.isFinite(difference) ? difference : 0
    largest = Math.max(largest, Math.abs(values[i] as number))
  }
  return makeGreyImage(imageId, { ...slice, values, padding: null, minimum: -largest, maximum: largest })
}

/** A colour cornerstone image from red, green, blue, alpha bytes, [rows * columns * 4]. */
export function makeColourImage(imageId: string, shape: ImageShape, pixels: Uint8ClampedArray): Image {
  return {
    ...commonFacts(imageId, shape, pixels.byteLength),
    color: true,
    rgba: true,
    minPixelValue: 0,
    maxPixelValue: 255,
    slope: 1,
    intercept: 0,
    // the window that leaves 8-bit values as they are (PS3.3 C.11.2.1.2 with width 256)
    windowCenter: 128,
    windowWidth: 256,
    getPixelData: () => pixels,
    // cornerstone draws a ready canvas as it is, where the window says so; see colourWindow
    getCanvas: () => drawnPixels(imageId, shape, pixels)
  } as unknown as Image
}

/** The window of a viewport with which cornerstone takes the canvas of a colour image instead of copying its pixels. */
export const colourWindow = { windowCenter: 128, windowWidth: 255 }

/** Red, green, blue bytes with full opacity. */
export function opaque(rgb: Uint8Array | Uint8ClampedArray): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray((rgb.length / 3) * 4).fill(255)
  for (let i = 0, j = 0; i < rgb.length; i += 3, j += 4) {
    pixels[j] = rgb[i] ?? 0
    pixels[j + 1] = rgb[i + 1] ?? 0
    pixels[j + 2] = rgb[i + 2] ?? 0
  }
  return pixels
}

/** The overlays of a slice in one colour over other colours, clear where neither is. */
export function overlayPixels(overlay: Uint8Array, under: Uint8ClampedArray | null): Uint8ClampedArray {
  const pixels = under ? under.slice() : new Uint8ClampedArray(overlay.length * 4)
  for (let i = 0; i < overlay.length; i++) if (overlay[i]) pixels.set(overlayColour, 4 * i)
  return pixels
}

/** Cyan: neither a grey nor a colour of the heatmap. */
const overlayColour = [70, 225, 255, 255]

function commonFacts(imageId: string, shape: ImageShape, sizeInBytes: number) {
  const { rows, columns } = shape
  const [rowPixelSpacing, columnPixelSpacing] = shape.spacingMm ?? shape.pixelAspect ?? [1, 1]
  return {
    imageId,
    rows,
    columns,
    height: rows,
    width: columns,
    rowPixelSpacing,
    columnPixelSpacing,
    invert: false,
    sizeInBytes
  }
}
