import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'

/**
 * TIFFs in every compression by tifffile, what it reads back, and how many rows a cut leaves whole by the strips and tiles
 * that it reports (models/training/fixtures/make_tiff_layouts.py).
 */
interface Layout {
  name: string
  file: string
  type: keyof typeof arrays
  samples: 1 | 3
  loss: number
  /** rows of strips that are not compressed are known one by one */
  exactRows: boolean
  oneStrip: boolean
  expected: string
  cuts: [bytes: number, wholeRows: number][]
}

const arrays = { uint8: Uint8Array, uint16: Uint16Array, int16: Int16Array, float32: Float32Array }
const rows = 40
const columns = 20
const path = join(__dirname, '../../../../fixtures/raster/layouts.json')
const { files, unread } = JSON.parse(readFileSync(path, 'utf8')) as {
  files: Layout[]
  unread: { name: string; file: string }[]
}
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'))

/** Whether the first values are those wanted, but for the loss of the compression. */
function agrees(values: ArrayLike<number>, wanted: ArrayLike<number>, count: number, loss: number): boolean {
  for (let at = 0; at < count; at++) {
    if (!(Math.abs((values[at] as number) - (wanted[at] as number)) <= loss)) return false
  }
  return true
}

describe.each(files)('$name', ({ file, type, samples, loss, exactRows, oneStrip, expected, cuts }) => {
  const wanted = new arrays[type](bytesOf(expected).buffer as ArrayBuffer)

  it('comes back', async () => {
    const image = await openImage(bytesOf(file))
    const { values, samplesPerPixel } = await image.readFrame(0)
    expect(image.header.warnings).toEqual([])
    expect(values).toBeInstanceOf(arrays[type])
    expect([values.length, samplesPerPixel]).toEqual([rows * columns * samples, samples])
    expect(agrees(values, wanted, wanted.length, loss)).toBe(true)
  })

  it('is refused where it is cut, and shown as far as it is whole on demand', async () => {
    for (const [size, whole] of cuts) {
      const image = await openImage(bytesOf(file).subarray(0, size))
      await expect(image.readFrame(0)).rejects.toMatchObject({ code: 'raster-malformed' })
      const partial = await image
        .readFrame(0, { partial: true })
        .catch((error: { code: string }) => error.code)
      if (typeof partial === 'string') {
        // no strip is whole, and the decoder has nothing to show of half a one
        expect([partial, whole]).toEqual(['raster-malformed', 0])
        continue
      }
      const { values, missingRows = 0, missingBytes = 0 } = partial
      expect(missingBytes).toBeGreaterThan(0)
      const shown = rows - missingRows
      if (exactRows) expect(shown).toBeGreaterThanOrEqual(whole)
      else if (!oneStrip) expect(shown).toBe(whole)
      // of one strip the row that the cut lies in, or the blocks of JPEG, may be there in part
      const sure = oneStrip ? Math.max(0, shown - (loss > 0 ? 16 : 1)) : shown
      expect(agrees(values, wanted, sure * columns * samples, loss)).toBe(true)
    }
  })
})

describe('compressions without a decoder', () => {
  it.each(unread)('are refused by name: $name', async ({ name, file }) => {
    const called = { lzma: 'LZMA', jpeg2000: 'JPEG 2000', jpegxl: 'JPEG XL' }[name.split(', ')[1] as string]
    await expect(openImage(bytesOf(file))).rejects.toMatchObject({
      code: 'raster-unsupported',
      context: { reason: `compressed with ${called}` }
    })
  })
})

describe('a tile that is damaged', () => {
  it('is not passed over', async () => {
    const { file } = files.find(({ name }) => name === '16 bits, zlib, tiles') as Layout
    const damaged = bytesOf(file)
    // far into the first of twelve tiles
    damaged.fill(0xff, damaged.length / 24 + 200, damaged.length / 24 + 230)
    await expect((await openImage(damaged)).readFrame(0)).rejects.toMatchObject({ code: 'raster-malformed' })
  })
})
