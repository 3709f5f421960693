import { deflateRawSync } from 'node:zlib'
import dcmjsCodecs from 'dcmjs-codecs'
import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'
import { buildDicom, concat, encapsulated, imageElements } from '../../../../helpers/build-dicom'

const { Context, NativeCodecs } = dcmjsCodecs
const rows = 16
const columns = 24
/** 12 bits in words of 16 */
const pixels = Uint16Array.from({ length: rows * columns }, (_, at) => (at * 37) % 4096)
const native = new Uint8Array(pixels.buffer)

function fileOf(frame: Uint8Array, transferSyntaxUid: string): Uint8Array {
  const even = frame.length % 2 === 0 ? frame : concat(frame, new Uint8Array(1))
  const elements = imageElements({ rows, columns, bitsStored: 12 }, encapsulated([], even))
  return buildDicom(elements, { transferSyntaxUid })
}

async function read(file: Uint8Array, partial = false) {
  return (await openImage(file)).readFrame(0, { partial })
}

describe('pixels in items that no codec stands behind', () => {
  const encapsulatedNative = '1.2.840.10008.1.2.1.98'
  const deflatedFrame = '1.2.840.10008.1.2.8.1'
  const inItems = [
    ['uncompressed', encapsulatedNative, native],
    ['deflated', deflatedFrame, new Uint8Array(deflateRawSync(native, { level: 0 }))]
  ] as const

  it.each(inItems)('come back where they are %s', async (_, uid, frame) => {
    expect(Array.from((await read(fileOf(frame, uid))).values)).toEqual(Array.from(pixels))
  })

  it.each(inItems)('are shown down to the cut where they are %s', async (_, uid, frame) => {
    const file = fileOf(frame, uid)
    // delimiter and its head are 8 bytes; half of the rows go with 8 * 24 * 2 bytes more
    const cut = file.subarray(0, file.length - 8 - (rows / 2) * columns * 2)
    await expect(read(cut)).rejects.toMatchObject({ code: 'dicom-truncated' })
    const { values, missingRows = 0, missingBytes } = await read(cut, true)
    expect(missingBytes).toBeGreaterThan(0)
    expect(Math.abs(missingRows - rows / 2)).toBeLessThanOrEqual(1)
    const held = (rows - missingRows) * columns
    expect(Array.from(values.subarray(0, held))).toEqual(Array.from(pixels.subarray(0, held)))
  })
})

describe('HTJ2K', () => {
  const encoded = async (): Promise<Uint8Array> => {
    await NativeCodecs.initializeAsync()
    const context = new Context({
      width: columns,
      height: rows,
      bitsAllocated: 16,
      bitsStored: 12,
      samplesPerPixel: 1,
      pixelRepresentation: 0,
      planarConfiguration: 0,
      photometricInterpretation: 'MONOCHROME2',
      decodedBuffer: native
    })
    return NativeCodecs.encodeHtJpeg2000(context, { lossy: false }).getEncodedBuffer() as Uint8Array
  }

  it.each(['201', '202', '203'])('comes back under 1.2.840.10008.1.2.4.%s', async (end) => {
    const { values } = await read(fileOf(await encoded(), `1.2.840.10008.1.2.4.${end}`))
    expect(Array.from(values)).toEqual(Array.from(pixels))
  })
})

describe('video', () => {
  // MPEG2, MPEG-4 and HEVC (PS3.5 sections 8.2.5 to 8.2.8, 8.2.10, 8.2.11)
  it.each(['100', '101', '102', '103', '104', '105', '106', '107', '108'])(
    'of 1.2.840.10008.1.2.4.%s is refused by the name of its syntax',
    async (end) => {
      const uid = `1.2.840.10008.1.2.4.${end}`
      await expect(read(fileOf(new Uint8Array(64), uid))).rejects.toMatchObject({
        code: 'dicom-transfer-syntax-unsupported',
        context: { reason: uid, transferSyntax: uid }
      })
    }
  )
})
