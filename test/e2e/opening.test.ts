import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, repositoryRoot, type RunningApp } from '../helpers/launch-app'
import { makeBlockSeries } from '../helpers/make-block-series'
import { makePngStudy } from '../helpers/make-png-study'
import { temporaryFolder } from '../helpers/temporary-folder'
import { waitForAnalysis } from '../helpers/wait-for-analysis'

const folder = temporaryFolder()
const png = join(folder, 'one', 'slice-000.png')
const mixed = join(folder, 'mixed')
let running: RunningApp
let page: Page

beforeAll(async () => {
  await makePngStudy(join(folder, 'one'), 1, { 0: [40, 20, 9] }, 160, 144)
  makeBlockSeries(mixed, 2)
  mkdirSync(join(mixed, 'deep', 'er'), { recursive: true })
  copyFileSync(join(mixed, 'slice-0'), join(mixed, 'deep', 'er', 'copy'))
  writeFileSync(
    join(mixed, 'deep', 'broken.dcm'),
    Buffer.concat([Buffer.alloc(128), Buffer.from('DICMnonsense')])
  )
  await sharp({ create: { width: 90, height: 70, channels: 3, background: { r: 220, g: 40, b: 60 } } })
    .png()
    .toFile(join(folder, 'colour.png'))
  running = await launchApp([png])
  page = running.page
})
afterAll(() => running.close())

/** Makes the system's dialog pick the given paths, or close without any. */
const nextPick = (paths: string[]): Promise<void> =>
  running.app.evaluate(({ dialog }, filePaths) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: filePaths.length === 0, filePaths })
  }, paths)

const chosenSeries = (): Promise<string | null> => page.locator('.series-card.chosen').textContent()

/** The list of series arrives by an event of its own, before the answer that chooses one: both must come. */
const untilChosen = (text: string): Promise<unknown> =>
  page.waitForFunction(
    (wanted) => document.querySelector('.series-card.chosen')?.textContent?.includes(wanted),
    text
  )

describe('opening', () => {
  it('opens a 16-bit PNG from the command line, analyses it and shows its stored values', async () => {
    await waitForAnalysis(page)
    expect(await chosenSeries()).toContain('1 image')
    await page.getByTestId('viewport-overlay').hover()
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=probe] dd').length >= 3)
    // makePngStudy: tissue is 20000 +- 3000, more than 8 bits could hold
    const stored = Number(await page.getByTestId('probe').locator('dd').nth(1).textContent())
    expect(stored).toBeGreaterThan(16000)
    expect(stored).toBeLessThan(24000)
  })

  it('opens a folder with one broken file: the rest opens, the reason is listed', async () => {
    await nextPick([mixed])
    await page.getByTestId('open-folder').click()
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=series-card]').length === 2)
    await waitForAnalysis(page)
    await untilChosen('MR')
    expect(await chosenSeries()).toContain('MR')
    await page.getByTestId('problems').locator('summary').click()
    const problems = await page.getByTestId('problem').allTextContents()
    expect(problems.filter((problem) => problem.startsWith('broken.dcm'))).toHaveLength(1)
    expect(problems.join()).toMatch(/broken\.dcm.*(Damaged|too early|without an image)/)
  })

  it('changes nothing where the dialog is closed', async () => {
    await nextPick([])
    await page.getByTestId('open-files').click()
    await page.waitForTimeout(200)
    expect(await page.getByTestId('series-card').count()).toBe(2)
    expect(await page.getByTestId('notice').count()).toBe(0)
  })

  it('opens what is dropped onto the window', async () => {
    const session = await page.context().newCDPSession(page)
    const data = { items: [], files: [join(folder, 'colour.png')], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data })
    }
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=series-card]').length === 3)
    await untilChosen('colour')
    expect(await chosenSeries()).toContain('colour')
    await page.waitForSelector('[data-testid=viewport-overlay][data-shown-slice="0"]')
  })

  it('says so where nothing can be read, and leaves the rest open', async () => {
    await nextPick([join(repositoryRoot, 'package.json')])
    await page.getByTestId('open-files').click()
    await page.getByTestId('notice').waitFor()
    expect(await page.getByTestId('notice').textContent()).toContain('Nothing in this place could be read')
    expect(await page.getByTestId('series-card').count()).toBe(3)
    await page.getByRole('button', { name: 'Dismiss' }).click()
  })

  it('closes everything from the menu and offers to open something', async () => {
    await running.app.evaluate(({ Menu }) => {
      const file = Menu.getApplicationMenu()?.items.find(({ label }) => label === '&File')
      file?.submenu?.items.find(({ label }) => label === '&Close All Studies')?.click()
    })
    await page.getByTestId('empty').waitFor()
    expect(await page.getByTestId('empty').textContent()).toContain('Open a study')
    expect(running.complaints).toEqual([])
  })
})
