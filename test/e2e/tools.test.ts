import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { makePatternSeries } from '../helpers/make-pattern-series'
import { makePngStudy } from '../helpers/make-png-study'
import { temporaryFolder } from '../helpers/temporary-folder'
import { sliceNumber } from '../helpers/wait-for-analysis'

const folder = temporaryFolder()
const [rows, columns] = [32, 64]
/** mm between rows and between columns: pixels twice as high as wide. */
const spacing: [number, number] = [2, 1]
let running: RunningApp
let page: Page

beforeAll(async () => {
  // left half -900 HU, right half -800
  makePatternSeries(join(folder, 'ct'), {
    seriesUid: '2.25.7701',
    rows,
    columns,
    spacing,
    positions: Array.from({ length: 12 }, (_, z) => [0, 0, 3 * z]),
    valueAt: (column) => (column < columns / 2 ? -900 : -800)
  })
  await makePngStudy(join(folder, 'png'), 2)
  running = await launchApp([join(folder, 'ct'), join(folder, 'png')])
  page = running.page
  await page.waitForSelector('[data-testid=viewport-overlay][data-shown-slice]')
})
afterAll(() => running.close())

/** Where a source pixel, from the outer corner of the first, lies in the window while the image is at rest. */
async function at(x: number, y: number, zoom = 1): Promise<[number, number]> {
  const box = await page.locator('.viewport-frame').boundingBox()
  if (!box) throw new Error('no pane')
  const scale = zoom * Math.min(box.width / columns, box.height / (2 * rows))
  return [
    box.x + box.width / 2 + (x - columns / 2) * scale,
    box.y + box.height / 2 + (y - rows / 2) * 2 * scale
  ]
}
async function drag(...points: [number, number][]): Promise<void> {
  const [first, ...rest] = points
  await page.mouse.move(...(await at(...first)))
  await page.mouse.down()
  for (const point of rest) await page.mouse.move(...(await at(...point)))
  await page.mouse.up()
}
const figure = (name: string): Promise<string | null> =>
  page.locator('.measurement-list li.chosen').getByTestId(`figure-${name}`).textContent()
const count = (): Promise<number> => page.getByTestId('measurement').count()
const handle = async (place: number): Promise<[number, number]> => {
  const box = await page.locator('.measurement.chosen circle').nth(place).boundingBox()
  if (!box) throw new Error('no handle')
  return [box.x + box.width / 2, box.y + box.height / 2]
}
/** Takes everything back, so that each test starts with nothing measured. */
async function undoAll(): Promise<void> {
  while (await page.getByTestId('undo').isEnabled()) await page.keyboard.press('Control+z')
}

beforeEach(async () => {
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await undoAll()
  expect(await count()).toBe(0)
})

