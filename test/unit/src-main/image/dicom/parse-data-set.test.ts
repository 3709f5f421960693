import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'
import { readImageHeader } from '../../../../../src-main/image/read-image-header'
import {
  buildDicom,
  concat,
  imageElements,
  pixelData,
  words,
  type ElementSpec
} from '../../../../helpers/build-dicom'

/** VOI LUT Sequence (0028,3010), which is kept, of so many empty items: FFFE,E000 and a length of 0 (PS3.5 7.5). */
function fileOf(items: number): Uint8Array {
  const content = new Uint8Array(8 * items)
  for (let at = 0; at < content.length; at += 8) content.set([0xfe, 0xff, 0x00, 0xe0], at)
  const end = Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0)
  const value = concat(content, end)
  const sequence: ElementSpec = { tag: [0x0028, 0x3010], vr: 'SQ', value, lyingLength: 0xffffffff }
  return buildDicom(imageElements({ extra: [sequence] }, pixelData(words(1, 2, 3, 4, 5, 6))))
}

describe('sequences of very many items', () => {
  it('are read as far as real files have them', async () => {
    const image = await openImage(fileOf(200_000))
    expect(Array.from((await image.readFrame(0)).values)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('are refused beyond that, in the header and in the whole file', async () => {
    const bytes = fileOf(2_500_000)
    const refusal = {
      code: 'dicom-malformed',
      context: { reason: expect.stringContaining('more elements and items') }
    }
    await expect(readImageHeader(bytes, true)).rejects.toMatchObject(refusal)
    await expect(openImage(bytes)).rejects.toMatchObject(refusal)
  })
})
