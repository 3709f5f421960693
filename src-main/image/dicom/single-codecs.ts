import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { NidusError } from '../../contract/errors'

/** What a decoder compiled by Emscripten offers; its memory is its own. */
interface SampleDecoder {
  getEncodedBuffer(byteLength: number): Uint8Array
  decode(): void
  getDecodedBuffer(): Uint8Array
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number }
  /** JPEG-LS: 0 where each component comes as a plane */
  getInterleaveMode?(): number
  /** HTJ2K, which says in this way what others throw */
  getLastErrorMessage?(): string
  delete(): void
}

type ModuleFactory = (options: {
  locateFile(name: string): string
  print(line: string): void
  printErr(line: string): void
}) => Promise<Record<string, new () => SampleDecoder>>

/** Compressions for which a package of their own has the best decoder. */
type SingleCodec = 'jpeg-ls' | 'htj2k'

const packages: Record<SingleCodec, { entry: string; decoder: string }> = {
  'jpeg-ls': { entry: '@cornerstonejs/codec-charls/decodewasmjs', decoder: 'JpegLSDecoder' }, // CharLS
  htj2k: { entry: '@cornerstonejs/codec-openjph', decoder: 'HTJ2KDecoder' } // OpenJPH
}

const running = new Map<SingleCodec, Promise<new () => SampleDecoder>>()

/**
 * Decompresses one frame with the WebAssembly builds of CharLS or OpenJPH.
 * @param cut the codestream has no end: CharLS gives the rows before it, zeros from there on
 * @returns samples as the codestream holds them, 8 bits or little-endian words of 16, in memory of their own;
 *   `planar` where one component follows the other; `failed` where the decoder stopped before the end
 * @throws NidusError `pixel-decode-failed`
 */
export async function decodeSingle(
  codec: SingleCodec,
  encoded: Uint8Array,
  cut = false
): Promise<{ bytes: Uint8Array; planar: boolean; failed: boolean }> {
  let starting = running.get(codec)
  if (!starting) running.set(codec, (starting = start(codec)))
  let decoder: SampleDecoder | null = null
  try {
    decoder = new (await starting)()
    decoder.getEncodedBuffer(encoded.length).set(encoded)
    const failed = !decodeAsFar(decoder, cut && codec === 'jpeg-ls')
    const complaint = decoder.getLastErrorMessage?.()
    if (complaint) throw new Error(complaint)
    const planar = decoder.getInterleaveMode?.() === 0 && decoder.getFrameInfo().componentCount > 1
    const bytes = Uint8Array.from(decoder.getDecodedBuffer())
    if (failed) running.delete(codec)
    else decoder.delete()
    return { bytes, planar, failed }
  } catch (error) {
    // a codec that threw may have left its heap behind in any state: the next frame gets a fresh one
    running.delete(codec)
    const said = error instanceof Error && !(error instanceof WebAssembly.RuntimeError) ? error.message : ''
    const reason = said.slice(0, 200) || 'the codec gave up on damaged data'
    throw new NidusError('pixel-decode-failed', { codec, reason }, { cause: error })
  }
}

/** @returns whether it came to the end, which alone a codestream without one is forgiven */
function decodeAsFar(decoder: SampleDecoder, forgiven: boolean): boolean {
  try {
    decoder.decode()
    return true
  } catch (error) {
    if (!forgiven || error instanceof WebAssembly.RuntimeError) throw error
    return false
  }
}

async function start(codec: SingleCodec): Promise<new () => SampleDecoder> {
  const { entry, decoder } = packages[codec]
  const load = createRequire(__filename)
  const path = load.resolve(entry)
  const factory = load(path) as ModuleFactory
  const codecs = await factory({
    locateFile: (name) => resolve(dirname(path), name),
    // what they print of damaged files comes as an error, too
    print: () => undefined,
    printErr: () => undefined
  })
  const found = codecs[decoder]
  if (!found) throw new Error(`${entry} has no ${decoder}`)
  return found
}
