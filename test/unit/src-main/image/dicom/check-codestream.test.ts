import dcmjsCodecs from 'dcmjs-codecs'
import { beforeAll, describe, expect, it } from 'vitest'
import { NidusError } from '../../../../../src-main/contract/errors'
import { openImage } from '../../../../../src-main/image/open-image'
import { toModalityValues } from '../../../../../src-main/image/to-modality-values'
import {
  buildDicom,
  concat,
  encapsulated,
  imageElements,
  type ImageOptions
} from '../../../../helpers/build-dicom'

const { Context, NativeCodecs } = dcmjsCodecs

/** 8 x 4 pixels of 8 bits: 0, 7, 14, … */
const pixels = Uint8Array.from({ length: 32 }, (_, at) => at * 7)

/** The pixels above as a lossless codestream of 8-bit samples. */
function encode(codec: 'JpegLs' | 'Jpeg' | 'Jpeg2000' | 'HtJpeg2000'): Uint8Array {
  const context = new Context({
    width: 8,
    height: 4,
    bitsAllocated: 8,
    bitsStored: 8,
    samplesPerPixel: 1,
    pixelRepresentation: 0,
    planarConfiguration: 0,
    photometricInterpretation: 'MONOCHROME2',
    decodedBuffer: pixels
  })
  const encoded = NativeCodecs[`encode${codec}`](context, { lossy: false }).getEncodedBuffer() as Uint8Array
  return encoded.length % 2 ? concat(encoded, new Uint8Array(1)) : encoded
}

const syntaxes = {
  JpegLs: '1.2.840.10008.1.2.4.80',
  Jpeg: '1.2.840.10008.1.2.4.70',
  Jpeg2000: '1.2.840.10008.1.2.4.90',
  HtJpeg2000: '1.2.840.10008.1.2.4.201'
} as const
type Codec = keyof typeof syntaxes
const codecs = Object.keys(syntaxes) as Codec[]

async function read(codec: Codec, options: ImageOptions, frame: Uint8Array) {
  const elements = imageElements(
    { rows: 4, columns: 8, bitsAllocated: 8, ...options },
    encapsulated([], frame)
  )
  const opened = await openImage(buildDicom(elements, { transferSyntaxUid: syntaxes[codec] }))
  return opened.readFrame(0)
}

const codeOf = (thrown: unknown): string => (thrown instanceof NidusError ? thrown.code : String(thrown))

describe.each(codecs)('%s codestreams', (codec) => {
  beforeAll(async () => NativeCodecs.initializeAsync())

  it('come back as they went in', async () => {
    const { values } = await read(codec, {}, encode(codec))
    expect(Array.from(values)).toEqual(Array.from(pixels))
  })

  it('are widened where the header allocates 16 bits for samples of 8', async () => {
    const { values } = await read(codec, { bitsAllocated: 16, bitsStored: 12 }, encode(codec))
    expect(values).toBeInstanceOf(Uint16Array)
    expect(Array.from(values)).toEqual(Array.from(pixels))
  })

  it.each([
    ['narrower', { columns: 4 }],
    ['lower', { rows: 2 }],
    ['larger', { rows: 8, columns: 16 }],
    ['coloured', { samplesPerPixel: 3, photometric: 'RGB' }]
  ])('are refused where the header says that they are %s', async (_, options) => {
    const error = await read(codec, options, encode(codec)).catch(codeOf)
    expect(error).toBe('pixel-decode-failed')
  })

  it('are refused where their end is missing', async () => {
    const whole = encode(codec)
    expect(await read(codec, {}, whole.subarray(0, whole.length - 6)).catch(codeOf)).toBe('dicom-truncated')
  })
})

