import { NidusError } from '../../contract/errors'
import { startOpenJpeg, type OpenJpeg } from './start-openjpeg'

/** Samples of a JPEG 2000 codestream, as it holds them. */
export interface Jpeg2000Samples {
  columns: number
  rows: number
  components: number
  /** interleaved by pixel, little-endian; 1, 2 or 4 bytes each, as few as the codestream's bits ask for */
  bytes: Uint8Array
}

/** WebAssembly memory never shrinks: after a larger image the codec starts anew. */
const mostKeptBytes = 256 * 1024 * 1024

/** An image of less is decoded before a thread that helps has started. */
const leastBytesForHelp = 16 * 1024

let running: Promise<OpenJpeg> | null = null

/**
 * Decodes a JPEG 2000 image (ISO 15444-1) with OpenJPEG 2.5.4.
 * @param image a codestream, bare or in the boxes of a JP2 file, which may put components in another order
 * @param options `partial`: a codestream that is cut gives what can be made of it, with less detail where code blocks
 *   are missing
 * @throws NidusError `pixel-decode-failed`
 */
export async function decodeJpeg2000(image: Uint8Array, { partial = false } = {}): Promise<Jpeg2000Samples> {
  const openJpeg = await started()
  const { exports: codec, memory } = openJpeg
  if (image.length >= leastBytesForHelp) openJpeg.startHelpers()
  const encoded = codec.allocate(image.length)
  if (encoded === 0) throw failure('there is no memory for this image')
  let samples = 0
  try {
    new Uint8Array(memory.buffer, encoded, image.length).set(image)
    samples = codec.decode(encoded, image.length, partial ? 0 : 1, openJpeg.threads)
    codec.release(encoded)
  } catch (error) {
    // a trap leaves the heap in any state
    forget(openJpeg)
    throw failure('the codec gave up on damaged data', error)
  }
  if (samples === 0) {
    const reason = textAt(memory, codec.complaint())
    forgetIfLarge(openJpeg)
    throw failure(reason)
  }
  const [columns, rows, components, bits] = new Int32Array(memory.buffer, codec.facts(), 4)
  const sampleBytes = bits <= 8 ? 1 : bits <= 16 ? 2 : 4
  const bytes = new Uint8Array(memory.buffer, samples, columns * rows * components * sampleBytes).slice()
  codec.release(samples)
  forgetIfLarge(openJpeg)
  return { columns, rows, components, bytes }
}

/** OpenJPEG as it runs now: while one was waited for, what was decoded before may have ended it. */
async function started(): Promise<OpenJpeg> {
  for (;;) {
    const starting = (running ??= startOpenJpeg())
    try {
      const openJpeg = await starting
      if (running === starting) return openJpeg
    } catch (error) {
      if (running === starting) running = null
      throw failure('there is no memory for the codec', error)
    }
  }
}

function forget(openJpeg: OpenJpeg): void {
  running = null
  openJpeg.end()
}

function forgetIfLarge(openJpeg: OpenJpeg): void {
  if (openJpeg.memory.buffer.byteLength > mostKeptBytes) forget(openJpeg)
}

function failure(reason: string, cause?: unknown): NidusError {
  return new NidusError('pixel-decode-failed', { codec: 'jpeg-2000', reason }, { cause })
}

function textAt(memory: WebAssembly.Memory, at: number): string {
  const bytes = Buffer.from(memory.buffer, at, 200)
  return bytes.toString('latin1', 0, bytes.indexOf(0) < 0 ? bytes.length : bytes.indexOf(0)).trim()
}
