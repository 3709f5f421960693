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

/** Both frames of a file of two, 1 x 3 pixels of 8 bits each; the error's code in the place of one that fails. */
async function framesOf(pixels: ElementSpec, transferSyntaxUid: string, extra: ElementSpec[] = []) {
  const options = { rows: 1, columns: 3, bitsAllocated: 8, frames: 2, extra }
  const image = await openImage(buildDicom(imageElements(options, pixels), { transferSyntaxUid }))
  return Promise.all(
    [0, 1].map((frame) =>
      image.readFrame(frame).then(
        ({ values }) => Array.from(values),
        ({ code }: { code: string }) => code
      )
    )
  )
}

describe('frames in fragments', () => {
  it.each([
    ['points between fragments', [0, 12]],
    ['does not begin with the first fragment', [12, 24]],
    ['runs backwards', [12, 0]],
    ['names fewer frames than there are', [0]]
  ])('are not found by an offset table that %s', async (_, offsets) => {
    const pixels = encapsulated(offsets, Uint8Array.of(1, 2, 3, 0), Uint8Array.of(4, 5, 6, 0))
    // one fragment a frame is the next best guess
    expect(await framesOf(pixels, uncompressed)).toEqual([[1, 2, 3], [4, 5, 6]]) // prettier-ignore
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
