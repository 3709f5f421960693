import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { makeBlockSeries } from '../helpers/make-block-series'
import { makeStalledDisk } from '../helpers/stalled-disk'
import { temporaryFolder } from '../helpers/temporary-folder'

/** Threads of the app's real processes sleep inside the system's calls for files of a name. */
const folder = temporaryFolder()
const disk = makeStalledDisk(join(folder, 'disk-itself'))
const longestMs = 5_000
const count = 120

describe.skipIf(!disk)('the app with files on a disk that gives no answer', () => {
  let running: RunningApp
  beforeAll(async () => {
    makeBlockSeries(join(folder, 'study'), count)
    disk?.stall('slice-30', 'open')
    // with the demo study, so that the reader runs
    running = await launchApp([], { env: disk?.env })
    await running.page.waitForSelector('[data-testid=viewport-overlay][data-shown-slice]')
  })
  afterAll(() => running.close())

  it('opens the others of a folder and lists the one within five seconds', async () => {
    const { app, page } = running
    await app.evaluate(
      ({ dialog }, path) =>
        void (dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })),
      join(folder, 'study')
    )
    const started = performance.now()
    await page.getByTestId('open-folder').click()
    const problem = page.getByTestId('problem').filter({ hasText: 'slice-30' })
    await problem.waitFor({ state: 'attached' })
    expect(performance.now() - started).toBeLessThan(longestMs)
    expect(await problem.textContent()).toContain('its disk gave no answer for 4 seconds')
    await page
      .getByTestId('series-card')
      .filter({ hasText: `${count - 1} images` })
      .click()
    await page
      .getByTestId('slice-position')
      .filter({ hasText: `/ ${count - 1}` })
      .waitFor()
    await page.keyboard.press('Home')
    await page.waitForSelector('[data-testid=viewport-overlay][data-shown-slice="0"]')
  })

  it('says within five seconds of a slice that cannot be read why, and goes on with the others', async () => {
    const { page } = running
    // far from those that are fetched ahead
    disk?.stall(`slice-${count - 1}`, 'read')
    const started = performance.now()
    await page.keyboard.press('End')
    await page.getByText('The file could not be read. its disk gave no answer').waitFor()
    expect(performance.now() - started).toBeLessThan(longestMs)
    await page.keyboard.press('ArrowUp')
    await page.waitForSelector(`[data-testid=viewport-overlay][data-shown-slice="${count - 3}"]`)
  })
})
