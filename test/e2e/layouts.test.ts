import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { makePatternSeries } from '../helpers/make-pattern-series'
import { panePixels } from '../helpers/pane-pixels'
import { temporaryFolder } from '../helpers/temporary-folder'
import { waitForAnalysis } from '../helpers/wait-for-analysis'

const folder = temporaryFolder()
const frame = '2.25.7799'
let running: RunningApp
let page: Page

/** An ellipse of tissue with a bright ball, the same in the patient for all series: HU at LPS millimetres. */
function tissue(x: number, y: number, z: number): number {
  if ((x / 45) ** 2 + (y / 55) ** 2 + (z / 70) ** 2 > 1) return -1000
  return (x - 15) ** 2 + (y + 10) ** 2 + (z - 8) ** 2 < 64
    ? 300
    : 40 + Math.round(10 * Math.sin(x / 6) * Math.cos(y / 5))
}

beforeAll(async () => {
  const axial = { rows: 64, columns: 64, spacing: [2, 2] as [number, number], frameOfReferenceUid: frame }
  // thick: 9 slices of 4 mm from z = -16 to 16; thin: 33 slices of 1 mm over the same range
  makePatternSeries(join(folder, 'a-thick'), {
    ...axial,
    seriesUid: '2.25.7710',
    description: 'Thick axial',
    positions: Array.from({ length: 9 }, (_, i) => [-63, -63, -16 + 4 * i]),
    valueAt: (column, row, slice) => tissue(-63 + 2 * column, -63 + 2 * row, -16 + 4 * slice)
  })
  makePatternSeries(join(folder, 'b-thin'), {
    ...axial,
    seriesUid: '2.25.7711',
    description: 'Thin axial',
    positions: Array.from({ length: 33 }, (_, i) => [-63, -63, -16 + i]),
    valueAt: (column, row, slice) => tissue(-63 + 2 * column, -63 + 2 * row, -16 + slice)
  })
  // rows to the left, columns to the feet: the normal points to the back
  makePatternSeries(join(folder, 'c-coronal'), {
    ...axial,
    seriesUid: '2.25.7712',
    description: 'Coronal',
    orientation: [1, 0, 0, 0, 0, -1],
    positions: Array.from({ length: 21 }, (_, i) => [-63, -50 + 5 * i, 63]),
    valueAt: (column, row, slice) => tissue(-63 + 2 * column, -50 + 5 * slice, 63 - 2 * row)
  })
  makePatternSeries(join(folder, 'd-elsewhere'), {
    ...axial,
    seriesUid: '2.25.7713',
    description: 'Elsewhere',
    frameOfReferenceUid: '2.25.7798',
    positions: Array.from({ length: 9 }, (_, i) => [-63, -63, -16 + 4 * i]),
    valueAt: (column, row, slice) => tissue(-63 + 2 * column, -63 + 2 * row, -16 + 4 * slice)
  })
  running = await launchApp([folder])
  page = running.page
  await page.waitForSelector('[data-testid=viewport-overlay][data-shown-slice]')
  await page.getByTestId('series-card').filter({ hasText: 'Thick axial' }).click()
  await page.getByTestId('layout-two').click()
})
afterAll(() => running.close())

const pane = (place: number) => page.locator(`[data-pane="${place}"]`)
const choose = (place: number, label: string) =>
  page.getByTestId(`pane-choice-${place}`).selectOption({ label })
/** Waits until the pane shows a slice, from 0. */
const shows = (place: number, slice: number) =>
  page.waitForSelector(`[data-pane="${place}"] .viewport[data-shown-slice="${slice}"]`)
const focus = (place: number) => pane(place).locator('.viewport-frame').focus()

describe('two series of one frame of reference', () => {
  it('scroll to the same place in the patient', async () => {
    await choose(1, 'Thin axial')
    await focus(0)
    await page.keyboard.press('Home')
    await shows(0, 0)
    for (let thick = 1; thick <= 4; thick++) {
      await page.keyboard.press('ArrowDown')
      await shows(0, thick)
      // 4 mm a slice here, 1 mm there
      await shows(1, 4 * thick)
    }
    expect(await pane(1).getByTestId('link-badge').getAttribute('data-link')).toBe('frame of reference')
  })

  it('follow the other way as well: keys act on the pane that was touched last', async () => {
    await focus(1)
    await page.keyboard.press('ArrowDown')
    await shows(1, 17)
    // z = 1: the nearest thick slice is z = 0
    await shows(0, 4)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await shows(1, 19)
    // z = 3: the nearest is z = 4
    await shows(0, 5)
  })

  it('show where they cut each other where they lie across', async () => {
    await choose(1, 'Coronal')
    await shows(1, 10)
    // the coronal plane y = 0 in the axial slice: row (0 + 63) / 2 + 0.5 = 32 of 64, the middle
    const box = await pane(0).locator('.viewport-frame').boundingBox()
    const line = await pane(0).getByTestId('reference-line').boundingBox()
    if (!box || !line) throw new Error('no line')
    expect(line.y + line.height / 2).toBeCloseTo(box.y + box.height / 2, 0)
    expect(line.width).toBeGreaterThan(0.9 * Math.min(box.width, box.height))
    // moving the coronal pane by two slices, 10 mm, moves the line by 5 rows of 64
    await focus(1)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await shows(1, 12)
    const moved = await pane(0).getByTestId('reference-line').boundingBox()
    const rowCss = Math.min(box.width, box.height) / 64
    expect((moved?.y ?? 0) - line.y).toBeCloseTo(5 * rowCss, 0)
  })

  it('go to the place that the crosshair points at', async () => {
    await focus(0)
    await page.keyboard.press('Shift+X')
    const box = await pane(0).locator('.viewport-frame').boundingBox()
    if (!box) throw new Error('no pane')
    const rowCss = Math.min(box.width, box.height) / 64
    // row 22 of the axial slice from its outer corner: y = -63 + (22 - 0.5) * 2 = -20 mm, coronal slice 6
    await page.mouse.click(box.x + box.width / 2 + 7 * rowCss, box.y + box.height / 2 - 10 * rowCss)
    await shows(1, 6)
    expect(await page.getByTestId('crosshair').count()).toBe(2)
    // 7 columns right of the middle there too: both run to the patient's left
    const other = await pane(1).locator('.viewport-frame').boundingBox()
    const x = Number(await pane(1).getByTestId('crosshair').getAttribute('data-x'))
    expect(x - (other?.width ?? 0) / 2).toBeCloseTo(7 * rowCss, 0)
    await page.keyboard.press('Escape')
  })
})

