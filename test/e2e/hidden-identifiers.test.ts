import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDicom, sq, text } from '../helpers/build-dicom'
import { buildPng } from '../helpers/build-png'
import { keepPicture } from '../helpers/keep-picture'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { birthDate, mark, markedSlice } from '../helpers/marked-identifiers'
import { temporaryFolder } from '../helpers/temporary-folder'
import { waitForSlices } from '../helpers/wait-for-analysis'

/** Files whose headers, and whose own names and folders, are full of one mark that nothing else holds. */
const study = join(temporaryFolder(), `${mark}^Patient ${birthDate}`)
let running: RunningApp
let page: Page

beforeAll(async () => {
  mkdirSync(join(study, `${mark} pictures`), { recursive: true })
  const file = (name: string): string => join(study, name)
  for (const z of [0, 1, 2]) writeFileSync(file(`${mark}-${z}.dcm`), markedSlice(z))
  copyFileSync(file(`${mark}-0.dcm`), file(`${mark}-copy.dcm`))
  const whole = markedSlice(3)
  writeFileSync(file(`${mark}-cut-in-pixels`), whole.subarray(0, whole.length - 3000))
  writeFileSync(file(`${mark}-cut-in-header`), whole.subarray(0, 900))
  writeFileSync(file(`${mark}.txt`), `${mark} words`)
  const record = [text([0x0004, 0x1500], 'CS', `${mark}\\IM1`)]
  writeFileSync(file('DICOMDIR'), buildDicom([sq([0x0004, 0x1220], record)]))
  writeFileSync(file(`${mark}.zip`), `${mark} is no archive`)
  const picture = buildPng(
    64,
    64,
    8,
    0,
    Array.from({ length: 64 }, (_, y) => Array.from({ length: 64 }, (_u, x) => x + y))
  )
  writeFileSync(join(study, `${mark} pictures`, `${mark}.png`), picture)
  running = await launchApp([study], {
    prepare: async (userData) =>
      writeFileSync(join(userData, 'settings.json'), JSON.stringify({ hideIdentifiers: true }))
  })
  page = running.page
  await waitForSlices(page, 3)
})
afterAll(() => running.close())

/** What screen readers are told. */
async function accessibleTree(): Promise<string> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  await session.detach()
  return JSON.stringify(nodes)
}

/** Every text and attribute of the page, what fields hold, what screen readers say, the titles of page and window. */
async function everythingShown(): Promise<string> {
  const inPage = await page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea, select')]
    const values = fields.map((field) => (field as HTMLInputElement).value)
    return [document.documentElement.outerHTML, document.title, ...values].join('\n')
  })
  const ofWindow = await running.app.evaluate(({ BrowserWindow, Menu }) => {
    const titles = BrowserWindow.getAllWindows().map((window) => window.getTitle())
    return [...titles, ...(Menu.getApplicationMenu()?.items.map(({ label }) => label) ?? [])].join('\n')
  })
  return [inPage, ofWindow, await accessibleTree()].join('\n')
}

async function expectNoMark(where: string): Promise<void> {
  const shown = await everythingShown()
  const at = shown.search(new RegExp(`${mark}|${birthDate}|1933-07-04`))
  expect({ where, found: at < 0 ? null : shown.slice(Math.max(0, at - 120), at + 60) }).toEqual({
    where,
    found: null
  })
}

describe('with identifiers hidden from the start', () => {
  it('no study, series, problem or corner of an image shows a name', async () => {
    await page.getByTestId('problems').locator('summary').click()
    const problems = await page.getByTestId('problem').allTextContents()
    // the copy, both cut files, the text, what only seems an archive, and a file that the DICOMDIR lists
    expect(problems.length).toBeGreaterThanOrEqual(6)
    await keepPicture(page, 'hidden-identifiers')
    for (const card of await page.getByTestId('series-card').all()) {
      await card.click()
      await expectNoMark('a series')
    }
  })

  it('no sheet, no layout and no message does', async () => {
    for (const button of ['layout-two', 'layout-side-by-side', 'layout-overlay']) {
      await page.getByTestId(button).click()
      await expectNoMark(button)
    }
    for (const button of ['settings', 'help', 'open-verdict-data']) {
      await page.getByTestId(button).click()
      await page.getByRole('dialog').waitFor()
      await expectNoMark(button)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await running.app.evaluate(
      ({ dialog }, path) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
      },
      join(study, `${mark}.txt`)
    )
    await page.getByTestId('open-files').click()
    await page.getByTestId('notice').waitFor()
    await expectNoMark('a notice')
  })

  it('the names come with the switch, and go with it', async () => {
    await page.getByTestId('hide-identifiers').click()
    await page.waitForFunction((text) => document.body.innerHTML.includes(text), mark)
    // shown, or the rest would show nothing
    const shown = await everythingShown()
    for (const text of [`${mark} Patient`, `${mark}-copy.dcm`, `T1 ${mark}`, `${mark}/IM1`])
      expect(shown).toContain(text)
    await page.getByTestId('hide-identifiers').click()
    await page.waitForFunction((text) => !document.body.innerHTML.includes(text), mark)
    await expectNoMark('after switching')
    expect(running.complaints.join()).not.toContain(mark)
  })
})
