import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'
import { buildDicom, concat, encapsulated, imageElements } from '../../../../helpers/build-dicom'

const rows = 64
const columns = 32

function fileOf(frame: Uint8Array, transferSyntaxUid: string, bitsAllocated = 8): Uint8Array {
  const even = frame.length % 2 === 0 ? frame : concat(frame, new Uint8Array(1))
  return buildDicom(imageElements({ rows, columns, bitsAllocated }, encapsulated([], even)), {
    transferSyntaxUid
  })
}

async function read(file: Uint8Array, partial: boolean) {
  return (await openImage(file)).readFrame(0, { partial })
}

const jpeg2000 = '1.2.840.10008.1.2.4.90'

/** Delimiter and its head: a cut by more than this reaches the frame. */
const delimiter = 8

describe('a compressed frame that is cut', () => {
  it('is shown as far as its JPEG goes, and marked', async () => {
    // from 50 up, so that the filling (the lowest value there is) is told from the decoder's own grey of 128
    const raw = Buffer.from(Array.from({ length: rows * columns }, (_, at) => 50 + ((at * 37) % 200)))
    const jpeg = await sharp(raw, { raw: { width: columns, height: rows, channels: 1 } })
      .toColourspace('b-w')
      .jpeg({ quality: 95 })
      .toBuffer()
    const file = fileOf(new Uint8Array(jpeg), '1.2.840.10008.1.2.4.50')
    const whole = await read(file, true)
    expect(whole.missingBytes).toBeUndefined()
    const cut = file.subarray(0, file.length - delimiter - Math.floor(jpeg.length / 2))
    await expect(read(cut, false)).rejects.toMatchObject({ code: 'dicom-truncated' })
    const shown = await read(cut, true)
    expect(shown.missingBytes).toBeGreaterThan(jpeg.length / 2 - 4)
    const held = rows - (shown.missingRows as number)
    expect(held).toBeGreaterThan(rows / 8)
    expect(held).toBeLessThan(rows)
    // JPEG is made of rows of 8 x 8 blocks: those before the one in which it was cut are as they were
    const sure = (Math.floor(held / 8) - 1) * 8 * columns
    expect(Array.from(shown.values.subarray(0, sure))).toEqual(Array.from(whole.values.subarray(0, sure)))
    const low = Math.min(...shown.values.subarray(0, held * columns))
    expect(new Set(shown.values.subarray(held * columns))).toEqual(new Set([low]))
  })

  it('is shown as far as the segments of its RLE go', async () => {
    // PS3.5 annex G: two segments, the high bytes first; 16 literal runs of 128 bytes each hold 2048 pixels
    const segment = (value: (at: number) => number): Uint8Array =>
      concat(
        ...Array.from({ length: 16 }, (_, run) =>
          Uint8Array.from({ length: 129 }, (_unused, at) => (at === 0 ? 127 : value(run * 128 + at - 1)))
        )
      )
    const head = new Uint8Array(
      Uint32Array.from({ length: 16 }, (_, at) => [2, 64, 64 + 2064][at] ?? 0).buffer
    )
    const frame = concat(
      head,
      segment((at) => 1 + (at % 3)),
      segment((at) => 1 + (at % 200))
    )
    const file = fileOf(frame, '1.2.840.10008.1.2.5', 16)
    const whole = Array.from((await read(file, false)).values)
    expect(whole.slice(0, 3)).toEqual([0x101, 0x202, 0x303])
    // the last 8 runs of the low bytes are gone
    const cut = file.subarray(0, file.length - delimiter - 8 * 129)
    await expect(read(cut, false)).rejects.toMatchObject({ code: 'dicom-truncated' })
    const shown = await read(cut, true)
    expect(shown.missingBytes).toBe(8 * 129)
    expect(Array.from(shown.values)).toEqual(whole.map((value, at) => (at < 1024 ? value : value & 0xff00)))
  })

  it('ends in a code where nothing of it is there', async () => {
    const j2k = fileOf(Uint8Array.of(0xff, 0x4f, 0xff, 0x51, ...new Array<number>(200).fill(0)), jpeg2000)
    await expect(read(j2k.subarray(0, -100), true)).rejects.toMatchObject({ code: 'pixel-decode-failed' })
    const rle = fileOf(new Uint8Array(500), '1.2.840.10008.1.2.5')
    await expect(read(rle.subarray(0, -505), true)).rejects.toMatchObject({
      code: expect.stringMatching(/^(dicom-truncated|pixel)/)
    })
  })
})
