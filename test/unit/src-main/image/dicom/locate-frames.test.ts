import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'
import {
  buildDicom,
  concat,
  encapsulated,
  imageElements,
  type ElementSpec
} from '../../../../helpers/build-dicom'

const uncompressed = '1.2.840.10008.1.2.1.98'

function imageOf(pixels: ElementSpec, transferSyntaxUid: string, frames: number, extra: ElementSpec[] = []) {
  const options = { rows: 1, columns: 3, bitsAllocated: 8, frames, extra }
  return openImage(buildDicom(imageElements(options, pixels), { transferSyntaxUid }))
}

/** The frames of a file of 1 x 3 pixels of 8 bits each; the error's code in the place of one that fails. */
async function framesOf(
  pixels: ElementSpec,
  transferSyntaxUid: string,
  extra: ElementSpec[] = [],
  frames = 2
) {
  const image = await imageOf(pixels, transferSyntaxUid, frames, extra)
  return Promise.all(
    Array.from({ length: frames }, (_, frame) =>
      image.readFrame(frame).then(
        ({ values }) => Array.from(values),
        ({ code }: { code: string }) => code
      )
    )
  )
}

describe('frames in fragments', () => {
  it.each([
    ['points between fragments', [0, 10]],
    ['does not begin with the first fragment', [12, 24]],
    ['names one place twice', [0, 0]],
    ['names fewer frames than there are', [0]]
  ])('are not found by an offset table that %s', async (_, offsets) => {
    const pixels = encapsulated(offsets, Uint8Array.of(1, 2, 3, 0), Uint8Array.of(4, 5, 6, 0))
    // one fragment a frame is the next best guess
    expect(await framesOf(pixels, uncompressed)).toEqual([[1, 2, 3], [4, 5, 6]]) // prettier-ignore
    expect((await imageOf(pixels, uncompressed, 2)).header.warnings).toEqual([
      'the table of where frames begin does not fit the pixel data; they were found without it'
    ])
  })

  // PS3.5 A.4: an offset is that of the first fragment of its frame, wherever in the file that lies
  it.each(['basic', 'extended'])('are found in any order by the %s offset table', async (kind) => {
    const parts = [
      Uint8Array.of(1, 2),
      Uint8Array.of(3, 0),
      Uint8Array.of(4, 5, 6, 0),
      Uint8Array.of(7, 8, 9, 0)
    ]
    const table = new Uint8Array(BigUint64Array.of(32n, 0n, 20n).buffer)
    const extended: ElementSpec[] =
      kind === 'basic' ? [] : [{ tag: [0x7fe0, 0x0001], vr: 'OV', value: table }]
    const pixels = encapsulated(kind === 'basic' ? [32, 0, 20] : [], ...parts)
    expect(await framesOf(pixels, uncompressed, extended, 3)).toEqual([[7, 8, 9], [1, 2, 3], [4, 5, 6]]) // prettier-ignore
    expect((await imageOf(pixels, uncompressed, 3, extended)).header.warnings).toEqual([])
  })

  it('are those of the offset table where the header names another number', async () => {
    const parts = [4, 1, 7].map((first) => Uint8Array.of(first, first + 1, first + 2, 0))
    const pixels = encapsulated([12, 0, 24], ...parts)
    expect(await framesOf(pixels, uncompressed, [], 2)).toEqual([[1, 2, 3], [4, 5, 6]]) // prettier-ignore
    const fewer = await imageOf(pixels, uncompressed, 2)
    expect(fewer.frameCount).toBe(2)
    expect(fewer.header.warnings).toEqual(['the header names 2 frames, the pixel data holds 3'])
    expect(await framesOf(pixels, uncompressed, [], 4)).toEqual([[1, 2, 3], [4, 5, 6], [7, 8, 9], 'dicom-truncated']) // prettier-ignore
    const more = await imageOf(pixels, uncompressed, 4)
    expect(more.frameCount).toBe(3)
    expect(more.header.warnings).toEqual(['the header names 4 frames, the pixel data holds 3'])
  })

  it('are those that begin with a marker where the header names another number and no table is there', async () => {
    const head = new Uint8Array(Uint32Array.from({ length: 16 }, (_, at) => [1, 64][at] ?? 0).buffer)
    const parts = [1, 4].map((first) => concat(head, Uint8Array.of(2, first, first + 1, first + 2)))
    const rle = '1.2.840.10008.1.2.5'
    expect(await framesOf(encapsulated([], ...parts), rle, [], 3)).toEqual([[1, 2, 3], [4, 5, 6], 'dicom-truncated']) // prettier-ignore
  })

  it('are not found by an extended offset table that points out of the file', async () => {
    // 20 more than four gigabytes: the low words alone would be right
    const table = new Uint8Array(BigUint64Array.of(0n, 2n ** 32n + 20n).buffer)
    const extended: ElementSpec[] = [{ tag: [0x7fe0, 0x0001], vr: 'OV', value: table }]
    const parts = [Uint8Array.of(1, 2), Uint8Array.of(3, 0), Uint8Array.of(4, 5, 6, 0)]
    expect(await framesOf(encapsulated([], ...parts), uncompressed, extended)).toEqual(['dicom-malformed', 'dicom-malformed']) // prettier-ignore
    // the basic table still counts
    expect(await framesOf(encapsulated([0, 20], ...parts), uncompressed, extended)).toEqual([[1, 2, 3], [4, 5, 6]]) // prettier-ignore
  })

  it('are told apart by the heads of RLE where they are in pieces and no table is there', async () => {
    // PS3.5 annex G: one segment from byte 64 on; control byte 2 and three bytes as they are
    const head = new Uint8Array(Uint32Array.from({ length: 16 }, (_, at) => [1, 64][at] ?? 0).buffer)
    const parts = [
      concat(head, Uint8Array.of(2, 1)),
      Uint8Array.of(2, 3),
      concat(head, Uint8Array.of(2, 4)),
      Uint8Array.of(5, 6)
    ]
    expect(await framesOf(encapsulated([], ...parts), '1.2.840.10008.1.2.5')).toEqual([[1, 2, 3], [4, 5, 6]]) // prettier-ignore
  })
})
