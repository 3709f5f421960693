import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import sharp, { type JpegOptions } from 'sharp'
import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../src-main/image/open-image'
import { openStudies } from '../../../../src-main/study/open-studies'
import { readFileHeader } from '../../../../src-main/study/read-file-header'
import { concat } from '../../../helpers/build-dicom'
import { buildPng } from '../../../helpers/build-png'
import { buildTiff } from '../../../helpers/build-tiff'
import { temporaryFolder } from '../../../helpers/temporary-folder'

const folder = temporaryFolder()
let files = 0

async function headerOf(bytes: Uint8Array) {
  const path = join(folder, `picture-${files++}`)
  writeFileSync(path, bytes)
  const { header } = await readFileHeader(path)
  return { frameCount: header.frameCount, partial: header.partial ?? false, warnings: header.warnings }
}

const whole = { frameCount: 1, partial: false, warnings: [] }
const cut = {
  frameCount: 1,
  partial: true,
  warnings: ['partial: the file ends before its picture does; what is there is shown']
}

const noise = Array.from({ length: 60 }, (_, y) =>
  Array.from({ length: 80 }, (_, x) => (x * x * 7 + y * y * 13) % 251)
)
const png = buildPng(80, 60, 8, 0, noise)
const jpegOf = async (options: JpegOptions): Promise<Uint8Array> => {
  const raw = { width: 80, height: 60, channels: 1 as const }
  return new Uint8Array(await sharp(Uint8Array.from(noise.flat()), { raw }).jpeg(options).toBuffer())
}

describe('a PNG or JPEG', () => {
  it.each([
    ['PNG', async () => png],
    ['JPEG', () => jpegOf({ progressive: false })],
    ['progressive JPEG', () => jpegOf({ progressive: true })]
  ])('without its end is said to be partial at opening: %s', async (_, make) => {
    const bytes = await make()
    expect(await headerOf(bytes)).toEqual(whole)
    // what cameras and archives append is no part of it, however long
    expect(await headerOf(concat(bytes, new Uint8Array(500).fill(7)))).toEqual(whole)
    expect(await headerOf(concat(bytes, new Uint8Array(100_000)))).toEqual(whole)
    for (const share of [0.99, 0.7]) {
      expect(await headerOf(bytes.subarray(0, Math.floor(bytes.length * share)))).toEqual(cut)
    }
  })

  it('inside a stack is listed at opening, wherever it stands, and marked on its slice', async () => {
    const stack = join(folder, 'stack')
    mkdirSync(stack)
    const cutAt = [0, 4]
    for (let index = 0; index < 6; index++) {
      const bytes = cutAt.includes(index) ? png.subarray(0, Math.floor(png.length * 0.6)) : png
      writeFileSync(join(stack, `slice-${index}.png`), bytes)
    }
    const { studies, problems } = await openStudies([stack])
    expect(studies[0]?.series[0]?.slices.map(({ partial }) => partial ?? false)).toEqual(
      [0, 1, 2, 3, 4, 5].map((index) => cutAt.includes(index))
    )
    expect(problems.map(({ path, message }) => [path && basename(path), message])).toEqual(
      cutAt.map((index) => [`slice-${index}.png`, cut.warnings[0]])
    )
  })

  it('is not taken for whole by the end of a preview inside of it', async () => {
    const jpeg = await jpegOf({})
    // APP1 with a whole JPEG, behind the marker of the start
    const preview = concat(
      Uint8Array.of(0xff, 0xe1, 0, 2 + 200),
      jpeg.subarray(0, 198),
      Uint8Array.of(0xff, 0xd9)
    )
    const bytes = concat(jpeg.subarray(0, 2), preview, jpeg.subarray(2))
    expect(await headerOf(bytes)).toEqual(whole)
    expect(await headerOf(bytes.subarray(0, bytes.length - 100))).toEqual(cut)
  })
})

describe('a TIFF of several pages', () => {
  // 20 kB a page: the first read of a file ends inside the second
  const pages = [0, 1, 2, 3].map((page) => Array.from({ length: 100 * 100 }, (_, at) => page * 10_000 + at))
  const tiff = buildTiff(100, 100, pages)
  const directory = 2 + 9 * 12 + 4

  it('has all of them, however far they lie from the beginning', async () => {
    expect(await headerOf(tiff)).toEqual({ ...whole, frameCount: 4 })
    const image = await openImage(tiff)
    for (const [page, values] of pages.entries()) {
      expect(Array.from((await image.readFrame(page)).values)).toEqual(values)
    }
  })

  it('keeps those that are whole where it is cut', async () => {
    // in the third page's pixels, and so before the fourth page's directory
    const size = 8 + 2 * (directory + 20_000) + directory + 10_000
    const lost = 'the file ends before the directories of further pages; 3 of them are known'
    const held = 'the file ends inside its pixels; 2 of 3 frames are whole'
    expect(await headerOf(tiff.subarray(0, size))).toEqual({
      frameCount: 2,
      partial: false,
      warnings: [lost, held]
    })
    const packed = new Uint8Array(gzipSync(tiff.subarray(0, size)))
    expect(await headerOf(packed)).toMatchObject({ frameCount: 2, partial: false })
    const image = await openImage(tiff.subarray(0, size))
    expect(image.header.warnings).toEqual([lost])
    expect(Array.from((await image.readFrame(1)).values)).toEqual(pages[1])
    await expect(image.readFrame(2)).rejects.toMatchObject({ code: 'raster-malformed' })
    const { values, missingRows } = await image.readFrame(2, { partial: true })
    // 10,000 bytes are 50 rows of 100 words
    expect(missingRows).toBe(50)
    expect(Array.from(values.subarray(0, 5000))).toEqual(pages[2]?.slice(0, 5000))
  })

  it('is read where its tags are out of order, of which decoders only warn', async () => {
    const disordered = tiff.slice()
    const view = new DataView(disordered.buffer)
    // ImageWidth and ImageLength of the first page change places; both are 100
    view.setUint16(10, 257, true)
    view.setUint16(22, 256, true)
    const { values, missingBytes } = await (await openImage(disordered)).readFrame(0, { partial: true })
    expect(missingBytes).toBeUndefined()
    expect(Array.from(values)).toEqual(pages[0])
  })

  it('is partial where its first page is', async () => {
    const size = 8 + directory + 8000
    const [lost, held] = (await headerOf(tiff.subarray(0, size))).warnings
    expect(lost).toContain('1 of them are known')
    expect(held).toBe('partial: the file ends inside its pixels; 40 of 100 rows are sure to be there')
    expect(await headerOf(tiff.subarray(0, size))).toMatchObject({ frameCount: 1, partial: true })
  })
})
