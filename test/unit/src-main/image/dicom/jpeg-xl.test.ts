import dcmjsCodecs from 'dcmjs-codecs'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'
import { buildDicom, concat, encapsulated, imageElements } from '../../../../helpers/build-dicom'

const { NativeCodecs, Context } = dcmjsCodecs
const rows = 24
const columns = 40

/** libjxl's encoder makes the codestreams; what it was given is what has to come back. */
function encode(values: Uint8Array | Uint16Array, samplesPerPixel: number, lossy: boolean): Uint8Array {
  const bits = values.BYTES_PER_ELEMENT * 8
  const encoded = NativeCodecs.encodeJpegXl(
    new Context({
      width: columns,
      height: rows,
      bitsAllocated: bits,
      bitsStored: bits,
      samplesPerPixel,
      pixelRepresentation: 0,
      planarConfiguration: 0,
      photometricInterpretation: samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2',
      decodedBuffer: new Uint8Array(values.buffer)
    }),
    { lossy }
  ).getEncodedBuffer() as Uint8Array
  return encoded.length % 2 === 0 ? encoded : concat(encoded, new Uint8Array(1))
}

async function decode(frame: Uint8Array, uid: string, samplesPerPixel: number, bitsAllocated: number) {
  const photometric = samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2'
  const options = { rows, columns, samplesPerPixel, bitsAllocated, photometric }
  const file = buildDicom(imageElements(options, encapsulated([], frame)), { transferSyntaxUid: uid })
  return (await openImage(file)).readFrame(0)
}

const lossless = '1.2.840.10008.1.2.4.110'
const lossy = '1.2.840.10008.1.2.4.112'

beforeAll(async () => {
  const entry = createRequire(__filename).resolve('dcmjs-codecs')
  if (!NativeCodecs.isInitialized()) {
    const path = resolve(dirname(entry), 'dcmjs-native-codecs.wasm')
    await NativeCodecs.initializeAsync({ webAssemblyModulePathOrUrl: path })
  }
})

describe('JPEG XL', () => {
  it('gives 8 and 16 bits of grey, and colour, back without loss', async () => {
    const bytes = Uint8Array.from({ length: rows * columns }, (_, at) => (at * 37) % 256)
    const wide = Uint16Array.from({ length: rows * columns }, (_, at) => (at * 7919) % 65_536)
    const colour = Uint8Array.from({ length: rows * columns * 3 }, (_, at) => (at * 11) % 256)
    expect((await decode(encode(bytes, 1, false), lossless, 1, 8)).values).toEqual(bytes)
    expect((await decode(encode(wide, 1, false), lossless, 1, 16)).values).toEqual(wide)
    const stored = await decode(encode(colour, 3, false), lossless, 3, 8)
    expect(stored.values).toEqual(colour)
    expect(stored.photometricInterpretation).toBe('RGB')
  })

  it('gives smooth grey back within its loss', async () => {
    const ramp = Uint8Array.from({ length: rows * columns }, (_, at) => 40 + (at % columns) * 4)
    const { values } = await decode(encode(ramp, 1, true), lossy, 1, 8)
    expect(
      Math.max(...values.map((value, at) => Math.abs(value - (ramp[at] as number))))
    ).toBeLessThanOrEqual(4)
  })

  it('ends in a code where the codestream is damaged or of another size', async () => {
    const sound = encode(new Uint8Array(rows * columns).fill(9), 1, false)
    await expect(decode(sound.subarray(0, sound.length >> 1), lossless, 1, 8)).rejects.toMatchObject({
      code: 'pixel-decode-failed'
    })
    await expect(decode(sound, lossless, 3, 8)).rejects.toMatchObject({ code: 'pixel-decode-failed' })
    await expect(decode(new Uint8Array(64), lossless, 1, 8)).rejects.toMatchObject({
      code: 'pixel-decode-failed'
    })
  })
})
