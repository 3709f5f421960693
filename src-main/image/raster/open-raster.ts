import sharp from 'sharp'
import type { Metadata } from 'sharp'
import { NidusError } from '../../contract/errors'
import type { ImageHeader, OpenedImage, PixelArray, StoredFrame } from '../image-types'
import { plainFrame, plainHeader } from '../plain-header'

/** Larger rasters are refused before they are unpacked: no detector makes them, decompression bombs do. */
const maxPixels = 16384 * 16384

/**
 * Opens a PNG, JPEG or TIFF by libvips. Alpha is dropped; palettes become RGB (or one channel where all their
 * entries are grey); 1, 2 and 4 bit grey is spread to 0..255; 16 bit keeps every bit, and so do
 * TIFFs of grey in 32-bit integers or floating point numbers.
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
  sample: Sample
  color: boolean
}

/** What libvips calls a kind of sample, and what it is; sharp hands out no others without changing them. */
interface Sample {
  depth: 'uchar' | 'ushort' | 'uint' | 'int' | 'float'
  bits: number
  signed: boolean
  sampleType: 'integer' | 'float32'
  view: (buffer: ArrayBuffer) => PixelArray
}

const integer = { sampleType: 'integer' } as const
const samples: Record<string, Sample> = {
  uchar: { ...integer, depth: 'uchar', bits: 8, signed: false, view: (buffer) => new Uint8Array(buffer) },
  ushort: { ...integer, depth: 'ushort', bits: 16, signed: false, view: (buffer) => new Uint16Array(buffer) },
  uint: { ...integer, depth: 'uint', bits: 32, signed: false, view: (buffer) => new Uint32Array(buffer) },
  int: { ...integer, depth: 'int', bits: 32, signed: true, view: (buffer) => new Int32Array(buffer) },
  float: {
    depth: 'float',
    bits: 32,
    signed: false,
    sampleType: 'float32',
    view: (buffer) => new Float32Array(buffer)
  }
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
    const vips = vipsReason(error)
    // what the library says of samples of more than 32 bits; nothing is damaged then
    if (vips.includes('samples out of range')) {
      throw new NidusError(
        'raster-unsupported',
        { format, reason: 'samples of more than 32 bits' },
        { cause: error }
      )
    }
    throw new NidusError('raster-malformed', { format, reason: vips }, { cause: error })
  }
  const { width = 0, height = 0, channels = 1, depth = 'uchar', space = '' } = metadata
  const sample = samples[depth]
  const plain = depth === 'uchar' || depth === 'ushort'
  // colour of other kinds has no agreed range
  if (!sample || (!plain && channels > 1)) {
    throw new NidusError('raster-unsupported', { format, reason: `samples of type ${depth}` })
  }
  if (!['b-w', 'grey16', 'srgb', 'rgb16', 'rgb'].includes(space)) {
    throw new NidusError('raster-unsupported', { format, reason: `colour space ${space}` })
  }
  const color = channels >= 3 && space !== 'b-w' && space !== 'grey16'
  return { rows: height, columns: width, pages: metadata.pages ?? 1, sample, color }
}

function rasterHeader(format: 'png' | 'jpeg' | 'tiff', facts: RasterFacts): ImageHeader {
  return plainHeader({
    format,
    rows: facts.rows,
    columns: facts.columns,
    frameCount: facts.pages,
    color: facts.color,
    bitsAllocated: facts.sample.bits,
    signed: facts.sample.signed,
    sampleType: facts.sample.sampleType,
    pixelsStartAt: null,
    frames: [plainFrame]
  })
}

async function decodeRaster(bytes: Uint8Array, page: number, facts: RasterFacts): Promise<StoredFrame> {
  const { rows, columns, sample, color } = facts
  const samplesPerPixel = color ? 3 : 1
  try {
    // without the colour space and the depth together libvips hands out 8 bits or rescaled values
    const wide = sample.depth === 'ushort'
    const space = color ? (wide ? 'rgb16' : 'srgb') : wide ? 'grey16' : 'b-w'
    const options = {
      limitInputPixels: maxPixels,
      failOn: 'error' as const,
      ...(facts.pages > 1 ? { page } : {})
    }
    const { data: raw, info: size } = await sharp(bytes, options)
      .removeAlpha()
      .toColourspace(space)
      .raw({ depth: sample.depth })
      .toBuffer({ resolveWithObject: true })
    if (size.width !== columns || size.height !== rows || size.channels !== samplesPerPixel) {
      const reason = `decoded as ${size.width} x ${size.height} x ${size.channels}`
      throw new NidusError('raster-unsupported', { reason })
    }
    const own = new Uint8Array(raw) // a Buffer may share a pool and start at an odd byte
    const values = sample.view(own.buffer)
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
