import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keepPicture } from '../helpers/keep-picture'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { makeUnmarkedStudy } from '../helpers/make-unmarked-study'
import { colouredPixels, panePixels } from '../helpers/pane-pixels'
import { seedVerdicts } from '../helpers/seed-verdicts'
import { temporaryFolder } from '../helpers/temporary-folder'
import { sliceNumber, waitForAnalysis } from '../helpers/wait-for-analysis'

// A reading from the first look to a new threshold, at a site whose readers have judged 219 studies before. Each view
// on the way is a picture of the user guide (see keepPicture).
const folder = join(temporaryFolder(), 'study')
let running: RunningApp
let page: Page

const picture = (name: string): Promise<void> => keepPicture(page, name)
const textOf = async (testId: string): Promise<string> =>
  (await page.getByTestId(testId).first().textContent()) ?? ''
const heat = async (): Promise<number> => colouredPixels(await panePixels(page)).length
const chooseInMenu = (label: string): Promise<void> =>
  running.app.evaluate(({ Menu }, label) => {
    const items = Menu.getApplicationMenu()!.items.flatMap((item) => item.submenu?.items ?? [])
    items.find((item) => item.label === label)!.click()
  }, label)
const pressed = (testId: string): Promise<void> => page.locator(`[data-testid=${testId}].pressed`).waitFor()
const rejectNext = async (reason: string): Promise<void> => {
  await page.keyboard.press('n')
  await page.keyboard.press('x')
  await page.getByTestId('reason-chooser').waitFor()
  await picture('reject')
  await page.keyboard.press(reason)
  await pressed('verdict-reject')
}

beforeAll(async () => {
  makeUnmarkedStudy(folder)
  running = await launchApp([folder], {
    prepare: (userData) => seedVerdicts(userData, { studies: 219, changeAt: 170 })
  })
  page = running.page
  await waitForAnalysis(page)
})
afterAll(() => running.close())

describe('a whole reading', () => {
  it('begins with a first look that nothing of the model disturbs', async () => {
    await page.getByTestId('reveal').waitFor()
    expect(await heat()).toBe(0)
    expect(await page.getByTestId('finding').count()).toBe(0)
    expect(await page.getByTestId('slice-strip').getAttribute('data-scores')).toBe('hidden')
    await page.keyboard.press('Home')
    for (let slice = 1; slice < 16; slice++) await page.keyboard.press('ArrowDown')
    expect(await sliceNumber(page)).toBe(16)
    await picture('first-look')
  })

  it('shows the result when the reader asks for it', async () => {
    await page.keyboard.press('Enter')
    await page.getByTestId('finding').first().waitFor()
    await page.keyboard.press('n')
    await page.waitForSelector('.finding-row.chosen')
    expect(await heat()).toBeGreaterThan(200)
    await picture('revealed')
  })

  it('takes a confirmation, after asking once who reads', async () => {
    await page.keyboard.press('y')
    await page.getByTestId('reader-name').fill('C. Reader')
    await picture('reader')
    await page.keyboard.press('Enter')
    await pressed('verdict-confirm')
  })

  it('takes two rejections, each with its reason', async () => {
    await rejectNext('1')
    await rejectNext('2')
  })

  it('takes a finding that the model missed, drawn on the slice', async () => {
    await page.keyboard.press('q')
    const box = (await page.locator('.viewport-frame').first().boundingBox())!
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    await page.mouse.move(middle.x - 30, middle.y - 60)
    await page.mouse.down()
    await page.mouse.move(middle.x + 5, middle.y - 40, { steps: 4 })
    await page.mouse.move(middle.x + 30, middle.y - 15, { steps: 4 })
    await page.mouse.up()
    await page.getByTestId('own-missed').waitFor()
    await page.keyboard.press('Escape')
    await picture('verdicts')
  })

  it('marks the study as read completely', async () => {
    await page.getByTestId('study-complete').click()
    if ((await page.getByTestId('complete-anyway').count()) > 0) {
      await page.getByTestId('complete-anyway').click()
    }
    await pressed('study-complete')
  })

  it('shows what the guide explains of the view: outlines, panes, keys, settings, data', async () => {
    await page.keyboard.press('Shift+O')
    await picture('outlines')
    await page.keyboard.press('Shift+O')
    await page.getByTestId('layout-side-by-side').click()
    await page.locator('.viewport-frame').nth(3).waitFor()
    await page.waitForFunction(() => !document.querySelector('.viewport-hold'))
    await picture('panes')
    await page.getByTestId('layout-overlay').click()
    await page.keyboard.press('?')
    await page.getByTestId('sheet').waitFor()
    await picture('keys')
    await page.keyboard.press('Escape')
    await page.getByTestId('settings').click()
    await page.getByTestId('settings-sheet').waitFor()
    await picture('settings')
    await page.getByTestId('settings-models').click()
    await page.getByTestId('models-section').waitFor()
    await picture('models')
    await page.keyboard.press('Escape')
    await page.getByTestId('open-verdict-data').click()
    await page.getByTestId('verdict-counts').waitFor()
    await picture('data')
    await page.keyboard.press('Escape')
  })

  it('recalibrates from all verdicts and takes a person’s approval', async () => {
    await page.getByTestId('thresholds').click()
    await page.getByTestId('proposed-threshold').waitFor()
    expect(await textOf('calibration-counts')).toMatch(/ on 220 studies, 220 read completely$/)
    await picture('proposal')
    await page.getByTestId('tab-drift').click()
    await page.getByTestId('drift-checks').waitFor()
    await picture('drift')
    await page.getByTestId('tab-proposal').click()
    await page.getByTestId('approve').click()
    await page.getByTestId('sign-name').fill('Dr. B. Approver')
    await page.getByTestId('sign-reason').fill('Monthly review')
    await picture('approve')
    await page.getByTestId('sign-submit').click()
    await page.getByTestId('threshold-history').waitFor()
    expect(await textOf('in-use-version')).toBe('site-1')
    await picture('history')
    await page.keyboard.press('Escape')
  })

  it('uses the new version when the study is opened again, and still knows what was said', async () => {
    await chooseInMenu('&Close All Studies')
    await page.getByTestId('series-card').waitFor({ state: 'detached' })
    await running.app.evaluate(({ dialog }, folder) => {
      dialog.showOpenDialog = (() => Promise.resolve({ canceled: false, filePaths: [folder] })) as never
    }, folder)
    await page.getByTestId('open-folder').click()
    await page.getByTestId('series-card').waitFor()
    await waitForAnalysis(page)
    await page.waitForFunction(() =>
      document.querySelector('[data-testid=stamp]')?.textContent?.includes('site-1')
    )
    expect(await page.getByTestId('threshold-name').inputValue()).toBe('site')
    expect(await page.getByTestId('own-missed').count()).toBe(1)
    await picture('reopened')
  })

  it('complains of nothing', () => {
    expect(running.complaints).toEqual([])
  })
})
