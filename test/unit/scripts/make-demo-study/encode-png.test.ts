import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { encodePng } from '../../../../scripts/make-demo-study/encode-png.mjs'

// sharp (libpng) is the independent reader.
describe('encodePng', () => {
  it('keeps every grey value', async () => {
    const grey = Uint8Array.from({ length: 5 * 3 }, (_, i) => i * 17)
    const { data, info } = await sharp(encodePng(grey, 5, 'grey'))
      .toColourspace('b-w')
      .raw()
      .toBuffer({
        resolveWithObject: true
      })
    expect([info.width, info.height, info.channels]).toEqual([5, 3, 1])
    expect([...data]).toEqual([...grey])
  })

  it('writes masks that read as 0 and 255, over more than one stored block', async () => {
    // 1024 rows of 1 + 125 bytes are 129,024 bytes, and a stored block holds at most 65,535.
    const mask = Uint8Array.from({ length: 1000 * 1024 }, (_, i) => (i % 7 === 0 ? 3 : 0))
    const { data } = await sharp(encodePng(mask, 1000, 'mask'))
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(data.every((value, i) => value === (mask[i]! > 0 ? 255 : 0))).toBe(true)
  })
})