describe('measuring', () => {
  it('gives lengths by the spacing of rows and columns', async () => {
    await page.getByTestId('tool-length').click()
    // 6 columns of 1 mm and 4 rows of 2 mm: 6, 8, 10
    await drag([10, 10], [16, 14])
    expect(await figure('length')).toBe('10.0 mm')
    expect(await page.getByTestId('measurement-label').textContent()).toContain('10.0 mm')
  })

  it('gives angles as they are in the patient', async () => {
    await page.getByTestId('tool-angle').click()
    await drag([10, 10], [20, 10])
    await drag([20, 12], [20, 20])
    expect(await figure('angle')).toBe('90.0°')
    await drag([30, 20], [20, 20])
    // 10 columns are 10 mm and 5 rows are 10 mm: half a right angle, though 26.6 degrees on the pixel grid
    await page.mouse.click(...(await at(30, 25)))
    expect(await figure('angle')).toBe('45.0°')
  })

  it('gives the values inside an ellipse, in HU', async () => {
    await page.getByTestId('tool-ellipse').click()
    await drag([4, 4], [24, 28])
    expect(await figure('mean')).toBe('-900.0 HU')
    expect(await figure('sd')).toBe('0.0 HU')
    // pi / 4 of 20 mm by 48 mm
    expect(await figure('area')).toBe('754.0 mm²')
  })

  it('gives mean, SD, range, area and pixels of a rectangle over both halves', async () => {
    await page.getByTestId('tool-rectangle').click()
    await drag([24, 8], [40, 24])
    expect(await figure('mean')).toBe('-850.0 HU')
    expect(await figure('sd')).toBe('50.0 HU')
    expect([await figure('minimum'), await figure('maximum')]).toEqual(['-900.0 HU', '-800.0 HU'])
    expect([await figure('area'), await figure('pixels')]).toEqual(['512.0 mm²', '256'])
  })

  it('gives the values inside an outline', async () => {
    await page.getByTestId('tool-freehand').click()
    // a right triangle of 20 mm by 48 mm in the right half
    await drag([40, 4], [60, 4], [60, 28])
    expect(await figure('area')).toBe('480.0 mm²')
    expect(await figure('mean')).toBe('-800.0 HU')
  })

  it('stays on its pixels when the image is zoomed, turned and flipped', async () => {
    await page.getByTestId('tool-length').click()
    await drag([20, 10], [26, 14])
    const expected = await at(20, 10)
    const first = await handle(0)
    expect(Math.hypot(first[0] - expected[0], first[1] - expected[1])).toBeLessThan(0.1)
    await page.keyboard.press('+')
    const zoomed = await at(20, 10, 1.25)
    const second = await handle(0)
    expect(Math.hypot(second[0] - zoomed[0], second[1] - zoomed[1])).toBeLessThan(0.1)
    await page.keyboard.press('Control+z')
    const middle = await at(columns / 2, rows / 2)
    await page.keyboard.press('h')
    // a mirror image about the middle
    expect((await handle(0))[0]).toBeCloseTo(2 * middle[0] - first[0], 1)
    await page.keyboard.press('r')
    expect(await figure('length')).toBe('10.0 mm')
  })

  it('belongs to its slice', async () => {
    await page.getByTestId('tool-length').click()
    await drag([10, 10], [16, 14])
    await page.mouse.wheel(0, 100)
    expect(await count()).toBe(0)
    await page.locator('.measurement-row').click()
    expect(await count()).toBe(1)
  })
})

describe('changing what was measured', () => {
  it('moves it, moves an end, removes it, and takes each back', async () => {
    await page.getByTestId('tool-length').click()
    await drag([10, 10], [20, 10])
    await drag([15, 10], [19, 13])
    expect(await figure('length')).toBe('10.0 mm')
    const moved = await at(14, 13)
    expect((await handle(0))[0]).toBeCloseTo(moved[0], 0)
    // the right end goes from (24, 13) to (34, 13)
    await drag([24, 13], [34, 13])
    expect(await figure('length')).toBe('20.0 mm')
    await page.keyboard.press('Delete')
    expect(await count()).toBe(0)
    await page.keyboard.press('Control+z')
    expect(await figure('length')).toBe('20.0 mm')
    await page.keyboard.press('Control+z')
    expect(await figure('length')).toBe('10.0 mm')
    await page.keyboard.press('Control+z')
    const back = await at(10, 10)
    expect((await handle(0))[0]).toBeCloseTo(back[0], 0)
    await page.keyboard.press('Control+z')
    expect(await count()).toBe(0)
    for (let i = 0; i < 3; i++) await page.keyboard.press('Control+Shift+z')
    expect(await figure('length')).toBe('20.0 mm')
  })

  it('undoes changes of the view in the same order', async () => {
    const zoom = (): Promise<string | null> => page.getByTestId('zoom-text').textContent()
    await page.keyboard.press('+')
    await page.getByTestId('tool-length').click()
    await drag([20, 10], [26, 10])
    await page.keyboard.press('i')
    await page.keyboard.press('Control+z')
    expect(await page.getByTestId('invert').getAttribute('aria-pressed')).toBe('false')
    expect(await count()).toBe(1)
    await page.getByTestId('undo').click()
    expect(await count()).toBe(0)
    expect(await zoom()).toBe('Zoom 125 %')
    await page.keyboard.press('Control+z')
    expect(await zoom()).toBe('Zoom 100 %')
  })

  it('works by keys alone', async () => {
    await page.locator('.viewport-frame').focus()
    await page.keyboard.press('d')
    await page.keyboard.press('Enter')
    expect(await page.getByTestId('keyboard-cross').count()).toBe(1)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Enter')
    // 20 columns of 1 mm
    expect(await figure('length')).toBe('20.0 mm')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    const before = await handle(0)
    await page.keyboard.press('ArrowDown')
    const scale = ((await at(1, 0))[0] - (await at(0, 0))[0]) * 2
    expect((await handle(0))[1] - before[1]).toBeCloseTo(scale, 0)
    // the first handle alone, 5 rows of 2 mm up
    await page.keyboard.press('Enter')
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowUp')
    // hypot(20, 10)
    expect(await figure('length')).toBe('22.4 mm')
    await page.keyboard.press('Delete')
    expect(await count()).toBe(0)
  })
})

