import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDicom, imageElements, pixelData } from '../helpers/build-dicom'
import { buildPng } from '../helpers/build-png'
import { makeBlockSeries } from '../helpers/make-block-series'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { temporaryFolder } from '../helpers/temporary-folder'
import { waitForAnalysis } from '../helpers/wait-for-analysis'

const folder = temporaryFolder()
/** more than one message between processes carries, not a multiple of it, and more than can be read at a glance */
const count = 12_345

function makeBigFolder(place: string): void {
  mkdirSync(place)
  const pixels = pixelData(new Uint8Array(8 * 8 * 2))
  for (let slice = 0; slice < count; slice++) {
    const elements = imageElements(
      {
        rows: 8,
        columns: 8,
        modality: 'CT',
        studyUid: '2.25.9100',
        seriesUid: '2.25.9101',
        instanceUid: `2.25.92${slice}`,
        position: [0, 0, slice],
        orientation: [1, 0, 0, 0, 1, 0],
        spacing: [1, 1],
        window: ['40', '400']
      },
      pixels
    )
    writeFileSync(join(place, `image${slice}`), buildDicom(elements))
  }
}

const pictures = 12_000

function makePictures(place: string): void {
  mkdirSync(place)
  for (let at = 0; at < pictures; at++) {
    const row = [at % 251, 255, 0, 128]
    writeFileSync(join(place, `picture${at}.png`), buildPng(4, 4, 8, 0, [row, row, row, row]))
  }
}

let running: RunningApp
let page: Page

async function answerDialogsWith(path: string): Promise<void> {
  await running.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
  }, path)
}

beforeAll(async () => {
  makeBlockSeries(join(folder, 'small'), 1)
  makeBigFolder(join(folder, 'big'))
  makePictures(join(folder, 'pictures'))
  running = await launchApp([join(folder, 'small')])
  page = running.page
  await waitForAnalysis(page)
  await answerDialogsWith(join(folder, 'big'))
  await page.evaluate(() => {
    const seen: string[] = []
    Object.assign(window, { seenWhileOpening: seen })
    new MutationObserver(() => {
      for (const [id, all] of [
        ['opening-text', '[data-testid=opening-text]'],
        ['chosen', '.series-card.chosen'],
        ['number', '[data-testid=slice-number]']
      ]) {
        const text = document.querySelector(all as string)?.textContent
        if (text && seen[seen.length - 1] !== `${id}: ${text}`) seen.push(`${id}: ${text}`)
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
})
afterAll(() => running.close())

const openAndCancel = async (): Promise<void> => {
  // pressed as soon as it is there
  await page.evaluate(() => {
    const watch = new MutationObserver(() => {
      const button = document.querySelector<HTMLButtonElement>('[data-testid=cancel-opening]')
      if (!button) return
      watch.disconnect()
      button.click()
    })
    watch.observe(document.body, { subtree: true, childList: true })
  })
  await page.getByTestId('open-folder').click()
  await page.waitForFunction(
    () => (window as unknown as { seenWhileOpening: string[] }).seenWhileOpening.length > 0
  )
  await page.waitForFunction(() => !document.querySelector('[data-testid=cancel-opening]'))
}

describe('a folder of thousands of files', () => {
  it('is left alone where the reader cancels its opening, and what was open stays', async () => {
    await openAndCancel()
    await page.waitForFunction(
      () => !document.querySelector('[data-testid=status-bar]')?.textContent?.includes('Opening')
    )
    expect(await page.getByTestId('series-card').count()).toBe(1)
    expect(await page.getByTestId('notice').count()).toBe(0)
  })

  it('tells how far it has come, shows series that grow, then all their slices', async () => {
    await page.getByTestId('open-folder').click()
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=series-card]').length === 2)
    await page.waitForFunction(
      (whole) => document.querySelector('.series-card.chosen')?.textContent?.includes(`CT · ${whole} images`),
      count
    )
    const seen = await page.evaluate(
      () => (window as unknown as { seenWhileOpening: string[] }).seenWhileOpening
    )
    expect(seen.join('\n')).toMatch(new RegExp(`Opening folder: \\d+ of ${count} files read`))
    // chosen and shown before all of it was there
    expect(seen.join('\n')).toMatch(/chosen: .*CT · \d+ images so far/)
    // the last slice came in the last part
    await page.getByTestId('viewport-overlay').first().focus()
    await page.keyboard.press('End')
    await page.waitForFunction(
      (last) => document.querySelector('[data-testid=slice-number]')?.textContent === String(last),
      count
    )
    expect(await page.locator('.series-card').allTextContents()).not.toContainEqual(
      expect.stringContaining('so far')
    )
    expect(running.complaints).toEqual([])
  })
  it('shows pictures as they come, lets one be looked at, and is ended when told to', async () => {
    await answerDialogsWith(join(folder, 'pictures'))
    await page.getByTestId('open-folder').click()
    const card = page.getByTestId('series-card').filter({ hasText: 'pictures' })
    await card.filter({ hasText: /OT · \d+ images so far/ }).click()
    await page.waitForFunction(() =>
      document.querySelector('[data-testid=viewport-overlay][data-shown-slice]')
    )
    await page.getByTestId('cancel-opening').click()
    await card.waitFor({ state: 'detached' })
    expect(await page.getByTestId('series-card').count()).toBe(2)
    await page.getByTestId('open-folder').click()
    await card.filter({ hasText: `OT · ${pictures} images` }).waitFor()
    await page.waitForFunction(
      () => !document.querySelector('[data-testid=status-bar]')?.textContent?.includes('Opening')
    )
    expect(running.complaints).toEqual([])
  })
})
