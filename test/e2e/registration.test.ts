import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { makeBlockSeries } from '../helpers/make-block-series'
import {
  boundsOf,
  centreOf,
  colouredPixels,
  lumaAt,
  panePixels,
  type PanePixels
} from '../helpers/pane-pixels'
import { revealResult } from '../helpers/reveal'
import { temporaryFolder } from '../helpers/temporary-folder'
import { waitForAnalysis } from '../helpers/wait-for-analysis'

const folder = join(temporaryFolder(), 'blocks')
let running: RunningApp
let page: Page

beforeAll(async () => {
  makeBlockSeries(folder, 1)
  makeBlockSeries(join(folder, 'z-negative'), 1, 1, true)
  running = await launchApp([folder])
  page = running.page
  await page.getByTestId('series-card').first().click()
  await waitForAnalysis(page)
  await revealResult(page)
  await page.getByTestId('map-choice').selectOption('rec')
  // covers the image fully, so that a pixel's colour is its score and nothing else
  await page.getByTestId('opacity').fill('1')
})
afterAll(() => running.close())

/** The block as it is drawn without the heatmap, and the brightest of the heatmap as it is drawn over it. */
async function blockAndPeak() {
  await page.getByTestId('heatmap-toggle').click()
  const bare = await panePixels(page)
  await page.getByTestId('heatmap-toggle').click()
  const covered = await panePixels(page)
  const all = (pixels: PanePixels): number[] =>
    Array.from({ length: pixels.width * pixels.height }, (_, i) => i)
  // the window 1000 / 2000 draws the block (2000) white and all else (at most 630) darker than 85
  const block = boundsOf(
    bare,
    all(bare).filter((pixel) => lumaAt(bare, pixel) > 170)
  )
  const heat = colouredPixels(covered)
  const highest = Math.max(...heat.map((pixel) => lumaAt(covered, pixel)))
  // the colour table grows lighter with the score
  const peak = centreOf(
    covered,
    heat.filter((pixel) => lumaAt(covered, pixel) > highest - 2)
  )
  return { block, peak, uncoloured: colouredPixels(bare).length, heat: heat.length }
}

async function expectPeakInBlock(): Promise<{ width: number; height: number }> {
  const { block, peak, heat, uncoloured } = await blockAndPeak()
  expect(uncoloured).toBe(0)
  expect(heat).toBeGreaterThan(20)
  expect(peak.x).toBeGreaterThan(block.left)
  expect(peak.x).toBeLessThan(block.right)
  expect(peak.y).toBeGreaterThan(block.top)
  expect(peak.y).toBeLessThan(block.bottom)
  return { width: block.right - block.left + 1, height: block.bottom - block.top + 1 }
}

async function drag(button: 'middle' | 'right', x: number, y: number): Promise<void> {
  const box = await page.getByTestId('viewport-overlay').boundingBox()
  if (!box) throw new Error('no pane')
  const from = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  await page.mouse.move(from.x, from.y)
  await page.mouse.down({ button })
  await page.mouse.move(from.x + x, from.y + y, { steps: 4 })
  await page.mouse.up({ button })
}

describe('the heatmap over pixels that are not square', () => {
  it('has its peak inside the bright block when the image fits the pane', async () => {
    const { width, height } = await expectPeakInBlock()
    // 14 columns of 1.2 mm and 28 rows of 0.6 mm: a square on the screen, within a pixel of smoothing
    expect(Math.abs(width - height)).toBeLessThanOrEqual(2)
  })

  it('has it there after zooming and panning', async () => {
    await drag('right', 0, -110)
    await expectPeakInBlock()
    await drag('middle', -70, 45)
    const { width, height } = await expectPeakInBlock()
    expect(Math.abs(width - height)).toBeLessThanOrEqual(4)
  })

  it('has it there when the image is turned and flipped as well', async () => {
    await page.keyboard.press('r')
    await expectPeakInBlock()
    await page.keyboard.press('h')
    await expectPeakInBlock()
  })

  it('names the block as the first finding, with its place and area', async () => {
    await page.keyboard.press('Space')
    const first = page.getByTestId('finding').first()
    expect(await first.getAttribute('data-slice')).toBe('1')
    await first.click()
    await expectPeakInBlock()
  })
})

describe('the heatmap over an image stored as its negative, of pixels of unknown size, with padding', () => {
  it('has its peak inside the bright block, which is as square as before', async () => {
    await page.getByTestId('series-card').nth(1).click()
    await page.waitForSelector('[data-testid=viewport-overlay][data-series$="-2"][data-shown-slice]')
    await page.getByRole('button', { name: 'Analyse this series' }).click()
    await waitForAnalysis(page)
    await page.waitForSelector('[data-testid=viewport-overlay][data-heatmap=shown]')
    expect(await page.getByTestId('window-text').first().textContent()).toBe('W 2000 L 3000')
    const { width, height } = await expectPeakInBlock()
    expect(Math.abs(width - height)).toBeLessThanOrEqual(2)
    expect(await page.getByTestId('finding').first().getAttribute('data-slice')).toBe('1')
  })
})
