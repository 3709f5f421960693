import { openImage } from '../image/open-image'
import { plainView } from '../image/plain-view'
import { openSource } from './open-source'
import type { FileHeader } from './read-file-header'
import { limitOfWork, unwatched, type Workbench } from './reader-work'

/**
 * Whether two files whose headers name the same image show the same one. Pixels are compared as they stand in the files,
 * or decoded where they are compressed: of those with many frames the first, the middle and the last.
 * @param bench where they are decoded
 * @returns null where either can not be read
 */
export async function haveSamePixels(
  file: FileHeader,
  other: FileHeader,
  bench = unwatched
): Promise<boolean | null> {
  try {
    const [bytes, others] = await Promise.all([readWhole(file.path), readWhole(other.path)])
    if (isEqual(bytes, others)) return true
    const [pixels, otherPixels] = [nativePixels(bytes, file), nativePixels(others, other)]
    if (pixels && otherPixels) return isEqual(pixels, otherPixels)
    const last = file.header.frameCount - 1
    const frames = [...new Set([0, last >> 1, last])]
    const mine = await decodeFrames(file, bytes, frames, bench)
    const its = await decodeFrames(other, others, frames, bench)
    return mine.every((values, at) => isEqual(values, its[at] as Uint8Array))
  } catch {
    return null
  }
}

async function decodeFrames(
  { path, header }: FileHeader,
  bytes: Uint8Array,
  frames: number[],
  bench: Workbench
): Promise<Uint8Array[]> {
  const samples = header.rows * header.columns * header.samplesPerPixel * frames.length
  return bench.decode({ path, limitMs: limitOfWork(bytes.length, samples) }, async () => {
    const image = await openImage(bytes)
    const decoded = await Promise.all(frames.map((frame) => image.readFrame(frame)))
    return decoded.map(({ values }) => plainView(values))
  })
}

async function readWhole(path: string): Promise<Uint8Array> {
  const source = await openSource(path)
  try {
    return await source.readAll()
  } finally {
    await source.close()
  }
}

/** @returns null where they are compressed */
function nativePixels(bytes: Uint8Array, { header }: FileHeader): Uint8Array | null {
  const { pixelsStartAt, rows, columns, samplesPerPixel, bitsAllocated, frameCount } = header
  if (pixelsStartAt === null) return null
  const length = Math.ceil((rows * columns * samplesPerPixel * bitsAllocated * frameCount) / 8)
  return bytes.subarray(pixelsStartAt, pixelsStartAt + length)
}

function isEqual(bytes: Uint8Array, others: Uint8Array): boolean {
  return Buffer.compare(bytes, others) === 0
}
