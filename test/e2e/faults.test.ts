import { appendFileSync, cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { copyApp, launchApp, repositoryRoot, type RunningApp } from '../helpers/launch-app'
import { makeBlockSeries } from '../helpers/make-block-series'
import { colouredPixels, panePixels } from '../helpers/pane-pixels'
import { revealResult } from '../helpers/reveal'
import { temporaryFolder } from '../helpers/temporary-folder'
import { analysedSlices, waitForAnalysis, waitForSlices } from '../helpers/wait-for-analysis'

const folder = temporaryFolder()
let running: RunningApp | null = null
let remove: (() => void) | null = null
afterEach(async () => {
  await running?.close()
  remove?.()
  running = remove = null
})

/** Process ids of the utility processes of a name, as Electron counts them. */
const pidsOf = (app: RunningApp['app'], name: string): Promise<number[]> =>
  app.evaluate(
    ({ app }, name) =>
      app
        .getAppMetrics()
        .filter((process) => process.name === name || process.serviceName === name)
        .map(({ pid }) => pid),
    name
  )

async function shipped(models: string): Promise<string> {
  const name = readdirSync(join(repositoryRoot, 'models')).find(
    (entry) => entry !== 'training' && !entry.includes('.')
  )
  if (!name) throw new Error('no model is shipped')
  cpSync(join(repositoryRoot, 'models', name), join(models, name), { recursive: true })
  return join(models, name)
}

/** A series of so many pixels that its analysis can be interrupted half way, on fast machines too. */
const slow = { count: 16, finer: 3 }

const studyIsShown = (page: Page): Promise<unknown> =>
  page.waitForSelector('[data-testid=viewport-overlay][data-shown-slice]')

describe('the app with something broken', () => {
  it('shows studies without any model and says that there is none', async () => {
    const copy = copyApp()
    remove = copy.remove
    running = await launchApp([], { appFolder: copy.folder })
    const { page } = running
    await studyIsShown(page)
    expect(await page.getByTestId('analyse').isDisabled()).toBe(true)
    expect(await page.getByTestId('model-choice').textContent()).toContain('No model can be used')
    expect(await page.getByTestId('notice').textContent()).toContain('No model can be used')
  })

  it('refuses a model whose file is not the one described, and says why', async () => {
    const copy = copyApp()
    remove = copy.remove
    appendFileSync(join(await shipped(copy.models), 'model.onnx'), 'x')
    running = await launchApp([], { appFolder: copy.folder })
    const { page } = running
    await studyIsShown(page)
    await page.getByTestId('model-problem').waitFor()
    expect(await page.getByTestId('model-problem').textContent()).toMatch(/SHA-256 differs/)
    expect(await page.getByTestId('analyse').isDisabled()).toBe(true)
  })

  it('finishes an analysis whose engine is killed half way, with the study still open', async () => {
    const study = join(folder, 'long')
    makeBlockSeries(study, slow.count, slow.finer)
    running = await launchApp([study])
    const { app, page } = running
    await waitForSlices(page, 2)
    const before = await pidsOf(app, 'Nidus engine')
    expect(before).toHaveLength(1)
    process.kill(before[0], 'SIGKILL')
    const done = await analysedSlices(page)
    expect(done).toBeLessThan(slow.count)
    await waitForAnalysis(page)
    const after = await pidsOf(app, 'Nidus engine')
    expect(after).toHaveLength(1)
    expect(after).not.toEqual(before)
    expect(await analysedSlices(page)).toBe(slow.count)
    expect(await page.getByTestId('analysis-error').count()).toBe(0)
    await revealResult(page)
    expect(colouredPixels(await panePixels(page)).length).toBeGreaterThan(50)
  })

  it('cancels an analysis, keeps what was done, and goes on from there', async () => {
    const study = join(folder, 'cancelled')
    makeBlockSeries(study, slow.count, slow.finer)
    running = await launchApp([study])
    const { page } = running
    const done = (): Promise<number> => analysedSlices(page)
    await waitForSlices(page, 2)
    await page.getByTestId('cancel').click()
    await page.getByTestId('analyse').waitFor()
    const kept = await done()
    expect(kept).toBeGreaterThanOrEqual(2)
    expect(kept).toBeLessThan(slow.count)
    expect(await page.locator('.series-card.chosen').textContent()).toContain('cancelled')
    await page.getByTestId('analyse').click()
    await waitForAnalysis(page)
    expect(await done()).toBe(slow.count)
  })

  it('loads its page again where the process of the page is killed, with the study still open', async () => {
    running = await launchApp()
    const { app, page } = running
    await waitForAnalysis(page)
    // a script asked of the page between its death and its return would never answer
    await app.evaluate(
      ({ app, BrowserWindow }) =>
        new Promise<void>((resolve) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents
          contents?.once('render-process-gone', () => contents.once('did-finish-load', () => resolve()))
          for (const { pid, type } of app.getAppMetrics()) if (type === 'Tab') process.kill(pid, 'SIGKILL')
        })
    )
    const findings = (): Promise<number> =>
      app.evaluate(
        ({ BrowserWindow }) =>
          BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
            "document.querySelectorAll('[data-testid=finding]').length"
          ) as Promise<number>
      )
    await vi.waitUntil(async () => (await findings()) > 0, { timeout: 30_000, interval: 200 })
  })

  it('goes on reading where the reader process is killed', async () => {
    const study = join(folder, 'reader')
    makeBlockSeries(study, 12)
    running = await launchApp([study])
    const { app, page } = running
    await studyIsShown(page)
    const [pid] = await pidsOf(app, 'Nidus reader')
    process.kill(pid, 'SIGKILL')
    await page.keyboard.press('Home')
    await page.waitForSelector('[data-testid=viewport-overlay][data-shown-slice="0"]')
    await page.keyboard.press('End')
    await page.waitForSelector('[data-testid=viewport-overlay][data-shown-slice="11"]')
  })
})
