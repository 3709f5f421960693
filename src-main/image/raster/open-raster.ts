import { NidusError } from '../../contract/errors'
import { fillFlatEnd } from '../fill-missing'
import type { ImageHeader, OpenedImage, StoredFrame } from '../image-types'
import { plainFrame, plainHeader } from '../plain-header'
import { decodeTiffPage, readTiffFacts } from './decode-tiff'
import { decodeWithVips, readVipsFacts } from './decode-with-vips'
import { mendPng } from './mend-png'
import type { RasterFacts, RasterFormat } from './raster-facts'

/**
 * Opens a PNG, JPEG or TIFF, by libvips and, for samples of TIFFs that this does not hand out unchanged, by geotiff.
 * Alpha is dropped; palettes become RGB (or one channel where all their entries are grey); 1, 2 and 4 bit grey is
 * spread to 0..255; deeper samples keep every bit. Values are those in the file: colour profiles are not applied.
 * @param bytes the whole file, kept by reference
 * @throws NidusError `raster-malformed`, `raster-unsupported`
 */
export async function openRaster(bytes: Uint8Array, format: RasterFormat): Promise<OpenedImage> {
  const facts = await readFacts(bytes, format)
  const header = rasterHeader(format, facts)
  return {
    format,
    header,
    frameCount: header.frameCount,
    byteLength: bytes.length,
    async readFrame(frame, { partial = false } = {}) {
      if (!Number.isInteger(frame) || frame < 0 || frame >= header.frameCount) {
        throw new NidusError('frame-out-of-range', { reason: `frame ${frame} of ${header.frameCount}` })
      }
      if (facts.reader === 'geotiff') return decodeTiffPage(bytes, frame, facts)
      try {
        return await decodeWithVips(bytes, frame, facts, true)
      } catch (error) {
        const saved = partial ? await saveWhatIsThere(bytes, frame, facts, header) : null
        if (!saved) throw error
        return saved
      }
    }
  }
}

/** What the decoder gets from a cut or damaged file; null where that is nothing. */
async function saveWhatIsThere(
  bytes: Uint8Array,
  frame: number,
  facts: RasterFacts,
  header: ImageHeader
): Promise<StoredFrame | null> {
  const mended =
    header.format === 'png' ? mendPng(bytes) : header.format === 'tiff' ? padTiff(bytes, facts) : bytes
  const decoded = mended && (await decodeWithVips(mended, frame, facts, false).catch(() => null))
  if (!decoded || isFlat(decoded)) return null
  // rows that were not decoded hold one value
  return fillFlatEnd(decoded, 1, header)
}

/** Strips that are not compressed can be read where the file seems to hold them. */
function padTiff(bytes: Uint8Array, { rows, columns, color, bits }: RasterFacts): Uint8Array {
  const padded = new Uint8Array(bytes.length + (rows * columns * (color ? 3 : 1) * bits) / 8)
  padded.set(bytes)
  return padded
}

function isFlat({ values, samplesPerPixel }: StoredFrame): boolean {
  for (let at = samplesPerPixel; at < values.length; at++) {
    if (values[at] !== values[at % samplesPerPixel]) return false
  }
  return true
}

/**
 * Header facts of a raster image, without decoding it.
 * @param bytes the file or its beginning
 * @throws NidusError `raster-malformed`, `raster-unsupported`
 */
export async function readRasterHeader(bytes: Uint8Array, format: RasterFormat): Promise<ImageHeader> {
  return rasterHeader(format, await readFacts(bytes, format))
}

async function readFacts(bytes: Uint8Array, format: RasterFormat): Promise<RasterFacts> {
  const other = format === 'tiff' ? await readTiffFacts(bytes) : null
  return other ?? readVipsFacts(bytes, format)
}

function rasterHeader(format: RasterFormat, facts: RasterFacts): ImageHeader {
  const header = plainHeader({
    format,
    rows: facts.rows,
    columns: facts.columns,
    frameCount: facts.pages,
    color: facts.color,
    bitsAllocated: facts.bits,
    signed: facts.signed,
    sampleType: facts.sampleType,
    pixelsStartAt: null,
    frames: [plainFrame]
  })
  header.warnings.push(...facts.warnings)
  return header
}
