import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  buildDicom,
  imageElements,
  pixelData,
  sq,
  text,
  us,
  words,
  type ElementSpec
} from '../helpers/build-dicom'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { squareColours } from '../helpers/square-colours'
import { temporaryFolder } from '../helpers/temporary-folder'

/** Four squares beside one another, each of these many pixels. */
const side = 16
const stored = [0, 100, 200, 400]

/** What each frame says for itself (PS3.3 C.7.6.16.2.9 and .10), and the greys that follow for the values above. */
const frames = [
  {
    rescale: ['1', '0'],
    window: ['200', '401'],
    shape: 'LINEAR',
    // C.11.2.1.2.1: 255 * ((x - 199.5) / 400 + 0.5)
    greys: stored.map((x) => 255 * ((x - 199.5) / 400 + 0.5))
  },
  {
    rescale: ['2', '-100'],
    window: ['100', '300'],
    shape: 'LINEAR_EXACT',
    // C.11.2.1.3.2: 255 * ((x - 100) / 300 + 0.5) of x = 2 * stored - 100: -100, 100, 300, 700
    greys: [0, 127.5, 255, 255]
  },
  {
    rescale: ['0.5', '10'],
    window: ['100', '150'],
    shape: 'SIGMOID',
    // C.11.2.1.3.1
    greys: stored.map((x) => 255 / (1 + Math.exp((-4 * (x / 2 + 10 - 100)) / 150)))
  }
]

const kinds = [
  { name: 'Enhanced CT', modality: 'CT', sopClass: '1.2.840.10008.5.1.4.1.1.2.1', type: 'HU' },
  { name: 'Enhanced MR', modality: 'MR', sopClass: '1.2.840.10008.5.1.4.1.1.4.1', type: 'US' },
  { name: 'Enhanced PET', modality: 'PT', sopClass: '1.2.840.10008.5.1.4.1.1.130', type: 'US' }
]

/** Rows 8 to 15 of the first square in the first overlay frame, of the second one in the next (PS3.3 C.9.2). */
function overlayBits(): Uint8Array {
  const bytes = new Uint8Array((2 * side * side * 4) / 8)
  for (const frame of [0, 1])
    for (let y = side / 2; y < side; y++) {
      const start = (frame * side * side * 4 + y * side * 4 + frame * side) / 8
      bytes.fill(255, start, start + side / 8)
    }
  return bytes
}

function enhancedFile({ name, modality, sopClass, type }: (typeof kinds)[number], index: number): Uint8Array {
  const groups = frames.map(({ rescale, window, shape }, at): ElementSpec[] => [
    sq([0x0020, 0x9113], [text([0x0020, 0x0032], 'DS', `0\\0\\${at * 5}`)]), // Plane Position
    sq(
      [0x0028, 0x9132], // Frame VOI LUT
      [
        text([0x0028, 0x1050], 'DS', window[0] as string),
        text([0x0028, 0x1051], 'DS', window[1] as string),
        text([0x0028, 0x1056], 'CS', shape)
      ]
    ),
    sq(
      [0x0028, 0x9145], // Pixel Value Transformation
      [
        text([0x0028, 0x1052], 'DS', rescale[1] as string),
        text([0x0028, 0x1053], 'DS', rescale[0] as string),
        text([0x0028, 0x1054], 'LO', type)
      ]
    )
  ])
  const shared = [
    sq([0x0020, 0x9116], [text([0x0020, 0x0037], 'DS', '1\\0\\0\\0\\1\\0')]), // Plane Orientation
    sq([0x0028, 0x9110], [text([0x0028, 0x0030], 'DS', '1\\1')]) // Pixel Measures
  ]
  const row = stored.flatMap((value) => Array<number>(side).fill(value))
  const frame = Array.from({ length: side }, () => row).flat()
  const elements = imageElements(
    {
      rows: side,
      columns: 4 * side,
      frames: frames.length,
      modality,
      seriesUid: `2.25.66${index}`,
      instanceUid: `2.25.55${index}`,
      extra: [
        text([0x0008, 0x0016], 'UI', sopClass),
        text([0x0008, 0x103e], 'LO', name),
        sq([0x5200, 0x9229], shared),
        sq([0x5200, 0x9230], ...groups),
        us([0x6000, 0x0010], side),
        us([0x6000, 0x0011], 4 * side),
        text([0x6000, 0x0015], 'IS', '2'), // Number of Frames in Overlay
        us([0x6000, 0x0050], 1, 1),
        us([0x6000, 0x0051], 2), // Image Frame Origin
        us([0x6000, 0x0100], 1),
        us([0x6000, 0x0102], 0),
        { tag: [0x6000, 0x3000], vr: 'OW', value: overlayBits() }
      ]
    },
    pixelData(words(...frames.flatMap(() => frame)))
  )
  return buildDicom(elements)
}

const folder = join(temporaryFolder(), 'enhanced')
let running: RunningApp
let page: Page

beforeAll(async () => {
  mkdirSync(folder)
  kinds.forEach((kind, index) => writeFileSync(join(folder, String(index)), enhancedFile(kind, index)))
  running = await launchApp([folder])
  page = running.page
  await page.waitForSelector('[data-testid=viewport-overlay][data-shown-slice]')
})
afterAll(() => running.close())

describe.each(kinds)('$name', ({ name }) => {
  it('shows every frame by its own rescale and window, and the overlays that belong to it', async () => {
    await page.getByTestId('series-card').filter({ hasText: name }).click()
    await page.waitForFunction(
      (text) => document.querySelector('[data-testid=viewport-overlay]')?.textContent?.includes(text),
      name
    )
    await page.keyboard.press('Home')
    for (const [frame, { greys }] of frames.entries()) {
      await page.waitForSelector(`[data-testid=viewport-overlay][data-shown-slice="${frame}"]`)
      const upper = (): Promise<number[][]> => squareColours(page, { squares: 4, side, height: 0.25 })
      await expect
        .poll(upper)
        .toSatisfy((drawn: number[][]) =>
          drawn.every((rgb, at) => rgb.every((level) => Math.abs(level - (greys[at] as number)) <= 1))
        )
      const lower = await squareColours(page, { squares: 4, side, height: 0.75 })
      const coloured = lower.flatMap((rgb, at) => (Math.max(...rgb) - Math.min(...rgb) > 12 ? [at] : []))
      // the overlay's frames lie over the second and third of the image
      expect(coloured).toEqual(frame === 0 ? [] : [frame - 1])
      await page.keyboard.press('ArrowDown')
    }
    expect(running.complaints).toEqual([])
  })
})
