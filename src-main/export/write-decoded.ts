import { promises as fs } from 'node:fs'
import { NidusError } from '../contract/errors'
import { isWorthShowing } from '../image/fill-missing'
import {
  frameFacts,
  type ImageHeader,
  type OpenedImage,
  type PixelArray,
  type StoredFrame
} from '../image/image-types'
import { openImage } from '../image/open-image'
import { plainView } from '../image/plain-view'
import { nativeFrameBits } from '../image/shares-colour'
import { openPlain } from '../study/open-plain'
import { withPath } from '../study/read-file-header'
import { limitOfWork, type Workbench } from '../study/reader-work'
import { systemReason } from '../study/system-reason'
import { encodeNpyHead, npyType } from './write-npy'

/**
 * Writes the stored values of a file's frames to `<target>.npy` and facts of its header to `<target>.json`.
 * @param bench where the file is decoded
 * @returns what the file lacks of its pixels, null where it is whole
 * @throws NidusError with the file's path, what reading and decoding throw; `output-unwritable`
 */
export async function writeDecoded(
  path: string,
  target: string,
  bench: Workbench
): Promise<NidusError | null> {
  try {
    const bytes = await readWhole(path)
    const image = await bench.decode({ path, limitMs: limitOfWork(bytes.length) }, () => openImage(bytes))
    const { missingBytes, rounded, ...written } = await writeFrames(image, `${target}.npy`, (frame) => {
      const { rows, columns, samplesPerPixel } = image.header
      const limitMs = limitOfWork(image.byteLength / image.frameCount, rows * columns * samplesPerPixel)
      return bench.decode({ path, limitMs }, () => image.readFrame(frame, { partial: true }))
    })
    const { photometricInterpretation: decodedPhotometricInterpretation, ...form } = written
    const cut = missingBytes > 0 ? truncated(missingBytes, path) : null
    const facts = {
      ...headerFacts(image.header),
      ...form,
      decodedPhotometricInterpretation,
      ...(rounded ? { rounded } : {}),
      ...(cut ? { partial: true, missingBytes, error: { code: cut.code, reason: cut.context.reason } } : {})
    }
    await writeOutput(`${target}.json`, facts)
    return cut
  } catch (error) {
    throw withPath(error, path)
  }
}

/**
 * Writes why a file could not be decoded to `<target>.json`, in the place of pixels.
 * @throws NidusError `output-unwritable`
 */
export async function writeFailure(target: string, { code, context }: NidusError): Promise<void> {
  await fs.rm(`${target}.npy`, { force: true })
  const { reason, frame } = context
  const error = { code, reason: reason ?? '', ...(frame === undefined ? {} : { frame }) }
  await writeOutput(`${target}.json`, { error })
}

async function readWhole(path: string): Promise<Uint8Array> {
  const file = await openPlain(path)
  try {
    return await file.readAll()
  } finally {
    await file.close()
  }
}

function truncated(missingBytes: number, path: string): NidusError {
  const reason = `partial: the file lacks ${missingBytes} bytes of its pixels`
  return new NidusError('dicom-truncated', { reason, path, partial: true })
}

/** Writes frame after frame, so that one frame at a time is in memory; what a cut file lacks is left out. */
async function writeFrames(image: OpenedImage, path: string, read: (frame: number) => Promise<StoredFrame>) {
  const { frames, missingBytes } = framesThere(image)
  const handle = await fs.open(path, 'w').catch(unwritable)
  try {
    let lacking = 0
    let rounded = false
    let written: { dtype: string; shape: number[]; photometricInterpretation: string } | null = null
    for (let frame = 0; frame < frames; frame++) {
      const stored = await read(frame)
      lacking += stored.missingBytes ?? 0
      rounded ||= stored.rounded === true
      if (!written) {
        const { rows, columns, samplesPerPixel, photometricInterpretation } = stored
        const shape = [
          ...(image.frameCount > 1 ? [frames] : []),
          rows,
          columns,
          ...(samplesPerPixel > 1 ? [samplesPerPixel] : [])
        ]
        written = { dtype: numpyName(stored.values), shape, photometricInterpretation }
        await handle.write(encodeNpyHead(npyType(stored.values), shape)).catch(unwritable)
      }
      if (numpyName(stored.values) !== written.dtype) {
        throw new NidusError('pixel-decode-failed', { frame, reason: 'frames differ in type' })
      }
      await handle.write(plainView(stored.values))
    }
    if (!written) throw new NidusError('dicom-no-pixel-data', { reason: 'there are no frames' })
    // the pixel data's own length may lie where the file is long enough
    return { ...written, missingBytes: Math.max(missingBytes, lacking), rounded }
  } finally {
    await handle.close()
  }
}

/** Frames of which the file has bytes, and how many bytes the header promises beyond its end. */
function framesThere(image: OpenedImage): { frames: number; missingBytes: number } {
  const { header, frameCount } = image
  const whole = { frames: frameCount, missingBytes: 0 }
  if (header.pixelsStartAt === null) return whole
  const frameBits = nativeFrameBits(header)
  const heldBytes = image.byteLength - header.pixelsStartAt
  const missingBytes = Math.ceil((frameBits * frameCount) / 8) - heldBytes
  if (missingBytes <= 0) return whole
  const wholeFrames = Math.floor((heldBytes * 8) / frameBits)
  const rest = heldBytes - Math.floor((wholeFrames * frameBits) / 8)
  return { frames: isWorthShowing(rest, header) ? wholeFrames + 1 : Math.max(1, wholeFrames), missingBytes }
}

async function writeOutput(path: string, content: unknown): Promise<void> {
  await fs.writeFile(path, `${JSON.stringify(content, null, 2)}\n`).catch(unwritable)
}

/** A full or protected disk is no fault of the file that was being decoded. */
function unwritable(error: unknown): never {
  throw new NidusError('output-unwritable', { reason: systemReason(error) }, { cause: error })
}

/** NumPy's name of the type: `uint16`, `float32`, … */
function numpyName(values: PixelArray): string {
  return values.constructor.name.replace('Array', '').toLowerCase()
}

/** What may be published of a header: nothing that names or dates the patient. */
function headerFacts(header: ImageHeader): Record<string, unknown> {
  const first = frameFacts(header, 0)
  return {
    format: header.format,
    transferSyntaxUid: header.transferSyntaxUid,
    sopClassUid: header.sopClassUid,
    modality: header.modality,
    valueUnit: header.valueUnit,
    rows: header.rows,
    columns: header.columns,
    frames: header.frameCount,
    samplesPerPixel: header.samplesPerPixel,
    bitsAllocated: header.bitsAllocated,
    bitsStored: header.bitsStored,
    highBit: header.highBit,
    pixelRepresentation: header.signed ? 1 : 0,
    planarConfiguration: header.planarConfiguration,
    photometricInterpretation: header.photometricInterpretation,
    inverted: header.inverted,
    spacingMm: first.spacingMm,
    pixelAspectRatio: header.pixelAspectRatio,
    displayAspect: first.pixelAspect ?? null,
    positionMm: first.positionMm,
    orientation: first.orientation,
    rescale: first.rescale,
    modalityLut: header.modalityLut !== null,
    windows: first.windows.map(({ lut, ...window }) => ({
      ...window,
      ...(lut ? { lut: { entries: lut.values.length, firstMapped: lut.firstMapped, bits: lut.bits } } : {})
    })),
    pixelPaddingValue: header.pixelPaddingValue,
    pixelPaddingLimit: header.pixelPaddingLimit ?? null,
    warnings: header.warnings
  }
}
