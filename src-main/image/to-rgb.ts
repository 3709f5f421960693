import type { ImageHeader, Palette, PixelArray, StoredFrame } from './image-types'
import { hasEntry, holdsBytes, lookUp } from './look-up'

/** How red, green and blue come from 8-bit luminance Y and colour differences Cb, Cr, each less its zero. */
interface YbrConversion {
  zeroY: number
  y: number
  crToRed: number
  cbToGreen: number
  crToGreen: number
  cbToBlue: number
}

/** Inverse of YBR_FULL (PS3.3 C.7.6.3.1.2), as of JFIF: luma weights 0.299, 0.587, 0.114, all in 0 to 255. */
const full: YbrConversion = {
  zeroY: 0,
  y: 1,
  crToRed: 1.402,
  cbToGreen: (-0.114 * 1.772) / 0.587,
  crToGreen: (-0.299 * 1.402) / 0.587,
  cbToBlue: 1.772
}

/** Inverse of YBR_PARTIAL (PS3.3 C.7.6.3.1.2, ITU-R BT.601): Y in 16 to 235, Cb and Cr in 16 to 240. */
const partial: YbrConversion = {
  zeroY: 16,
  y: 255 / 219,
  crToRed: (full.crToRed * 255) / 224,
  cbToGreen: (full.cbToGreen * 255) / 224,
  crToGreen: (full.crToGreen * 255) / 224,
  cbToBlue: (full.cbToBlue * 255) / 224
}

/**
 * The colours of a frame as they are to be shown: palettes looked up (PS3.3 C.7.6.3.1.5 and .6), luminance with
 * colour differences converted (C.7.6.3.1.2), more than 8 bits cut to the upper 8, fewer stretched.
 * @param stored one frame, [rows, columns, samples]
 * @returns 8-bit red, green, blue, [rows, columns, 3]; null for grey
 */
export function toRgb(stored: StoredFrame, header: ImageHeader): Uint8Array | null {
  const { values, samplesPerPixel, photometricInterpretation } = stored
  if (samplesPerPixel === 1) return header.palette ? paletteToRgb(values, header.palette) : null
  if (samplesPerPixel < 3) return null
  const rgb = new Uint8ClampedArray((values.length / samplesPerPixel) * 3)
  const to8 = toEightBits(header)
  for (let from = 0, to = 0; to < rgb.length; from += samplesPerPixel, to += 3) {
    for (let c = 0; c < 3; c++) rgb[to + c] = to8(values[from + c] as number)
  }
  if (photometricInterpretation.startsWith('YBR'))
    convertInPlace(rgb, photometricInterpretation.startsWith('YBR_PARTIAL') ? partial : full)
  return new Uint8Array(rgb.buffer)
}

/**
 * The pixels of a grey image that a supplemental palette gives a colour (PS3.3 C.7.6.19).
 * @returns 8-bit red, green, blue, alpha, [rows, columns, 4], clear where grey is to be shown; null where all is grey
 */
export function supplementColours(stored: StoredFrame, { supplement }: ImageHeader): Uint8Array | null {
  if (!supplement) return null
  const { values } = stored
  const rgb = paletteToRgb(values, supplement)
  const rgba = new Uint8Array(values.length * 4)
  let any = false
  for (let at = 0; at < values.length; at++) {
    if (!hasEntry(supplement.red, values[at] as number)) continue
    rgba.set(rgb.subarray(3 * at, 3 * at + 3), 4 * at)
    rgba[4 * at + 3] = 255
    any = true
  }
  return any ? rgba : null
}

function convertInPlace(pixels: Uint8ClampedArray, by: YbrConversion): void {
  for (let at = 0; at < pixels.length; at += 3) {
    const y = by.y * ((pixels[at] as number) - by.zeroY)
    const cb = (pixels[at + 1] as number) - 128
    const cr = (pixels[at + 2] as number) - 128
    pixels[at] = y + by.crToRed * cr
    pixels[at + 1] = y + by.cbToGreen * cb + by.crToGreen * cr
    pixels[at + 2] = y + by.cbToBlue * cb
  }
}

/** Cut, not rounded: then white stays white, and bytes that were widened at either end come back as they were. */
function toEightBits({ bitsStored }: ImageHeader): (value: number) => number {
  if (bitsStored === 8) return (value) => value
  const white = 2 ** bitsStored - 1
  if (bitsStored < 8) return (value) => (value * 255) / white
  const step = 2 ** (bitsStored - 8)
  return (value) => Math.floor(value / step)
}

function paletteToRgb(values: PixelArray, palette: Palette): Uint8Array {
  const rgb = new Uint8Array(values.length * 3)
  const shift = holdsBytes(palette) ? 0 : 8
  for (const [channel, table] of [palette.red, palette.green, palette.blue].entries()) {
    const entries = { ...table, values: Uint8Array.from(table.values, (value) => value >> shift) }
    for (let at = 0; at < values.length; at++) rgb[3 * at + channel] = lookUp(entries, values[at] as number)
  }
  return rgb
}
