import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { waitForAnalysis } from '../helpers/wait-for-analysis'

let running: RunningApp
let page: Page

beforeAll(async () => {
  running = await launchApp()
  page = running.page
  await waitForAnalysis(page)
})
afterAll(() => running.close())

const controlRoles = [
  'button',
  'combobox',
  'textbox',
  'spinbutton',
  'slider',
  'checkbox',
  'radio',
  'link',
  'switch',
  'application',
  'DisclosureTriangle',
  'menuitem',
  'tab'
]

interface AccessNode {
  ignored: boolean
  role?: { value: string }
  name?: { value: string }
  properties?: { name: string; value: { value: unknown } }[]
}

/** What a screen reader is given for controls, as Chromium computes it: role and name of each. */
async function controls(): Promise<{ role: string; name: string }[]> {
  const cdp = await page.context().newCDPSession(page)
  const { nodes } = (await cdp.send('Accessibility.getFullAXTree')) as { nodes: AccessNode[] }
  await cdp.detach()
  return nodes
    .filter((node) => !node.ignored)
    .map(({ role, name, properties }) => ({
      role: role?.value ?? '',
      name: (name?.value ?? '').trim(),
      focusable: properties?.some((one) => one.name === 'focusable' && one.value.value === true) ?? false
    }))
    .filter(({ role, focusable }) => controlRoles.includes(role) || (focusable && role !== 'RootWebArea'))
    .map(({ role, name }) => ({ role, name }))
}

/** How far parts of the window stick out of their room, CSS pixels. */
const overflow = (): Promise<Record<string, number>> =>
  page.evaluate(() =>
    Object.fromEntries(
      ['.header', '.heatmap-bar', '.status-bar', '.app'].map((part) => {
        const element = document.querySelector(part)
        return [part, element ? element.scrollWidth - element.clientWidth : 0]
      })
    )
  )
async function resize(width: number, height: number, zoom: number): Promise<void> {
  await running.app.evaluate(
    ({ BrowserWindow }, [width, height, zoom]) => {
      const [window] = BrowserWindow.getAllWindows()
      window.setContentSize(width, height)
      window.webContents.setZoomFactor(zoom)
    },
    [width, height, zoom] as const
  )
  await page.waitForFunction((wanted) => Math.abs(window.innerWidth - wanted) < 3, width / zoom)
}

describe('screen readers', () => {
  it('are told the name of every control, in every layout', async () => {
    for (const layout of ['layout-overlay', 'layout-two', 'layout-side-by-side']) {
      await page.getByTestId(layout).click()
      const found = await controls()
      expect(found.length).toBeGreaterThan(40)
      expect(found.filter(({ name }) => name === '')).toEqual([])
    }
  })

  it('are told the figures of a measurement', async () => {
    await page.getByTestId('layout-overlay').click()
    await page.locator('.viewport-frame').focus()
    for (const key of ['d', 'Enter', 'Enter', 'Shift+ArrowRight', 'Enter', 'Escape', 'Escape'])
      await page.keyboard.press(key)
    const row = (await controls()).find(({ name }) => name.startsWith('1 Length'))
    expect(row?.name).toMatch(/\d+\.\d mm/)
  })
})

describe('the keyboard', () => {
  it('reaches every button of the tool rail, one after another', async () => {
    await page.getByTestId('tool-window').focus()
    const reached: (string | null)[] = []
    for (let i = 0; i < 11; i++) {
      reached.push(await page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? null))
      await page.keyboard.press('Tab')
    }
    expect(reached).toEqual(
      [
        'window',
        'scroll',
        'pan',
        'zoom',
        'magnifier',
        'crosshair',
        'length',
        'angle',
        'ellipse',
        'rectangle',
        'freehand'
      ].map((tool) => `tool-${tool}`)
    )
    // a press of Space takes the tool that has the focus
    await page.getByTestId('tool-angle').focus()
    await page.keyboard.press('Space')
    expect(await page.getByTestId('tool-angle').getAttribute('aria-pressed')).toBe('true')
    await page.keyboard.press('Escape')
  })
})

describe('the window', () => {
  it('holds all of its bars on a usual laptop screen, also with text enlarged by half', async () => {
    for (const zoom of [1, 1.5]) {
      await resize(1366, 768, zoom)
      expect(Object.values(await overflow()), `zoom ${zoom}`).toEqual([0, 0, 0, 0])
      const notice = await page
        .getByTestId('research-notice')
        .evaluate((element) => element.scrollWidth - element.clientWidth)
      expect(notice).toBeLessThanOrEqual(0)
    }
    await resize(1366, 768, 1)
  })

  it('has complained of nothing', () => {
    expect(running.complaints).toEqual([])
  })
})
