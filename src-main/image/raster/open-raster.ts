import { NidusError } from '../../contract/errors'
import { readJpegHead } from '../dicom/check-codestream'
import { fillFlatEnd, fillRows } from '../fill-missing'
import { hasEndlessScans } from '../has-endless-scans'
import type { ImageHeader, OpenedImage, PixelArray, StoredFrame } from '../image-types'
import { plainFrame, plainHeader } from '../plain-header'
import { decodeTiffPage, readTiffFacts } from './decode-tiff'
import { decodeWithVips, readVipsFacts } from './decode-with-vips'
import { mendPng } from './mend-png'
import type { RasterFacts, RasterFormat } from './raster-facts'
import { endBrokenChain, heldRows, readTiffChain, type TiffPage } from './tiff-directories'

/**
 * Opens a PNG, JPEG or TIFF, by libvips and, for samples of TIFFs that this does not hand out unchanged, by geotiff.
 * Alpha is dropped; palettes become RGB (or one channel where all their entries are grey); 1, 2 and 4 bit grey is
 * spread to 0..255; deeper samples keep every bit. Values are those in the file: colour profiles are not applied.
 * @param file all of it, kept by reference
 * @throws NidusError `raster-malformed`, `raster-unsupported`
 */
export async function openRaster(file: Uint8Array, format: RasterFormat): Promise<OpenedImage> {
  if (format === 'jpeg' && hasEndlessScans(file))
    throw new NidusError('raster-malformed', { format, reason: 'it has more scans than any picture needs' })
  const facts = await readFacts(file, format)
  const bytes = format === 'tiff' ? endBrokenChain(file) : file
  const header = rasterHeader(format, facts)
  let pages: TiffPage[] | null = null
  return {
    format,
    header,
    frameCount: header.frameCount,
    byteLength: bytes.length,
    async readFrame(frame, { partial = false } = {}) {
      if (!Number.isInteger(frame) || frame < 0 || frame >= header.frameCount) {
        throw new NidusError('frame-out-of-range', { reason: `frame ${frame} of ${header.frameCount}` })
      }
      if (format === 'tiff') {
        pages ??= readTiffChain(bytes).pages
        return readTiffFrame(bytes, frame, facts, pages[frame], partial ? header : null)
      }
      try {
        return await decodeWithVips(bytes, frame, facts, 'error')
      } catch (error) {
        const mended = format === 'png' ? mendPng(bytes) : bytes
        const saved = partial && mended ? await saveWhatIsThere(mended, frame, facts, header) : null
        if (!saved) throw error
        return saved
      }
    }
  }
}

/**
 * A page of a TIFF. Its directory says which strips or tiles lie in the file; of the others, decoders make what they like.
 * @param page undefined where the file ends before its directory
 * @param forPartial the header, where a page that is cut is to be filled up instead of refused
 */
async function readTiffFrame(
  bytes: Uint8Array,
  frame: number,
  facts: RasterFacts,
  page: TiffPage | undefined,
  forPartial: ImageHeader | null
): Promise<StoredFrame> {
  if (!page) throw cutTiff('the file ends before the directory of this page')
  const isOther = page.rows !== facts.rows || page.columns !== facts.columns
  if (isOther && !page.turned) {
    const reason = `page ${frame + 1} is of ${page.columns} x ${page.rows} pixels, the first of ${facts.columns} x ${facts.rows}`
    throw new NidusError('raster-unsupported', { format: 'tiff', reason })
  }
  const held = heldRows(page, bytes.length)
  const decode = (): Promise<StoredFrame> =>
    facts.reader === 'geotiff'
      ? decodeTiffPage(bytes, frame, facts, page, held)
      : decodeWithVips(bytes, frame, facts, page.tiled ? 'warning' : 'error', held)
  if (held < page.rows) {
    if (!forPartial) throw cutTiff(`the file ends inside its pixels; ${held} of ${page.rows} rows are whole`)
    if (page.turned) throw cutTiff('the file ends inside its pixels, which are not stored from the top')
    if (facts.reader === 'vips' && !page.tiled) return saveCutStrips(bytes, frame, facts, page, forPartial)
    if (held === 0) throw cutTiff('the file ends inside its first strip or row of tiles')
    return fillRows(withAllRows(await decode(), page.rows), held, 1, forPartial)
  }
  try {
    return await decode()
  } catch (error) {
    const isOfRows = facts.reader === 'vips' && !page.tiled && !page.turned
    const saved = isOfRows && forPartial ? await saveWhatIsThere(bytes, frame, facts, forPartial) : null
    if (!saved) throw error
    return saved
  }
}

