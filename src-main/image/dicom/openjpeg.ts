import { NidusError } from '../../contract/errors'
import compiled from '../../../resources/openjpeg/openjpeg.wasm?url&inline'

/** What scripts/build-openjpeg/decode-j2k.c offers. */
interface OpenJpeg {
  memory: WebAssembly.Memory
  _initialize(): void
  allocate(bytes: number): number
  release(at: number): void
  decode(at: number, bytes: number, strict: 0 | 1): number
  facts(): number
  complaint(): number
}

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

let running: Promise<OpenJpeg> | null = null

/**
 * Decodes a JPEG 2000 image (ISO 15444-1) with OpenJPEG 2.5.4.
 * @param image a codestream, bare or in the boxes of a JP2 file, which may put components in another order
 * @param options `partial`: a codestream that is cut gives what can be made of it, with less detail where code blocks
 *   are missing
 * @throws NidusError `pixel-decode-failed`
 */
export async function decodeJpeg2000(image: Uint8Array, { partial = false } = {}): Promise<Jpeg2000Samples> {
  const codec = await (running ??= start())
  let samples = 0
  try {
    const encoded = codec.allocate(image.length)
    new Uint8Array(codec.memory.buffer, encoded, image.length).set(image)
    samples = codec.decode(encoded, image.length, partial ? 0 : 1)
    codec.release(encoded)
  } catch (error) {
    // a trap leaves the heap in any state
    running = null
    throw failure('the codec gave up on damaged data', error)
  }
  if (samples === 0) {
    const reason = textAt(codec, codec.complaint())
    forgetIfLarge(codec)
    throw failure(reason)
  }
  const [columns, rows, components, bits] = new Int32Array(codec.memory.buffer, codec.facts(), 4)
  const sampleBytes = bits <= 8 ? 1 : bits <= 16 ? 2 : 4
  const bytes = new Uint8Array(
    codec.memory.buffer,
    samples,
    columns * rows * components * sampleBytes
  ).slice()
  codec.release(samples)
  forgetIfLarge(codec)
  return { columns, rows, components, bytes }
}

function forgetIfLarge({ memory }: OpenJpeg): void {
  if (memory.buffer.byteLength > mostKeptBytes) running = null
}

function failure(reason: string, cause?: unknown): NidusError {
  return new NidusError('pixel-decode-failed', { codec: 'jpeg-2000', reason }, { cause })
}

function textAt({ memory }: OpenJpeg, at: number): string {
  const bytes = Buffer.from(memory.buffer, at, 200)
  return bytes.toString('latin1', 0, bytes.indexOf(0) < 0 ? bytes.length : bytes.indexOf(0)).trim()
}

async function start(): Promise<OpenJpeg> {
  const bytes = Buffer.from(compiled.slice(compiled.indexOf(',') + 1), 'base64')
  // of the system, the C library asks only to write messages, for which there is no place here
  const nothing = (): number => 0
  const system = new Proxy({}, { get: () => nothing })
  const { instance } = await WebAssembly.instantiate(bytes, { wasi_snapshot_preview1: system })
  const codec = instance.exports as unknown as OpenJpeg
  codec._initialize()
  return codec
}
