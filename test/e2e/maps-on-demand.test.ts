import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { revealResult } from '../helpers/reveal'
import { waitForAnalysis } from '../helpers/wait-for-analysis'

let running: RunningApp
let page: Page

beforeAll(async () => {
  running = await launchApp()
  page = running.page
  await waitForAnalysis(page)
  await revealResult(page)
})
afterAll(() => running.close())

const progress = () => page.getByTestId('progress-text')

describe('a map that the analysis did not make', () => {
  it('is listed in its family with what it says', async () => {
    const groups = await page.getByTestId('map-choice').locator('optgroup').evaluateAll((found) =>
      found.map((group) => group.getAttribute('label'))
    ) // prettier-ignore
    expect(groups).toEqual(['Residual', 'Gradient', 'Context and restoration', 'Several models'])
    const context = page.getByTestId('map-choice').locator('option[value=context]')
    expect(await context.getAttribute('title')).toMatch(/rebuilt from its surroundings/)
  })

  it('is made when it is chosen, with progress, and shows', async () => {
    await page.getByTestId('map-choice').selectOption('restoration')
    await progress().waitFor({ timeout: 60_000 })
    await progress().waitFor({ state: 'detached', timeout: 120_000 })
    const layer = await page.evaluate(async () => {
      const api = (window as never as { nidus: Record<string, (request?: unknown) => Promise<any>> }).nidus // eslint-disable-line @typescript-eslint/no-explicit-any
      const listed = await api.listStudies()
      const series = listed.value.studies[0].series[0]
      const state = await api.analysisState({ seriesId: series.id })
      return state.value.slices.map(({ peaks }: { peaks: Record<string, number> }) => peaks.restoration)
    })
    expect(layer).toHaveLength(24)
    expect(layer.every(Number.isFinite)).toBe(true)
    if (process.env.NIDUS_PICTURE) await page.screenshot({ path: process.env.NIDUS_PICTURE })
  })

  it('can be cancelled, and the reader chooses another', async () => {
    await page.getByTestId('map-choice').selectOption('context')
    await page.getByTestId('cancel').click({ timeout: 60_000 })
    await progress().waitFor({ state: 'detached', timeout: 60_000 })
    await page.getByTestId('map-choice').selectOption('rec')
    expect(await page.getByTestId('map-choice').inputValue()).toBe('rec')
    expect(running.complaints).toEqual([])
  })
})
