import { describe, expect, it } from 'vitest'
import { keepWholeFrames } from '../../../../src-main/image/keep-whole-frames'
import { openImage } from '../../../../src-main/image/open-image'
import { readImageHeader } from '../../../../src-main/image/read-image-header'
import { toRgb } from '../../../../src-main/image/to-rgb'
import { buildDicom, imageElements, pixelData } from '../../../helpers/build-dicom'

const rows = 10
const columns = 4
const frames = 3
const colour = { rows, columns, frames, samplesPerPixel: 3, bitsAllocated: 8 }

/** Three frames, `cutBytes` short of their end; none of their bytes is 0 or 128. */
function fileOf(
  photometric: string,
  planarConfiguration: 0 | 1,
  frameBytes: number,
  cutBytes: number
): Uint8Array {
  const pixels = Uint8Array.from({ length: frames * frameBytes }, (_, at) => 20 + ((at * 7) % 100))
  const elements = imageElements({ ...colour, photometric, planarConfiguration }, pixelData(pixels, 'OB'))
  return buildDicom(elements).subarray(0, -cutBytes || undefined)
}

async function listed(bytes: Uint8Array) {
  const header = await readImageHeader(bytes, true)
  if (!header) throw new Error('the header is not whole')
  keepWholeFrames(header, bytes.length)
  return header
}

describe('colour that is cut', () => {
  // two pixels share their colour differences: 2 bytes a pixel where 3 would be in full
  it.each([
    ['RGB', 3],
    ['YBR_FULL', 3],
    ['YBR_FULL_422', 2],
    ['YBR_FULL_422', 3]
  ])(
    'keeps its whole frames and shows %s of %i bytes a pixel down to the cut, then black',
    async (name, each) => {
      const frameBytes = rows * columns * each
      // of the third frame four of ten rows are missing
      const bytes = fileOf(name, 0, frameBytes, 4 * columns * each)
      const header = await listed(bytes)
      expect(header.frameCount).toBe(2)
      expect(header.warnings.join()).toContain('2 of 3 frames are whole')
      const [cut, whole] = [await openImage(bytes), await openImage(fileOf(name, 0, frameBytes, 0))]
      await expect(cut.readFrame(2)).rejects.toMatchObject({ code: 'dicom-truncated' })
      const shown = await cut.readFrame(2, { partial: true })
      expect(shown.missingRows).toBe(4)
      const rgb = Array.from(toRgb(shown, cut.header) as Uint8Array)
      const wanted = Array.from(toRgb(await whole.readFrame(2), whole.header) as Uint8Array)
      expect(rgb.slice(0, 6 * columns * 3)).toEqual(wanted.slice(0, 6 * columns * 3))
      expect(rgb.slice(6 * columns * 3)).toEqual(new Array(4 * columns * 3).fill(0))
    }
  )

  it('is refused where it lies in planes, as all pixels would lack a colour', async () => {
    const frameBytes = rows * columns * 3
    const bytes = fileOf('RGB', 1, frameBytes, 8)
    expect((await listed(bytes)).frameCount).toBe(2)
    const image = await openImage(bytes)
    await expect(image.readFrame(2, { partial: true })).rejects.toMatchObject({ code: 'dicom-truncated' })
    expect((await image.readFrame(1, { partial: true })).missingBytes).toBeUndefined()
  })
})
