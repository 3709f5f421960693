import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { colouredPixels, panePixels } from '../helpers/pane-pixels'
import { sliceNumber, waitForAnalysis } from '../helpers/wait-for-analysis'

let running: RunningApp
let page: Page

beforeAll(async () => {
  running = await launchApp()
  page = running.page
  await waitForAnalysis(page)
})
afterAll(() => running.close())

const heat = async (kind?: string): Promise<number> => colouredPixels(await panePixels(page, kind)).length
const rowsOf = async (): Promise<number> =>
  Number(await page.getByTestId('finding-list').getAttribute('data-count'))

describe('reading the demo study', () => {
  it('opens analysed, at its first finding, with the heatmap shown', async () => {
    expect(await page.getByTestId('series-card').count()).toBe(1)
    expect(await page.getByTestId('study').textContent()).toContain('Generated, no patient')
    await page.waitForSelector('.finding-row.chosen')
    expect(await page.getByTestId('viewport-overlay').getAttribute('data-heatmap')).toBe('shown')
    expect(await heat()).toBeGreaterThan(200)
  })

  it('says what it is for, in the header and on the heatmap', async () => {
    for (const place of ['research-notice', 'viewport-notice']) {
      expect(await page.getByTestId(place).textContent()).toBe('Research use only. Not for diagnosis.')
      expect(await page.getByTestId(place).isVisible()).toBe(true)
    }
  })

  it('names the processor that really ran, and why others did not', async () => {
    expect(await page.getByTestId('provider-used').textContent()).toMatch(/^(cuda|dml|coreml|cpu)$/)
    await page.getByTestId('provider').locator('summary').click()
    expect(await page.locator('.provider-reasons').textContent()).toContain('cpu')
    await page.getByTestId('brand').click()
    expect(await page.locator('.provider-reasons').isVisible()).toBe(false)
  })

  it('shows and hides the heatmap with the button and with O', async () => {
    await page.getByTestId('heatmap-toggle').click()
    expect(await heat()).toBe(0)
    await page.keyboard.press('o')
    expect(await heat()).toBeGreaterThan(200)
  })

  it('scrolls with wheel, keys and strip, and jumps to findings', async () => {
    const before = await sliceNumber(page)
    await page.getByTestId('viewport-overlay').hover()
    await page.mouse.wheel(0, 100)
    expect(await sliceNumber(page)).toBe(before + 1)
    await page.keyboard.press('ArrowUp')
    expect(await sliceNumber(page)).toBe(before)
    await page.keyboard.press('Home')
    expect(await sliceNumber(page)).toBe(1)
    await page.keyboard.press('End')
    expect(await sliceNumber(page)).toBe(24)
    const strip = await page.getByTestId('slice-strip').boundingBox()
    if (!strip) throw new Error('no strip')
    // 24 slices share the width of the strip
    await page.getByTestId('slice-strip').click({ position: { x: (11.5 / 24) * strip.width, y: 20 } })
    expect(await sliceNumber(page)).toBe(12)
    await page.waitForSelector('[data-testid=viewport-overlay][data-shown-slice="11"]')
    const first = page.getByTestId('finding').first()
    await first.click()
    expect(String(await sliceNumber(page))).toBe(await first.getAttribute('data-slice'))
  })

  it('shows less with a higher threshold, and the model’s own again on request', async () => {
    const standard = await page.getByTestId('threshold-number').inputValue()
    const [area, count] = [await heat(), await rowsOf()]
    const highest = Number(await page.getByTestId('threshold-slider').getAttribute('max'))
    const raised = (Number(standard) + highest) / 2
    await page.getByTestId('threshold-number').fill(String(raised))
    await page.keyboard.press('Enter')
    await page.waitForFunction(
      (count) =>
        Number(document.querySelector<HTMLElement>('[data-testid=finding-list]')?.dataset.count ?? 0) < count,
      count
    )
    expect(await heat()).toBeLessThan(area)
    expect(await page.getByTestId('colour-bar-threshold').textContent()).toBe(raised.toFixed(1))
    await page.getByTestId('threshold-reset').click()
    expect(await page.getByTestId('threshold-number').inputValue()).toBe(standard)
    await page.waitForFunction(
      (count) =>
        Number(document.querySelector<HTMLElement>('[data-testid=finding-list]')?.dataset.count) === count,
      count
    )
    expect(await heat()).toBe(area)
  })

  it('keeps the threshold to its last digit when the field is only passed through', async () => {
    const reset = page.getByTestId('threshold-reset')
    await page.getByTestId('threshold-number').focus()
    await page.getByTestId('opacity').focus()
    expect(await reset.isDisabled()).toBe(true)
  })

  it('brings a finding to the middle of an enlarged image', async () => {
    await page.getByTestId('brand').focus()
    for (let i = 0; i < 8; i += 1) await page.keyboard.press('+')
    await page.getByTestId('finding').first().click()
    const mark = await page.locator('.finding-mark.chosen rect').first().boundingBox()
    const pane = await page.getByTestId('viewport-overlay').boundingBox()
    if (!mark || !pane) throw new Error('no mark')
    expect(Math.abs(mark.x + mark.width / 2 - (pane.x + pane.width / 2))).toBeLessThan(2)
    expect(Math.abs(mark.y + mark.height / 2 - (pane.y + pane.height / 2))).toBeLessThan(2)
    await page.keyboard.press('=')
  })

  it('covers the image evenly by its opacity and not at all at zero', async () => {
    await page.getByTestId('opacity').fill('0')
    expect(await heat()).toBe(0)
    await page.getByTestId('opacity').fill('0.6')
    expect(await heat()).toBeGreaterThan(200)
  })

  it('offers every map of the model', async () => {
    const maps = await page.getByTestId('map-choice').locator('option').count()
    expect(maps).toBeGreaterThan(1)
    const before = await page.getByTestId('map-choice').inputValue()
    await page.keyboard.press('m')
    expect(await page.getByTestId('map-choice').inputValue()).not.toBe(before)
    await page.getByTestId('map-choice').selectOption(before)
  })

  it('shows original, heatmap, reconstruction and map side by side and keeps them together', async () => {
    await page.getByTestId('layout-side-by-side').click()
    await page.waitForSelector('[data-testid=viewport-map][data-shown-slice]')
    await page.waitForSelector('[data-testid=viewport-reconstruction][data-shown-slice]')
    expect(await heat('original')).toBe(0)
    expect(await heat('reconstruction')).toBe(0)
    expect(await heat('map')).toBeGreaterThan(200)
    const box = await page.getByTestId('viewport-reconstruction').boundingBox()
    if (!box) throw new Error('no pane')
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.wheel(0, -100)
    const wanted = (await sliceNumber(page)) - 1
    for (const kind of ['original', 'overlay', 'reconstruction', 'map']) {
      await page.waitForSelector(`[data-testid=viewport-${kind}][data-shown-slice="${wanted}"]`)
    }
    await page.getByTestId('layout-overlay').click()
  })

  it('reads values under the pointer', async () => {
    await page.getByTestId('viewport-overlay').hover()
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=probe] dd').length === 4)
    const [, stored, signal, score] = await page.getByTestId('probe').locator('dd').allTextContents()
    expect(Number(stored)).toBeGreaterThan(0)
    expect(Number(signal)).toBe(Number(stored))
    expect(score).toMatch(/^-?\d+\.\d\d$|outside/)
  })

  it('sets and resets the window', async () => {
    const before = await page.getByTestId('window-text').textContent()
    await page.getByTestId('viewport-overlay').hover()
    const box = await page.getByTestId('viewport-overlay').boundingBox()
    if (!box) throw new Error('no pane')
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2 + 30, { steps: 3 })
    await page.mouse.up()
    expect(await page.getByTestId('window-text').textContent()).not.toBe(before)
    await page.keyboard.press('Space')
    expect(await page.getByTestId('window-text').textContent()).toBe(before)
  })

  it('lists its keys on ?, and closes the list on Escape', async () => {
    await page.keyboard.press('?')
    expect(await page.getByTestId('sheet').textContent()).toContain('scroll through the slices')
    await page.keyboard.press('Escape')
    expect(await page.getByTestId('sheet').count()).toBe(0)
  })

  it('has complained of nothing', () => {
    expect(running.complaints).toEqual([])
  })
})