describe('colours of lossless JPEG', () => {
  it.each(['YBR_FULL', 'RGB'])('stay those of the header: %s', async (photometric) => {
    await NativeCodecs.initializeAsync()
    const samples = Uint8Array.of(76, 85, 255, 150, 44, 21, 29, 255, 107, 128, 128, 128)
    const context = new Context({
      width: 2,
      height: 2,
      bitsAllocated: 8,
      bitsStored: 8,
      samplesPerPixel: 3,
      pixelRepresentation: 0,
      planarConfiguration: 0,
      photometricInterpretation: photometric,
      decodedBuffer: samples
    })
    const frame = NativeCodecs.encodeJpeg(context, { lossy: false }).getEncodedBuffer() as Uint8Array
    const options = { rows: 2, columns: 2, samplesPerPixel: 3, planarConfiguration: 0, photometric }
    const stored = await read('Jpeg', options, frame.length % 2 ? concat(frame, new Uint8Array(1)) : frame)
    // lossless: the samples are what went in, so what they mean is so, too
    expect(Array.from(stored.values)).toEqual(Array.from(samples))
    expect(stored.photometricInterpretation).toBe(photometric)
  })
})

describe('a JPEG 2000 codestream of signed samples', () => {
  it('means negative values, though Pixel Representation says unsigned', async () => {
    await NativeCodecs.initializeAsync()
    const numbers = Int16Array.from({ length: 32 }, (_, at) => (at - 16) * 100)
    const context = new Context({
      width: 8,
      height: 4,
      bitsAllocated: 16,
      bitsStored: 16,
      samplesPerPixel: 1,
      pixelRepresentation: 1,
      planarConfiguration: 0,
      photometricInterpretation: 'MONOCHROME2',
      decodedBuffer: new Uint8Array(numbers.buffer)
    })
    const frame = NativeCodecs.encodeJpeg2000(context, { lossy: false }).getEncodedBuffer() as Uint8Array
    for (const pixelRepresentation of [0, 1]) {
      const elements = imageElements(
        { rows: 4, columns: 8, pixelRepresentation },
        encapsulated([], frame.length % 2 ? concat(frame, new Uint8Array(1)) : frame)
      )
      const opened = await openImage(buildDicom(elements, { transferSyntaxUid: syntaxes.Jpeg2000 }))
      const stored = await opened.readFrame(0)
      // the stored type follows the header, as other readers have it
      expect(stored.values).toEqual(pixelRepresentation === 1 ? numbers : new Uint16Array(numbers.buffer))
      expect(Array.from(toModalityValues(stored, opened.header, 0))).toEqual(Array.from(numbers))
    }
  })
})

describe('RLE frames', () => {
  /** PS3.5 annex G: number of segments, their offsets, then the segments */
  function frameOf(...segments: number[][]): Uint8Array {
    const head = new Uint32Array(16)
    head[0] = segments.length
    let offset = 64
    segments.forEach((segment, at) => {
      head[at + 1] = offset
      offset += segment.length
    })
    return concat(new Uint8Array(head.buffer), Uint8Array.from(segments.flat()))
  }

  async function readRle(options: ImageOptions, frame: Uint8Array) {
    const elements = imageElements(
      { rows: 2, columns: 2, bitsAllocated: 8, ...options },
      encapsulated([], frame)
    )
    const opened = await openImage(buildDicom(elements, { transferSyntaxUid: '1.2.840.10008.1.2.5' }))
    return opened.readFrame(0).then(({ values }) => Array.from(values), codeOf)
  }

  it('put the high byte first', async () => {
    // 253 repeats four times (257 - 253): 0x0102 four times
    expect(await readRle({ bitsAllocated: 16 }, frameOf([253, 1], [253, 2]))).toEqual([258, 258, 258, 258])
  })

  it.each<[string, Uint8Array, string]>([
    ['ends early', frameOf([255, 5]), 'dicom-truncated'],
    ['copies past its end', frameOf([9, 5]), 'dicom-truncated'],
    ['has a segment too many', frameOf([253, 5], [253, 6]), 'pixel-decode-failed'],
    [
      'lies about an offset',
      frameOf([253, 5]).map((byte, at) => (at === 5 ? 255 : byte)),
      'pixel-decode-failed'
    ],
    ['has no head', new Uint8Array(10), 'dicom-truncated']
  ])('are refused where one %s', async (_, frame, code) => {
    expect(await readRle({}, frame)).toBe(code)
  })
})
