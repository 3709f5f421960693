import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'
import {
  buildDicom,
  encapsulated,
  imageElements,
  pixelData,
  text,
  us,
  words,
  type ElementSpec,
  type FileOptions,
  type ImageOptions
} from '../../../../helpers/build-dicom'

interface Plane {
  group?: number
  rows: number
  columns: number
  origin?: [number, number]
  frames?: [first: number, count: number]
  bits?: Uint8Array
  bitPosition?: number
}

function overlay({ group = 0x6000, rows, columns, origin, frames, bits, bitPosition }: Plane): ElementSpec[] {
  const elements = [
    us([group, 0x0010], rows),
    us([group, 0x0011], columns),
    us([group, 0x0100], bits ? 1 : 16), // Overlay Bits Allocated
    us([group, 0x0102], bitPosition ?? 0) // Overlay Bit Position
  ]
  if (frames) {
    elements.push(text([group, 0x0015], 'IS', String(frames[1])), us([group, 0x0051], frames[0]))
  }
  if (origin) {
    const value = new Uint8Array(Int16Array.from(origin).buffer)
    elements.push({ tag: [group, 0x0050], vr: 'SS', value })
  }
  if (bits) elements.push({ tag: [group, 0x3000], vr: 'OW', value: bits })
  return elements
}

async function overlaysOf(
  options: ImageOptions,
  pixels = pixelData(new Uint8Array(64)),
  frame = 0,
  file: FileOptions = {}
) {
  const image = await openImage(buildDicom(imageElements(options, pixels), file))
  const shown = await image.readOverlay?.(frame)
  return shown ? Array.from(shown) : shown
}

describe('overlays', () => {
  it('are null where there are none', async () => {
    expect(await overlaysOf({})).toBeNull()
  })

  it('unpack bits, lowest first, on the grid of the image', async () => {
    // 2 x 3: 1 0 1 / 0 1 1, so bits 0, 2, 4 and 5: 0b110101
    const extra = overlay({ rows: 2, columns: 3, bits: Uint8Array.of(0b110101, 0) })
    expect(await overlaysOf({ extra })).toEqual([1, 0, 1, 0, 1, 1])
  })

  it('lie at their origin, cut where they leave the image', async () => {
    // 2 x 2 of ones whose first pixel lies on row 2, column 3 of the image (counted from 1)
    const below = overlay({ rows: 2, columns: 2, origin: [2, 3], bits: Uint8Array.of(0b1111, 0) })
    expect(await overlaysOf({ extra: below })).toEqual([0, 0, 0, 0, 0, 1])
    const above = overlay({ rows: 2, columns: 2, origin: [0, 0], bits: Uint8Array.of(0b1111, 0) })
    expect(await overlaysOf({ extra: above })).toEqual([1, 0, 0, 0, 0, 0])
  })

  it('lie over one another', async () => {
    const first = overlay({ rows: 2, columns: 3, bits: Uint8Array.of(1, 0) })
    const second = overlay({ group: 0x6002, rows: 2, columns: 3, bits: Uint8Array.of(2, 0) })
    expect(await overlaysOf({ extra: [...first, ...second] })).toEqual([1, 1, 0, 0, 0, 0])
  })

  it('belong to the frames that they name', async () => {
    // two frames from image frame 2 on: 1 x 3 bits each, 100 then 010
    const extra = overlay({ rows: 1, columns: 3, frames: [2, 2], bits: Uint8Array.of(0b010001, 0) })
    const options = { rows: 1, columns: 3, frames: 4, extra }
    const all = await Promise.all([0, 1, 2, 3].map((frame) => overlaysOf(options, undefined, frame)))
    expect(all).toEqual([null, [1, 0, 0], [0, 1, 0], null])
  })

  it('are found in the unused bits of the pixels, whose values they leave alone', async () => {
    const extra = overlay({ rows: 1, columns: 3, bitPosition: 12 })
    const options = { rows: 1, columns: 3, bitsStored: 12, extra }
    expect(await overlaysOf(options, pixelData(words(0x1005, 0x0fff, 0xf001)))).toEqual([1, 0, 1])
  })

  it('are found in the unused bits of compressed pixels, too', async () => {
    const extra = overlay({ rows: 1, columns: 3, bitPosition: 12 })
    const options = { rows: 1, columns: 3, bitsStored: 12, extra }
    // RLE (PS3.5 annex G) of 0x1005 0x0fff 0xf001: two segments, high bytes first, each one literal run of 3, padded
    const head = new Uint8Array(Uint32Array.of(2, 64, 68, ...new Array<number>(13).fill(0)).buffer)
    const frame = Uint8Array.of(...head, 2, 0x10, 0x0f, 0xf0, 2, 0x05, 0xff, 0x01)
    const file = { transferSyntaxUid: '1.2.840.10008.1.2.5' }
    expect(await overlaysOf(options, encapsulated([], frame), 0, file)).toEqual([1, 0, 1])
    const image = await openImage(buildDicom(imageElements(options, encapsulated([], frame)), file))
    expect(Array.from((await image.readFrame(0)).values)).toEqual([5, 0xfff, 1])
  })

  it('are left out where their bits are missing or their size lies', async () => {
    expect(
      await overlaysOf({ extra: overlay({ rows: 9, columns: 9, bits: Uint8Array.of(1, 0) }) })
    ).toBeNull()
    const huge = overlay({ rows: 65_535, columns: 65_535, bits: Uint8Array.of(1, 0) })
    expect(await overlaysOf({ extra: huge })).toBeNull()
  })

  const sample = resolve(
    process.env.NIDUS_CORPUS ?? '../shared/data',
    'dicom/files/pydicom__examples_overlay.dcm'
  )
  if (!existsSync(sample)) console.log(`overlay of the corpus skipped: no ${sample} (set NIDUS_CORPUS)`)
  it.skipIf(!existsSync(sample))('agree with pydicom over a real file', async () => {
    // pydicom 3.0.2: sha256 of dcmread(...).overlay_array(0x6000).astype('uint8').tobytes()
    const image = await openImage(readFileSync(sample))
    const shown = await image.readOverlay?.(0)
    expect(createHash('sha256').update(shown!).digest('hex')).toBe(
      'e71eac1bb818cffd38a434bbb97d8435a8aa2cf27a92c7008010ed04d466c211'
    )
  })
})
