import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  buildDicom,
  imageElements,
  pixelData,
  sq,
  text,
  us,
  words,
  type ElementSpec,
  type ImageOptions
} from '../helpers/build-dicom'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { squareColours } from '../helpers/square-colours'
import { temporaryFolder } from '../helpers/temporary-folder'

/** Four squares beside one another, each of these many pixels, so that drawing does not blend their middles. */
const side = 8
const squares = 4

type Rgb = [number, number, number]
const grey = (...levels: number[]): Rgb[] => levels.map((level) => [level, level, level])

interface Case {
  name: string
  options: ImageOptions
  pixels: ElementSpec
  /** what each square must look like on the screen */
  expected: Rgb[]
  /** height of a pixel over its width */
  aspect?: number
}

/** Each value of a square for all of its pixels, row by row. */
function spread<T>(values: readonly T[]): T[] {
  const row = values.flatMap((value) => Array<T>(side).fill(value))
  return Array.from({ length: side }, () => row).flat()
}
const wordsOf = (values: number[]): ElementSpec => pixelData(words(...spread(values).map((v) => v & 0xffff)))
const samplesOf = (pixels: number[][]): ElementSpec => pixelData(Uint8Array.from(spread(pixels).flat()), 'OB')

const colour = { samplesPerPixel: 3, planarConfiguration: 0, bitsAllocated: 8 }
const table = (first: number, ...values: number[]): ElementSpec[] => [
  us([0x0028, 0x3002], values.length, first & 0xffff, 16),
  us([0x0028, 0x3006], ...values)
]
const palette = [
  [0, 0xff00, 0x8000, 0x2000],
  [0, 0, 0xff00, 0x4000],
  [0xff00, 0, 0, 0x6000]
].flatMap((entries, channel) => [
  us([0x0028, 0x1101 + channel], squares, 10, 16),
  { tag: [0x0028, 0x1201 + channel] as [number, number], vr: 'OW', value: words(...entries) }
])

const cases: Case[] = [
  {
    name: 'YBR_FULL',
    options: { ...colour, photometric: 'YBR_FULL' },
    pixels: samplesOf([[76, 85, 255], [150, 44, 21], [29, 255, 107], [128, 128, 128]]), // prettier-ignore
    // convert_color_space of pydicom 3.0.2
    expected: [[254, 0, 0], [0, 255, 1], [0, 0, 254], [128, 128, 128]] // prettier-ignore
  },
  {
    name: 'RGB of 32 bits',
    options: { ...colour, bitsAllocated: 32, photometric: 'RGB' },
    pixels: pixelData(
      new Uint8Array(
        Uint32Array.from(spread([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]].map((p) => p.map((v) => v * 0xffffffff))).flat()).buffer // prettier-ignore
      )
    ),
    expected: [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]] // prettier-ignore
  },
  {
    name: 'a palette',
    options: { bitsAllocated: 8, photometric: 'PALETTE COLOR', extra: palette },
    pixels: samplesOf([[10], [11], [12], [13]]),
    expected: [[0, 0, 255], [255, 0, 0], [128, 255, 0], [32, 64, 96]] // prettier-ignore
  },
  {
    name: 'grey with a supplemental palette',
    options: {
      window: ['5.5', '9'],
      extra: [text([0x0008, 0x9205], 'CS', 'COLOR'), ...palette] // Pixel Presentation
    },
    // 9 is grey, 255 * ((9 - 5) / 8 + 0.5), and 10, 11, 13 are colours
    pixels: wordsOf([9, 10, 11, 13]),
    expected: [[255, 255, 255], [0, 0, 255], [255, 0, 0], [32, 64, 96]] // prettier-ignore
  },
  {
    name: 'MONOCHROME1 with padding',
    options: {
      photometric: 'MONOCHROME1',
      window: ['500.5', '1001'],
      extra: [us([0x0028, 0x0120], 0)]
    },
    pixels: wordsOf([0, 200, 500, 1000]),
    // padding is black; else 255 * (1 - x / 1000) by PS3.3 C.11.2.1.2.1
    expected: grey(0, 204, 127.5, 0)
  },
  {
    name: 'padding above all values',
    options: { bitsStored: 12, window: ['500.5', '1001'], extra: [us([0x0028, 0x0120], 4095)] },
    pixels: wordsOf([4095, 200, 500, 1000]),
    expected: grey(0, 51, 127.5, 255)
  },
  {
    name: 'a Modality LUT under a VOI LUT',
    options: {
      pixelRepresentation: 1,
      extra: [
        sq([0x0028, 0x3000], table(-2, 1000, 1001, 1002, 1003)),
        sq([0x0028, 0x3010], table(1000, 0, 0x3300, 0xcc00, 0xffff))
      ]
    },
    pixels: wordsOf([-2, -1, 0, 1]),
    // 255 * 0x3300 / 65535 and 255 * 0xcc00 / 65535
    expected: grey(0, 50.8, 203.2, 255)
  },
  {
    name: 'sigmoid, inverse, pixels twice as high as wide',
    options: {
      window: ['500', '400'],
      extra: [
        text([0x0028, 0x1056], 'CS', 'SIGMOID'),
        text([0x2050, 0x0020], 'CS', 'INVERSE'),
        text([0x0028, 0x0034], 'IS', '2\\1')
      ]
    },
    pixels: wordsOf([100, 400, 500, 800]),
    // 255 - 255 / (1 + exp(-4 (x - 500) / 400))
    expected: grey(250.4, 186.4, 127.5, 12.1),
    aspect: 2
  },
  {
    name: 'floating point beside a value far away',
    options: { bitsAllocated: 32, window: ['0.5', '1'] },
    pixels: {
      tag: [0x7fe0, 0x0008],
      vr: 'OF',
      value: new Uint8Array(Float32Array.from(spread([0.2, 1e30, 0.4, 0.8])).buffer)
    },
    expected: grey(51, 255, 102, 204)
  }
]

const folder = join(temporaryFolder(), 'layouts')
let running: RunningApp
let page: Page

beforeAll(async () => {
  mkdirSync(folder)
  cases.forEach(({ name, options, pixels }, index) => {
    const elements = imageElements(
      {
        rows: side,
        columns: side * squares,
        seriesUid: `2.25.88${index}`,
        instanceUid: `2.25.99${index}`,
        ...options,
        extra: [text([0x0008, 0x103e], 'LO', name), ...(options.extra ?? [])]
      },
      pixels
    )
    writeFileSync(join(folder, String(index)), buildDicom(elements))
  })
  running = await launchApp([folder])
  page = running.page
  await page.waitForSelector('[data-testid=viewport-overlay][data-shown-slice]')
})
afterAll(() => running.close())

it.each(cases)('draws $name', async ({ name, expected, aspect = 1 }) => {
  await page.getByTestId('series-card').filter({ hasText: name }).click()
  await page.waitForFunction(
    (text) => document.querySelector('[data-testid=viewport-overlay]')?.textContent?.includes(text),
    name
  )
  await expect
    // a quarter of the image above its middle: there only if pixels are as high as they should be
    .poll(() => squareColours(page, { squares, side, aspect }))
    .toSatisfy((drawn: number[][]) =>
      drawn.every((rgb, i) => rgb.every((level, c) => Math.abs(level - (expected[i]?.[c] as number)) <= 1))
    )
  expect(running.complaints).toEqual([])
})
