import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import dcmjsCodecs from 'dcmjs-codecs'
import type { Context } from 'dcmjs-codecs'
import { NidusError } from '../../contract/errors'

const { NativeCodecs, log } = dcmjsCodecs

/** What a codestream is told about the frame it holds. */
export interface CodecLayout {
  rows: number
  columns: number
  samplesPerPixel: number
  bitsAllocated: number
  bitsStored: number
  signed: boolean
  photometricInterpretation: string
  /** JPEG: no conversion to RGB is wanted */
  plainSamples: boolean
}

/** Compressions that are left to the collection. */
type CollectionCodec = 'rle' | 'jpeg' | 'jpeg-xl'

const decoders: Record<CollectionCodec, (context: Context, layout: CodecLayout) => Context> = {
  rle: (context) => NativeCodecs.decodeRle(context),
  jpeg: (context, { plainSamples }) =>
    NativeCodecs.decodeJpeg(context, { convertColorspaceToRgb: !plainSamples }),
  'jpeg-xl': (context) => NativeCodecs.decodeJpegXl(context)
}

let starting: Promise<void> | null = null

/**
 * What libijg says where it fills up what it can not read, and goes on. Of bytes too many before a marker it complains,
 * too, and loses nothing by them.
 */
const lossMessages = /premature end|bad Huffman code|instead of RST/i

/** Whether the frame that is being decoded lost something. */
let losing = false

/**
 * Decompresses one frame with the WebAssembly codecs (libijg, libjxl).
 * @returns bytes [rows, columns, samples], little-endian words of Bits Allocated, and the
 *   photometric interpretation that they now have; `damaged` where a JPEG lacks some of its coded samples
 * @throws NidusError `pixel-decode-failed`
 */
export async function decodeWithWasm(
  codec: CollectionCodec,
  encoded: Uint8Array,
  layout: CodecLayout
): Promise<{ bytes: Uint8Array; photometricInterpretation: string; damaged: boolean }> {
  while (!NativeCodecs.isInitialized()) await (starting ??= start())
  losing = false
  try {
    const decoded = decoders[codec](
      new dcmjsCodecs.Context({
        width: layout.columns,
        height: layout.rows,
        bitsAllocated: layout.bitsAllocated,
        bitsStored: layout.bitsStored,
        samplesPerPixel: layout.samplesPerPixel,
        pixelRepresentation: layout.signed ? 1 : 0,
        // samples come interleaved from every codec, whatever the header says of native ones
        planarConfiguration: 0,
        photometricInterpretation: layout.photometricInterpretation,
        encodedBuffer: encoded
      }),
      layout
    )
    const bytes = decoded.getDecodedBuffer()
    if (!bytes) throw new Error('no pixels came back')
    const photometricInterpretation = decoded.getPhotometricInterpretation() ?? ''
    return { bytes, photometricInterpretation, damaged: losing }
  } catch (error) {
    // a codec that threw has left its context and perhaps its heap behind: the next frame gets a fresh instance
    NativeCodecs.release()
    const isTrap = error instanceof WebAssembly.RuntimeError
    const said = error instanceof Error && !isTrap ? error.message.slice(0, 200) : ''
    const reason = said || 'the codec gave up on damaged data'
    throw new NidusError('pixel-decode-failed', { codec, reason }, { cause: error })
  }
}

async function start(): Promise<void> {
  const entry = createRequire(__filename).resolve('dcmjs-codecs')
  // what the codecs have to say goes to a log of theirs, and from there to the console
  log.info = (line: string) => {
    losing ||= lossMessages.test(line)
  }
  try {
    await NativeCodecs.initializeAsync({
      webAssemblyModulePathOrUrl: resolve(dirname(entry), 'dcmjs-native-codecs.wasm'),
      logCodecsInfo: true
    })
  } finally {
    starting = null
  }
}
