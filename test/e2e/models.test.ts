import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, repositoryRoot, type RunningApp } from '../helpers/launch-app'
import { makeNormalImages } from '../helpers/make-normal-images'
import { temporaryFolder } from '../helpers/temporary-folder'
import { waitForAnalysis } from '../helpers/wait-for-analysis'

// A model's way through the window: picked, confirmed, added, used, checked, removed. The system's dialogs are
// answered by the test; everything behind them is the app's own.
const folder = temporaryFolder()
const network = join(folder, 'brought.onnx')
const normals = join(folder, 'normals')
const references = join(
  process.env.NIDUS_CORPUS ?? resolve(repositoryRoot, '../shared/data'),
  'reference-models'
)
const cases = existsSync(references) ? readdirSync(references).sort() : []
if (cases.length === 0) console.log(`skipped: no reference models at ${references} (set NIDUS_CORPUS)`)

let running: RunningApp
let page: Page

beforeAll(async () => {
  copyFileSync(join(repositoryRoot, 'test/fixtures/models/tiny-vae/model.onnx'), network)
  writeFileSync(join(folder, 'broken.onnx'), 'not a network')
  await makeNormalImages(normals, 9)
  running = await launchApp()
  page = running.page
  await waitForAnalysis(page)
  await page.getByRole('button', { name: /^Settings/ }).click()
  await page.getByTestId('settings-models').click()
})
afterAll(() => running.close())

/** What the next dialogs answer; null stands for a person who changed their mind. */
const answerDialogs = (path: string | null): Promise<void> =>
  running.app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = (() =>
      Promise.resolve({ canceled: path === null, filePaths: path === null ? [] : [path] })) as never
  }, path)

async function pick(path: string, what: 'file' | 'folder' = 'file'): Promise<void> {
  await answerDialogs(path)
  await page.getByTestId(`add-model-${what}`).click()
}

async function pickNormals(): Promise<void> {
  await answerDialogs(normals)
  await page.getByTestId('choose-normals').click()
  await page.getByTestId('draft-normals').getByText('normals').waitFor()
}

async function remove(id: string): Promise<void> {
  const entry = page.getByTestId(`model-entry-${id}`)
  if ((await entry.getAttribute('open')) === null) await entry.locator('summary').first().click()
  await page.getByTestId(`remove-${id}`).click()
  await page.getByTestId(`remove-${id}-yes`).click()
  await entry.waitFor({ state: 'detached' })
}

describe('models in the settings', () => {
  it('lists what ships with Nidus, with hash, thresholds and card, and no way to remove it', async () => {
    const entry = page.getByTestId('model-entry-brain-flair-cevae')
    await entry.locator('summary').first().click()
    await entry.getByText('ships with Nidus').waitFor()
    expect(await entry.textContent()).toMatch(/SHA-256[0-9a-f]{64}/)
    expect(await entry.textContent()).toMatch(/Thresholds.*p99 = \d/)
    expect(await entry.locator('pre').textContent()).toContain('#')
    expect(await page.getByTestId('remove-brain-flair-cevae').count()).toBe(0)
    await entry.locator('summary').first().click()
  })

  it('says in plain words why a file is no network, and stays usable', async () => {
    await pick(join(folder, 'broken.onnx'))
    expect(await page.getByTestId('model-fault').textContent()).toMatch(/^Damaged model file\./)
    await answerDialogs(null)
    await page.getByTestId('add-model-folder').click()
    expect(await page.getByTestId('add-model-form').count()).toBe(0)
  })

  it('proposes roles, asks for normal images, and adds once both are there', async () => {
    await pick(network)
    expect(await page.getByTestId('draft-reasons').textContent()).toContain('reconstruction')
    expect(await page.getByTestId('draft-id').inputValue()).toBe('brought')
    expect(await page.getByTestId('add-model').isDisabled()).toBe(true)
    await page.getByTestId('draft-name').fill('Brought along')
    await page.getByTestId('draft-id').fill('Not an ID')
    await pickNormals()
    expect(await page.getByTestId('add-model').isDisabled()).toBe(true)
    await page.getByTestId('draft-id').fill('brought')
    await page.getByTestId('add-model').click()
    await page.getByTestId('model-news').getByText('Brought along was added.').waitFor()
    await page.getByTestId('model-entry-brought').waitFor()
  })

  it('refuses a second model of the same ID', async () => {
    await pick(network)
    await pickNormals()
    await page.getByTestId('add-model').click()
    expect(await page.getByTestId('model-fault').textContent()).toMatch(
      /A model with this ID is there already\. choose another ID, or remove it first/
    )
    await page.getByRole('button', { name: 'Do not add' }).click()
  })

  it('checks it from its file to its maps', async () => {
    await page.getByTestId('model-entry-brought').locator('summary').first().click()
    await page.getByTestId('check-brought').click()
    await page.getByTestId('check-steps').waitFor({ timeout: 60_000 })
    const steps = await page.getByTestId('check-steps').locator('li').allTextContents()
    expect(steps).toHaveLength(4)
    for (const step of steps) expect(step).toMatch(/^Passed:/)
  })

  it('analyses with it at once, without a restart', async () => {
    await page.keyboard.press('Escape')
    await page.getByTestId('model-choice').selectOption('brought')
    await page.getByTestId('analyse').click()
    await page.waitForFunction(
      () => document.querySelector('[data-testid=stamp]')?.textContent?.includes('brought'),
      null,
      { timeout: 60_000 }
    )
    await waitForAnalysis(page)
    expect(await page.getByTestId('analysis-error').count()).toBe(0)
  })

  it('removes it after asking, and the window goes back to another model', async () => {
    await page.getByRole('button', { name: /^Settings/ }).click()
    await page.getByTestId('settings-models').click()
    await remove('brought')
    const options = page.getByTestId('model-choice').locator('option')
    expect(await options.evaluateAll((all) => all.map((o) => (o as HTMLOptionElement).value))).not.toContain(
      'brought'
    )
    expect(await page.getByTestId('model-choice').inputValue()).not.toBe('')
    expect(running.complaints).toEqual([])
  })

  it.skipIf(cases.length === 0).each(cases)('takes %s as people export it', async (name) => {
    // only the network and its description: what lies beside them is for other tests
    const own = join(folder, name)
    mkdirSync(own)
    for (const file of readdirSync(join(references, name))) {
      if (/\.(onnx|data)$|^case\.json$/.test(file))
        copyFileSync(join(references, name, file), join(own, file))
    }
    await pick(own, 'folder')
    await page.getByTestId('draft-id').fill(name.replace(/_/g, '-'))
    await pickNormals()
    await page.getByTestId('add-model').click()
    const entry = page.getByTestId(`model-entry-${name.replace(/_/g, '-')}`)
    await Promise.race([
      entry.waitFor({ timeout: 90_000 }),
      page.getByTestId('model-fault').waitFor({ timeout: 90_000 })
    ])
    expect(await page.getByTestId('model-fault').allTextContents()).toEqual([])
    await remove(name.replace(/_/g, '-'))
  })
})