describe('other tools', () => {
  it('scroll the stack by dragging, without running on from a hand at rest', async () => {
    await page.keyboard.press('Home')
    await page.keyboard.press('s')
    const from = await at(32, 16)
    await page.mouse.move(...from)
    await page.mouse.down()
    // 6 CSS pixels a slice
    for (let step = 1; step <= 4; step++) await page.mouse.move(from[0], from[1] + 6 * step)
    await page.waitForTimeout(200)
    await page.mouse.up()
    expect(await sliceNumber(page)).toBe(5)
  })

  it('magnify what lies under the pointer', async () => {
    await page.keyboard.press('Shift+Z')
    // close to the border of the halves: 110 CSS pixels of glass show a third of that of the image
    await page.mouse.move(...(await at(32, 16)))
    await page.waitForSelector('[data-testid=magnifier] canvas')
    const lumas = await page.evaluate(async () => {
      for (let i = 0; i < 4; i++) await new Promise(requestAnimationFrame)
      const canvas = document.querySelector<HTMLCanvasElement>('[data-testid=magnifier] canvas')
      const { width = 0, height = 0 } = canvas ?? {}
      const row = canvas?.getContext('2d')?.getImageData(0, height / 2, width, 1).data ?? []
      return [row[4 * 10], row[4 * (width - 10)]]
    })
    // window centre -850, width 200, LINEAR: ((v + 850.5) / 199 + 0.5) * 255 is 64 for -900 and 192 for -800
    expect(lumas.map((luma) => Math.round(luma ?? 0))).toEqual([64, 192])
    await page.keyboard.press('Escape')
    expect(await page.getByTestId('magnifier').count()).toBe(0)
  })

  it('play through the slices and stop', async () => {
    await page.keyboard.press('Home')
    await page.getByTestId('cine-speed').fill('50')
    await page.locator('.viewport-frame').focus()
    await page.keyboard.press('c')
    await page.waitForFunction(
      () => Number(document.querySelector('[data-testid=slice-number]')?.textContent) > 6
    )
    // from the last slice to the first again
    await page.waitForFunction(
      () => Number(document.querySelector('[data-testid=slice-number]')?.textContent) < 4
    )
    await page.keyboard.press('c')
    const stopped = await sliceNumber(page)
    await page.waitForTimeout(200)
    expect(await sliceNumber(page)).toBe(stopped)
  })

  it('say which tool is in hand and which key takes it', async () => {
    await page.keyboard.press('Shift+E')
    const button = page.getByTestId('tool-rectangle')
    expect(await button.getAttribute('aria-pressed')).toBe('true')
    expect(await button.getAttribute('title')).toContain('Shift+E')
    await page.keyboard.press('Escape')
    expect(await page.getByTestId('tool-window').getAttribute('aria-pressed')).toBe('true')
  })
})

describe('an image without pixel spacing', () => {
  it('is measured in pixels, and that is said', async () => {
    await page.keyboard.press('PageDown')
    await page.waitForFunction(() =>
      document.querySelector('[data-testid=slice-position]')?.textContent?.includes('/ 2')
    )
    await page.waitForSelector('[data-testid=viewport-overlay][data-shown-slice]')
    await page.locator('.viewport-frame').focus()
    await page.keyboard.press('d')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Enter')
    expect(await figure('length')).toBe('10.0 px (spacing unknown)')
  })

  it('has complained of nothing', () => {
    expect(running.complaints).toEqual([])
  })
})
