import { frameFacts, type ImageHeader, type Palette, type PixelArray, type StoredFrame } from './image-types'
import { holdsBytes, lookUp } from './look-up'

/** Luma weights of ITU-R BT.601 for red, green, blue. */
const luma = [0.299, 0.587, 0.114] as const

/**
 * Stored values to modality values, one channel: through the Modality LUT or slope and intercept (PS3.3 C.11.1), of
 * the frame itself in enhanced multi-frame images. Colour becomes luminance (BT.601), palettes are looked up
 * first and scaled to 0..255. MONOCHROME1 is NOT inverted: that is the display's business (`header.inverted`).
 * @param stored one frame, [rows, columns, samples]
 * @param frame which frame it is, from 0
 * @returns float32 [rows, columns] in the header's `valueUnit`
 */
export function toModalityValues(stored: StoredFrame, header: ImageHeader, frame: number): Float32Array {
  if (header.palette && stored.samplesPerPixel === 1) return paletteLuminance(stored, header.palette)
  if (stored.samplesPerPixel >= 3) return luminance(stored)
  const values = withSign(stored)
  const out = new Float32Array(stored.rows * stored.columns)
  const step = stored.samplesPerPixel // 2: grey with alpha, of which the grey is kept
  const lut = header.modalityLut
  if (lut) {
    for (let at = 0; at < out.length; at++) out[at] = lookUp(lut, values[at * step] as number)
    return out
  }
  const { slope, intercept } = frameFacts(header, frame).rescale ?? { slope: 1, intercept: 0 }
  for (let at = 0; at < out.length; at++) out[at] = (values[at * step] as number) * slope + intercept
  return out
}

/** The numbers that the codestream means where the header is wrong about their sign. */
function withSign({ values, signBit }: StoredFrame): PixelArray {
  if (signBit === undefined) return values
  const unused = 31 - signBit
  return Int32Array.from(values, (value) => (value << unused) >> unused)
}

/** YBR carries its luminance as the first sample (PS3.3 C.7.6.3.1.2), in 16 to 235 where partial; RGB is weighed. */
function luminance(stored: StoredFrame): Float32Array {
  const { values, samplesPerPixel } = stored
  const out = new Float32Array(stored.rows * stored.columns)
  const isYbr = stored.photometricInterpretation.startsWith('YBR')
  const isPartial = stored.photometricInterpretation.startsWith('YBR_PARTIAL')
  for (let at = 0, from = 0; at < out.length; at++, from += samplesPerPixel) {
    const first = values[from] as number
    const second = values[from + 1] as number
    const third = values[from + 2] as number
    if (isPartial) {
      out[at] = ((first - 16) * 255) / 219
      continue
    }
    // equal channels keep their value exactly, as grey images saved as RGB should
    const isGrey = first === second && second === third
    out[at] = isYbr || isGrey ? first : luma[0] * first + luma[1] * second + luma[2] * third
  }
  return out
}

/** In 0 to 255. */
function paletteLuminance(stored: StoredFrame, palette: Palette): Float32Array {
  const { red, green, blue } = palette
  const scale = holdsBytes(palette) ? 1 : 255 / 65535
  const out = new Float32Array(stored.rows * stored.columns)
  for (let at = 0; at < out.length; at++) {
    const value = stored.values[at] as number
    out[at] =
      scale * (luma[0] * lookUp(red, value) + luma[1] * lookUp(green, value) + luma[2] * lookUp(blue, value))
  }
  return out
}