/**
 * The rows at the top of a cut TIFF. Of a strip that is not whole, those are taken that do not depend on what is put in the
 * place of the bytes that are missing: from a compressed one, decoders make rows of anything.
 */
async function saveCutStrips(
  bytes: Uint8Array,
  frame: number,
  facts: RasterFacts,
  page: TiffPage,
  header: ImageHeader
): Promise<StoredFrame> {
  const held = heldRows(page, bytes.length)
  // a decoder that gives up may leave differences from other pixels in their place
  if (held === 0 && page.predicted) throw cutTiff('the file ends inside its first strip')
  const [zeros, ones] = await Promise.all(
    (held > 0 ? [0] : [0, 0xff]).map((fill) =>
      decodeWithVips(padTiff(bytes, facts, fill), frame, facts, 'none')
    )
  )
  if (!zeros) throw cutTiff('the file ends inside its first strip')
  if (!ones) return fillRows(zeros, held, 1, header)
  const differs = zeros.values.findIndex((value, at) => value !== ones.values[at])
  const alike = Math.floor(differs / (facts.columns * zeros.samplesPerPixel))
  if (alike === 0 || isFlat(zeros)) throw cutTiff('the file ends inside its first strip')
  // one that gives up leaves one value
  return differs < 0 ? fillFlatEnd(zeros, 1, header) : fillRows(zeros, alike, 1, header)
}

/** Zeros in the place of the rows that are not there. */
function withAllRows(stored: StoredFrame, rows: number): StoredFrame {
  const { columns, samplesPerPixel, values } = stored
  const all = new (values.constructor as new (length: number) => PixelArray)(rows * columns * samplesPerPixel)
  all.set(values as ArrayLike<number>)
  return { ...stored, rows, values: all }
}

function cutTiff(reason: string): NidusError {
  return new NidusError('raster-malformed', { format: 'tiff', reason })
}

/** What the decoder gets from a cut or damaged file; null where that is nothing. */
async function saveWhatIsThere(
  bytes: Uint8Array,
  frame: number,
  facts: RasterFacts,
  header: ImageHeader
): Promise<StoredFrame | null> {
  const decoded = await decodeWithVips(bytes, frame, facts, 'none').catch(() => null)
  // rows that were not decoded hold one value
  return !decoded || isFlat(decoded) ? null : fillFlatEnd(decoded, 1, header)
}

/** As long as the file would be, or longer. */
function padTiff(bytes: Uint8Array, { rows, columns, color, bits }: RasterFacts, fill: number): Uint8Array {
  const padded = new Uint8Array(bytes.length + (rows * columns * (color ? 3 : 1) * bits) / 8)
  padded.fill(fill, bytes.length).set(bytes)
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
  if (format === 'jpeg') return readJpegFacts(bytes)
  if (format === 'png') return readVipsFacts(bytes, format)
  const { pages, brokenLink } = readTiffChain(bytes)
  const ended = endBrokenChain(bytes)
  const facts = (await readTiffFacts(ended)) ?? (await readVipsFacts(ended, format))
  const lost = `the file ends before the directories of further pages; ${pages.length} of them are known`
  return brokenLink === null ? facts : { ...facts, warnings: [...facts.warnings, lost] }
}

/** libvips reads the header of a JPEG of other than 8 bits, and takes its samples for damaged ones. */
async function readJpegFacts(bytes: Uint8Array): Promise<RasterFacts> {
  const facts = await readVipsFacts(bytes, 'jpeg')
  const precision = precisionOf(bytes)
  if (precision === 8) return facts
  const reason = `samples of ${precision} bits; inside of DICOM they are read`
  throw new NidusError('raster-unsupported', { format: 'jpeg', reason })
}

function precisionOf(bytes: Uint8Array): number {
  try {
    return readJpegHead(bytes, false)?.precision ?? 8
  } catch {
    // of rare processes libvips says whether it reads them
    return 8
  }
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
