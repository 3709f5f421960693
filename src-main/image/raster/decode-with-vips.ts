import sharp from 'sharp'
import type { Metadata } from 'sharp'
import { NidusError } from '../../contract/errors'
import { maxFramePixels } from '../frame-limits'
import type { PixelArray, StoredFrame } from '../image-types'
import type { RasterFacts, RasterFormat } from './raster-facts'

type Depth = NonNullable<RasterFacts['depth']>

/** Kinds of sample that libvips hands out unchanged in the colour space that it gives them. */
const samples: Record<
  Depth,
  { bits: number; signed: boolean; array: new (buffer: ArrayBuffer) => PixelArray }
> = {
  uchar: { bits: 8, signed: false, array: Uint8Array },
  char: { bits: 8, signed: true, array: Int8Array },
  ushort: { bits: 16, signed: false, array: Uint16Array },
  uint: { bits: 32, signed: false, array: Uint32Array },
  int: { bits: 32, signed: true, array: Int32Array },
  float: { bits: 32, signed: false, array: Float32Array }
}

// a profile would change values by what it says of the screen that they were made for
const options = { limitInputPixels: maxFramePixels, ignoreIcc: true, autoOrient: true }

/**
 * Header facts by libvips.
 * @throws NidusError `raster-malformed`, `raster-unsupported`
 */
export async function readVipsFacts(bytes: Uint8Array, format: RasterFormat): Promise<RasterFacts> {
  let metadata: Metadata
  try {
    metadata = await sharp(bytes, { ...options, failOn: 'error' }).metadata()
  } catch (error) {
    throw new NidusError('raster-malformed', { format, reason: vipsReason(error) }, { cause: error })
  }
  const { width = 0, height = 0, channels = 1, depth = 'uchar', space = '', orientation = 1 } = metadata
  const sample = depth in samples ? samples[depth as Depth] : undefined
  const plain = depth === 'uchar' || depth === 'ushort'
  // colour of other kinds has no agreed range
  if (!sample || (!plain && channels > 1)) {
    throw new NidusError('raster-unsupported', { format, reason: `samples of type ${depth}` })
  }
  if (!['b-w', 'grey16', 'srgb', 'rgb16', 'rgb', 'cmyk'].includes(space)) {
    throw new NidusError('raster-unsupported', { format, reason: `colour space ${space}` })
  }
  if (width * height > maxFramePixels) {
    throw new NidusError('raster-unsupported', { format, reason: `${width} x ${height} pixels are too many` })
  }
  const isTurned = orientation >= 5
  return {
    rows: isTurned ? width : height,
    columns: isTurned ? height : width,
    pages: metadata.pages ?? 1,
    color: channels >= 3 && space !== 'b-w' && space !== 'grey16',
    bits: sample.bits,
    signed: sample.signed,
    sampleType: depth === 'float' ? 'float32' : 'integer',
    reader: 'vips',
    depth: depth as Depth,
    warnings: [
      ...(orientation > 1 ? ['the picture is turned or mirrored as its orientation tag says'] : []),
      ...(space === 'cmyk' ? ['the picture is made of printing inks; its colours are converted'] : [])
    ]
  }
}

/**
 * Decodes one page, or its first `held` rows.
 * @param failOn `none`: what can be decoded of a damaged file comes out, the rest holds one value; `warning`: also where a
 *   tile of a TIFF can not be decoded, of which libvips only warns, but in files of strips for oddities of the header, too
 * @throws NidusError `raster-malformed`, `raster-unsupported` where a page is of another kind than the first
 */
export async function decodeWithVips(
  bytes: Uint8Array,
  page: number,
  facts: RasterFacts,
  failOn: 'none' | 'error' | 'warning',
  held = facts.rows
): Promise<StoredFrame> {
  const { rows, columns, color, pages } = facts
  const depth = facts.depth as Depth
  const samplesPerPixel = color ? 3 : 1
  try {
    // without the colour space and the depth together libvips hands out 8 bits or rescaled values
    const wide = depth === 'ushort'
    const space = color ? (wide ? 'rgb16' : 'srgb') : wide ? 'grey16' : 'b-w'
    const opened = sharp(bytes, { ...options, failOn, ...(pages > 1 ? { page } : {}) })
    const part = held < rows ? opened.extract({ left: 0, top: 0, width: columns, height: held }) : opened
    const { data: raw, info: size } = await part
      .removeAlpha()
      .toColourspace(space)
      .raw({ depth })
      .toBuffer({ resolveWithObject: true })
    if (size.width !== columns || size.height !== held || size.channels !== samplesPerPixel) {
      const first = `${columns} x ${rows} x ${samplesPerPixel}`
      const reason = `page ${page + 1} is of ${size.width} x ${size.height} x ${size.channels} samples, the first of ${first}`
      throw new NidusError('raster-unsupported', { reason })
    }
    const { array } = samples[depth]
    // a Buffer may share a pool and hold more than the image
    const isOwn = raw.byteOffset === 0 && raw.length === raw.buffer.byteLength
    const values = new array(isOwn ? (raw.buffer as ArrayBuffer) : new Uint8Array(raw).buffer)
    const photometricInterpretation = color ? 'RGB' : 'MONOCHROME2'
    return { rows: held, columns, samplesPerPixel, values, photometricInterpretation }
  } catch (error) {
    if (error instanceof NidusError) throw error
    throw new NidusError('raster-malformed', { reason: vipsReason(error) }, { cause: error })
  }
}

/** libvips names the file's first problem on the first line. */
function vipsReason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200) ?? ''
}