describe('series without a common frame of reference', () => {
  it('do not follow, and say so', async () => {
    await choose(1, 'Elsewhere')
    await focus(0)
    await page.keyboard.press('Home')
    await shows(0, 0)
    const before = await pane(1).locator('.viewport').getAttribute('data-shown-slice')
    await page.keyboard.press('ArrowDown')
    await shows(0, 1)
    expect(await pane(1).locator('.viewport').getAttribute('data-shown-slice')).toBe(before)
    expect(await pane(1).getByTestId('link-badge').textContent()).toContain('Does not scroll along')
  })

  it('follow by slice number once linked by hand, and say that it is not by position', async () => {
    await pane(1).getByRole('button', { name: 'Link by slice number' }).click()
    expect(await pane(1).getByTestId('link-badge').textContent()).toContain('not by position')
    const before = Number(await pane(1).locator('.viewport').getAttribute('data-shown-slice'))
    await focus(0)
    await page.keyboard.press('ArrowDown')
    await shows(0, 2)
    await shows(1, before + 1)
  })

  it('never follow where linking is off', async () => {
    await page.getByTestId('linked-scrolling').click()
    await choose(1, 'Thin axial')
    const before = await pane(1).locator('.viewport').getAttribute('data-shown-slice')
    await focus(0)
    await page.keyboard.press('ArrowDown')
    await shows(0, 3)
    expect(await pane(1).locator('.viewport').getAttribute('data-shown-slice')).toBe(before)
    await page.getByTestId('linked-scrolling').click()
  })
})

describe('what panes show', () => {
  it('can be the difference to the reconstruction, or any map', async () => {
    // the reader has had a first look
    await focus(0)
    await page.keyboard.press('Enter')
    await page
      .getByRole('button', { name: /^Analyse/ })
      .first()
      .click()
    await waitForAnalysis(page)
    await page.getByTestId('layout-side-by-side').click()
    await choose(3, 'Difference to reconstruction')
    await page.waitForSelector('[data-testid=viewport-difference][data-shown-slice]')
    const { bytes } = await panePixels(page, 'difference')
    // no difference is middle grey: outside the analysed part of the patient nothing is above or below it
    expect(new Set(bytes).size).toBeGreaterThan(10)
    await choose(3, 'KL gradient')
    await page.waitForSelector('[data-pane="3"] [data-testid=viewport-map][data-shown-slice]')
    // remembered when the layout comes back
    await page.keyboard.press('l')
    await page.getByTestId('layout-side-by-side').click()
    expect(await pane(3).getByTestId('viewport-map').count()).toBe(1)
  })

  it('can be a second model beside the first', async () => {
    await page.getByTestId('layout-two').click()
    await choose(0, 'Image with heatmap')
    const second = await page
      .getByTestId('pane-choice-1')
      .locator('optgroup[label="Compare with a second model"] option')
      .first()
      .getAttribute('value')
    await page.getByTestId('pane-choice-1').selectOption(second)
    const id = (second ?? '').replace('second-model:', '')
    await page.waitForSelector(`[data-pane="1"] [data-model="${id}"][data-heatmap=shown]`, {
      timeout: 60_000
    })
    expect(await pane(0).locator('.viewport').getAttribute('data-model')).not.toBe(id)
    await choose(0, 'Map in use')
    await page.getByTestId('pane-choice-1').selectOption({ value: 'map|||second' })
    const map = (place: number) =>
      page.waitForSelector(`[data-pane="${place}"] [data-testid=viewport-map][data-shown-slice]`)
    await map(0)
    await map(1)
    const pixels = (place: number): Promise<string> =>
      page.evaluate(async (place) => {
        for (let i = 0; i < 4; i++) await new Promise(requestAnimationFrame)
        const canvas = document.querySelector<HTMLCanvasElement>(`[data-pane="${place}"] canvas`)
        return canvas?.toDataURL() ?? ''
      }, place)
    expect(await pixels(0)).not.toBe(await pixels(1))
    // the first model's analysis is still there
    expect(await page.getByTestId('slice-strip').getAttribute('data-analysed')).toBe('9')
  })

  it('has complained of nothing', () => {
    expect(running.complaints).toEqual([])
  })
})
