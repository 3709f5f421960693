import { fromArrayBuffer, type GeoTIFFImage } from 'geotiff'
import { NidusError } from '../../contract/errors'
import { maxFramePixels, maxFrames } from '../frame-limits'
import type { PixelArray, StoredFrame } from '../image-types'
import type { RasterFacts } from './raster-facts'
import { hasCircularDirectories } from './tiff-directories'

/** Signed integers and floating point numbers (TIFF 6.0, section 19, SampleFormat 2 and 3) that libvips would change. */
const changedBits: Record<number, number[]> = { 2: [8, 16], 3: [16, 64] }

/**
 * Header facts of a grey TIFF whose samples libvips does not hand out as they are: signed ones of 8 or 16 bits,
 * floating point ones of 16 or 64.
 * @param bytes the file or its beginning
 * @returns null for every other TIFF, damaged ones among them
 * @throws NidusError `raster-unsupported`
 */
export async function readTiffFacts(bytes: Uint8Array): Promise<RasterFacts | null> {
  const opened = await openPage(bytes, 0).catch(() => null)
  if (!opened) return null
  const { image, pages } = opened
  const [rows, columns, bits] = [image.getHeight(), image.getWidth(), image.getBitsPerSample()]
  const format = image.getSampleFormat()
  if (!changedBits[format]?.includes(bits)) return null
  const samples = image.getSamplesPerPixel()
  if (samples !== 1 || rows * columns > maxFramePixels || pages > maxFrames) {
    const reason = `${pages} pages of ${columns} x ${rows} x ${samples} samples of ${bits} bits`
    throw new NidusError('raster-unsupported', { format: 'tiff', reason })
  }
  return {
    rows,
    columns,
    pages,
    color: false,
    // floating point numbers of 16 bits come as such of 32
    bits: format === 3 ? Math.max(32, bits) : bits,
    signed: format === 2,
    sampleType: format === 2 ? 'integer' : bits === 64 ? 'float64' : 'float32',
    reader: 'geotiff',
    depth: null,
    warnings: []
  }
}

/** Decodes one page. @throws NidusError `raster-malformed`, `raster-unsupported` where a page is of another size */
export async function decodeTiffPage(
  bytes: Uint8Array,
  page: number,
  { rows, columns }: RasterFacts
): Promise<StoredFrame> {
  const { image } = await openPage(bytes, page)
  if (image.getHeight() !== rows || image.getWidth() !== columns || image.getSamplesPerPixel() !== 1) {
    const reason = `page ${page + 1} is of another size than the first`
    throw new NidusError('raster-unsupported', { format: 'tiff', reason })
  }
  const values = await asMalformed(() => image.readRasters({ interleave: true }))
  if (values.length !== rows * columns) throw malformed(`${values.length} samples of ${rows * columns}`)
  const stored = { rows, columns, samplesPerPixel: 1, photometricInterpretation: 'MONOCHROME2' }
  return { ...stored, values: values as unknown as PixelArray }
}

async function openPage(bytes: Uint8Array, page: number): Promise<{ image: GeoTIFFImage; pages: number }> {
  if (hasCircularDirectories(bytes)) throw malformed('its directories go in circles')
  return asMalformed(async () => {
    const isWhole = bytes.byteOffset === 0 && bytes.length === bytes.buffer.byteLength
    const file = await fromArrayBuffer((isWhole ? bytes.buffer : bytes.slice().buffer) as ArrayBuffer)
    return { image: await file.getImage(page), pages: await file.getImageCount() }
  })
}

async function asMalformed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw malformed(error instanceof Error ? error.message.slice(0, 200) : 'it can not be read', error)
  }
}

function malformed(reason: string, cause?: unknown): NidusError {
  return new NidusError('raster-malformed', { format: 'tiff', reason }, { cause })
}
