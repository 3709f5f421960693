import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'

/** TIFFs written by tifffile 2026.3 (the LZW one by Pillow) and the values that these read back from them. */
const folder = join(__dirname, '../../../../fixtures/raster')
const known = JSON.parse(readFileSync(join(folder, 'values.json'), 'utf8')) as Record<
  string,
  { shape: number[]; values: number[] }
>

describe('TIFFs hold the values that other readers find', () => {
  it.each(Object.entries(known))('%s', async (name, { shape, values }) => {
    const image = await openImage(new Uint8Array(readFileSync(join(folder, `${name}.tif`))))
    const [columns, rows, pages = 1] = [...shape].reverse()
    expect(image.header).toMatchObject({ rows, columns, frameCount: pages, warnings: [] })
    expect(image.header.signed).toBe(name.startsWith('signed'))
    const found: number[] = []
    for (let page = 0; page < pages; page++) found.push(...(await image.readFrame(page)).values)
    expect(found).toEqual(values)
  })
})
