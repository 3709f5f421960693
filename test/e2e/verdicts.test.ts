import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { waitForAnalysis } from '../helpers/wait-for-analysis'

let running: RunningApp
let page: Page
const shots = process.env.NIDUS_SHOTS
const shot = async (name: string): Promise<void> => {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: join(shots, `${name}.png`) })
}

beforeAll(async () => {
  running = await launchApp()
  page = running.page
  await waitForAnalysis(page)
})
afterAll(() => running.close())

describe('verdicts', () => {
  it('asks who reads, once', async () => {
    await shot('1-before')
    await page.keyboard.press('y')
    await page.getByTestId('reader-name').fill('A. Reader')
    await shot('2-reader')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-testid=verdict-confirm].pressed')
    await shot('3-confirmed')
    await page.keyboard.press('n')
    await page.keyboard.press('x')
    await page.waitForSelector('[data-testid=reason-chooser]')
    await shot('4-reason')
    await page.keyboard.press('2')
    await page.waitForSelector('[data-testid=verdict-reject].pressed')
    await shot('5-rejected')
    await page.getByTestId('open-verdict-data').click()
    await page.waitForSelector('[data-testid=verdict-counts]')
    await shot('6-data')
    await page.getByTestId('data-copies').click()
    await page.getByTestId('copy-now').click()
    await page.waitForSelector('[data-testid=copy]')
    await shot('7-copies')
    await page.getByTestId('data-audit').click()
    await page.getByTestId('verify').click()
    await page.waitForSelector('[data-testid=audit-result]')
    await shot('8-audit')
    expect(running.complaints).toEqual([])
  })
})
