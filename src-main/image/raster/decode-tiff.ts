import { fromArrayBuffer, type GeoTIFFImage } from 'geotiff'
import { NidusError } from '../../contract/errors'
import { maxFramePixels, maxFrames } from '../frame-limits'
import type { PixelArray, StoredFrame } from '../image-types'
import type { RasterFacts } from './raster-facts'
import { nameCompression, readerOfCompression } from './name-compression'
import { readTiffChain, type TiffPage } from './tiff-directories'

/** Bits of detectors whose samples are stored one behind the other, across the borders of bytes. */
const packedBits = [10, 12, 14]

/** Bits of unsigned integers that libvips reads. */
const vipsBits = [1, 2, 4, 8, 16, 32]

/** Signed integers and floating point numbers (TIFF 6.0, section 19, SampleFormat 2 and 3) that libvips would change. */
const changedBits: Record<number, number[]> = { 2: [8, 16], 3: [16, 64] }

/** Bits a sample by SampleFormat that typed arrays hold. */
const readableBits: Record<number, number[]> = {
  1: [8, ...packedBits, 16, 32],
  2: [8, 16, 32],
  3: [16, 32, 64]
}

/**
 * Header facts of a TIFF that libvips does not hand out as it is: grey of packed integers of 10, 12 or 14 bits, of signed
 * ones of 8 or 16 or of floating point numbers of 16 or 64, and grey and RGB in compressions that it lacks.
 * @param bytes the file or its beginning
 * @returns null for every other TIFF, damaged ones among them
 * @throws NidusError `raster-unsupported`
 */
export async function readTiffFacts(bytes: Uint8Array): Promise<RasterFacts | null> {
  const [first] = readTiffChain(bytes).pages
  const reader = first ? readerOfCompression(first.compression) : 'vips'
  if (first && !reader) {
    const reason = `compressed with ${nameCompression(first.compression)}`
    throw new NidusError('raster-unsupported', { format: 'tiff', reason })
  }
  const opened = await openPage(bytes, 0).catch(() => null)
  if (!first || !opened) return null
  const { image, pages } = opened
  const [rows, columns, bits] = [image.getHeight(), image.getWidth(), image.getBitsPerSample()]
  const format = image.getSampleFormat()
  const isOfVips = format === 1 ? vipsBits.includes(bits) : !changedBits[format]?.includes(bits)
  if (reader === 'vips' && isOfVips) return null
  const { samplesPerPixel: samples, photometric } = first
  const color = reader === 'geotiff' && photometric === 2 && samples >= 3 && format === 1 && bits <= 16
  const grey = photometric <= 1 && (samples === 1 || (reader === 'geotiff' && samples === 2))
  const isPacked = packedBits.includes(bits)
  const isReadable = (color || grey) && readableBits[format]?.includes(bits) && !(isPacked && first.predicted)
  if (!isReadable || rows * columns > maxFramePixels || pages > maxFrames) {
    const reason = `${pages} pages of ${columns} x ${rows} x ${samples} samples of ${bits} bits`
    throw new NidusError('raster-unsupported', { format: 'tiff', reason })
  }
  return {
    rows,
    columns,
    pages,
    color,
    // floating point numbers of 16 bits come as such of 32, packed integers as words
    bits: format === 3 ? Math.max(32, bits) : isPacked ? 16 : bits,
    signed: format === 2,
    sampleType: format <= 2 ? 'integer' : bits === 64 ? 'float64' : 'float32',
    reader: 'geotiff',
    depth: null,
    warnings: []
  }
}

/**
 * Decodes one page, or its first `held` rows.
 * @param described the page as its directory says
 * @throws NidusError `raster-malformed`, `raster-unsupported` where a page is of another kind than the first
 */
export async function decodeTiffPage(
  bytes: Uint8Array,
  page: number,
  { columns, color, signed, sampleType }: RasterFacts,
  described: TiffPage,
  held: number
): Promise<StoredFrame> {
  const { image } = await openPage(bytes, page)
  if (described.samplesPerPixel < (color ? 3 : 1) || (described.photometric === 2) !== color) {
    const reason = `page ${page + 1} is of another kind than the first`
    throw new NidusError('raster-unsupported', { format: 'tiff', reason })
  }
  const samples = color ? [0, 1, 2] : [0]
  const read = await asMalformed(() =>
    image.readRasters({ interleave: true, samples, window: [0, 0, columns, held] })
  )
  const wanted = held * columns * samples.length
  if (read.length !== wanted) throw malformed(`${read.length} samples of ${wanted}`)
  const values = read as unknown as PixelArray
  // as libvips does with the compressions that it reads
  const whiteIsZero = described.photometric === 0 && !signed && sampleType === 'integer'
  const white = 2 ** image.getBitsPerSample() - 1
  if (whiteIsZero) for (let at = 0; at < wanted; at++) values[at] = white - (values[at] as number)
  const photometricInterpretation = color ? 'RGB' : 'MONOCHROME2'
  return { rows: held, columns, samplesPerPixel: samples.length, values, photometricInterpretation }
}

async function openPage(bytes: Uint8Array, page: number): Promise<{ image: GeoTIFFImage; pages: number }> {
  if (readTiffChain(bytes).circular) throw malformed('its directories go in circles')
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
