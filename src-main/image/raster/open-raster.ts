import sharp from 'sharp'
import type { Metadata } from 'sharp'
import { NidusError } from '../../contract/errors'
import type { ImageHeader, OpenedImage, PixelArray, StoredFrame } from '../image-types'
import { plainFrame, plainHeader } from '../plain-header'

/** Larger rasters are refused before they are unpacked: no detector makes them, decompression bombs do. */
const maxPixels = 16384 * 16384

/**
 * Opens a PNG, JPEG or TIFF by libvips. Alpha is dropped; palettes become RGB (or one channel where all their
 * entries are grey); 1, 2 and 4 bit grey is spread to 0..255; 16 bit keeps every bit.
 * @param bytes the whole file, kept by reference
 * @throws NidusError `raster-malformed`, `raster-unsupported`
 */
export async function openRaster(bytes: Uint8Array, format: 'png' | 'jpeg' | 'tiff'): Promise<OpenedImage> {
  const facts = await readRasterFacts(bytes, format)
  const header = rasterHeader(format, facts)
  return {
    format,
    header,
    frameCount: header.frameCount,
    byteLength: bytes.length,
    async readFrame(frame) {
      if (!Number.isInteger(frame) || frame < 0 || frame >= header.frameCount) {
        throw new NidusError('frame-out-of-range', { reason: `frame ${frame} of ${header.frameCount}` })
      }
      return decodeRaster(bytes, frame, facts)
    }
  }
}

interface RasterFacts {
  rows: number
  columns: number
  pages: number
  wide: boolean
  color: boolean
}

/**
 * Header facts of a raster image, without decoding it.
 * @param bytes the file or its beginning
 * @throws NidusError `raster-malformed`, `raster-unsupported`
 */
export async function readRasterHeader(
  bytes: Uint8Array,
  format: 'png' | 'jpeg' | 'tiff'
): Promise<ImageHeader> {
  return rasterHeader(format, await readRasterFacts(bytes, format))
}

async function readRasterFacts(bytes: Uint8Array, format: string): Promise<RasterFacts> {
  let metadata: Metadata
  try {
    metadata = await sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' }).metadata()
  } catch (error) {
    throw new NidusError('raster-malformed', { format, reason: vipsReason(error) }, { cause: error })
  }
  const { width = 0, height = 0, channels = 1, depth = 'uchar', space = '' } = metadata
  if (depth !== 'uchar' && depth !== 'ushort') {
    throw new NidusError('raster-unsupported', { format, reason: `samples of type ${depth}` })
  }
  if (!['b-w', 'grey16', 'srgb', 'rgb16', 'rgb'].includes(space)) {
    throw new NidusError('raster-unsupported', { format, reason: `colour space ${space}` })
  }
  const color = channels >= 3 && space !== 'b-w' && space !== 'grey16'
  return { rows: height, columns: width, pages: metadata.pages ?? 1, wide: depth === 'ushort', color }
}

function rasterHeader(format: 'png' | 'jpeg' | 'tiff', facts: RasterFacts): ImageHeader {
  return plainHeader({
    format,
    rows: facts.rows,
    columns: facts.columns,
    frameCount: facts.pages,
    color: facts.color,
    bitsAllocated: facts.wide ? 16 : 8,
    signed: false,
    sampleType: 'integer',
    pixelsStartAt: null,
    frames: [plainFrame]
  })
}

async function decodeRaster(bytes: Uint8Array, page: number, facts: RasterFacts): Promise<StoredFrame> {
  const { rows, columns, wide, color } = facts
  const samplesPerPixel = color ? 3 : 1
  try {
    // without the colour space and the depth together libvips hands out 8 bits or rescaled values
    const space = color ? (wide ? 'rgb16' : 'srgb') : wide ? 'grey16' : 'b-w'
    const options = {
      limitInputPixels: maxPixels,
      failOn: 'error' as const,
      ...(facts.pages > 1 ? { page } : {})
    }
    const { data: raw, info: size } = await sharp(bytes, options)
      .removeAlpha()
      .toColourspace(space)
      .raw({ depth: wide ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true })
    if (size.width !== columns || size.height !== rows || size.channels !== samplesPerPixel) {
      const reason = `decoded as ${size.width} x ${size.height} x ${size.channels}`
      throw new NidusError('raster-unsupported', { reason })
    }
    const own = new Uint8Array(raw) // a Buffer may share a pool and start at an odd byte
    const values: PixelArray = wide ? new Uint16Array(own.buffer) : own
    const photometricInterpretation = color ? 'RGB' : 'MONOCHROME2'
    return { rows, columns, samplesPerPixel, values, photometricInterpretation }
  } catch (error) {
    if (error instanceof NidusError) throw error
    throw new NidusError('raster-malformed', { reason: vipsReason(error) }, { cause: error })
  }
}

/** libvips names the file's first problem on the first line. */
function vipsReason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200) ?? ''
}
