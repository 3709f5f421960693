import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDicom, imageElements, pixelData, text, us, type ElementSpec } from '../helpers/build-dicom'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { boundsOf, colouredPixels, lumaAt, panePixels } from '../helpers/pane-pixels'
import { temporaryFolder } from '../helpers/temporary-folder'

const rows = 32
const columns = 64
/** Overlay of 8 x 8 ones over the first pixels. */
const graphics: ElementSpec[] = [
  us([0x6000, 0x0010], 8),
  us([0x6000, 0x0011], 8),
  us([0x6000, 0x0100], 1),
  us([0x6000, 0x0102], 0),
  { tag: [0x6000, 0x3000], vr: 'OW', value: new Uint8Array(8).fill(255) }
]

const folder = join(temporaryFolder(), 'grey')
let running: RunningApp
let page: Page

beforeAll(async () => {
  mkdirSync(folder)
  // left half 100, right half 200
  const values = Uint16Array.from({ length: rows * columns }, (_, at) =>
    at % columns < columns / 2 ? 100 : 200
  )
  const elements = imageElements(
    {
      rows,
      columns,
      window: ['150', '100'],
      extra: [
        text([0x0008, 0x0020], 'DA', '20240506'),
        text([0x0010, 0x0010], 'PN', 'Secret^Name'),
        text([0x0028, 0x0034], 'IS', '2\\1'), // Pixel Aspect Ratio: twice as high as wide
        text([0x0028, 0x1056], 'CS', 'SIGMOID'), // VOI LUT Function
        ...graphics
      ]
    },
    pixelData(new Uint8Array(values.buffer))
  )
  // four bytes short of its end: the last two pixels are missing
  writeFileSync(join(folder, 'one'), buildDicom(elements).subarray(0, -4))
  running = await launchApp([folder])
  page = running.page
  await page.waitForSelector('[data-testid=viewport-overlay][data-graphics=shown]')
  // nothing is revealed, so the only colour in the pane is that of the overlay
  await page.getByTestId('reveal').waitFor()
})
afterAll(() => running.close())

describe('what the header says of grey values', () => {
  it('is drawn: the sigmoid, the shape of the pixels, the overlay', async () => {
    const pane = await panePixels(page)
    const lumas = Array.from({ length: pane.width * pane.height }, (_, at) => Math.round(lumaAt(pane, at)))
    const coloured = new Set(colouredPixels(pane))
    const count = (luma: number): number[] =>
      lumas.flatMap((value, at) => (Math.abs(value - luma) <= 1 && !coloured.has(at) ? [at] : []))
    // PS3.3 C.11.2.1.3.1: 255 / (1 + exp(-4 (100 - 150) / 100)) = 30.4, for 200 it is 224.6
    const dark = boundsOf(pane, count(30))
    const light = boundsOf(pane, count(225))
    const width = light.right - dark.left + 1
    const height = light.bottom - light.top + 1
    // 64 columns by 32 rows of pixels twice as high as wide
    expect(Math.abs(width - height)).toBeLessThanOrEqual(3)
    const overlay = boundsOf(pane, [...coloured])
    // drawing smooths the edge of the overlay over one pixel of the image
    expect(Math.abs(overlay.right - overlay.left + 1 - width / 8)).toBeLessThanOrEqual(width / columns)
    expect(Math.abs(overlay.bottom - overlay.top + 1 - height / 4)).toBeLessThanOrEqual(height / rows)
    expect(Math.abs(overlay.left - dark.left)).toBeLessThanOrEqual(2)
    expect(await page.getByTestId('partial-mark').first().textContent()).toContain('Partial image')
  })

  it('hides the overlay on demand', async () => {
    await page.getByTestId('graphics-toggle').click()
    expect(colouredPixels(await panePixels(page))).toEqual([])
    await page.getByTestId('graphics-toggle').click()
    expect(colouredPixels(await panePixels(page)).length).toBeGreaterThan(0)
  })
})

describe('hiding identifiers', () => {
  const allText = (): Promise<string> => page.evaluate(() => document.body.innerHTML + document.title)

  it('leaves no name, date or file name in the window, and brings them back', async () => {
    expect(await allText()).toMatch(/Secret Name[^]*2024-05-06|2024-05-06[^]*Secret Name/)
    await page.getByTestId('hide-identifiers').click()
    await page.waitForFunction(() => !document.body.innerHTML.includes('Secret'))
    expect(await allText()).not.toMatch(/Secret|2024-05-06/)
    await page.getByTestId('hide-identifiers').click()
    await page.waitForFunction(() => document.body.innerHTML.includes('Secret Name'))
    expect(running.complaints).toEqual([])
  })
})
