import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ModelManifest } from '../../src-main/contract/manifest'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { seedVerdicts } from '../helpers/seed-verdicts'
import { waitForAnalysis } from '../helpers/wait-for-analysis'

let running: RunningApp
let page: Page
let manifest: ModelManifest

const textOf = async (testId: string): Promise<string> =>
  (await page.getByTestId(testId).first().textContent()) ?? ''
const openThresholds = async (): Promise<void> => {
  await page.getByTestId('thresholds').click()
  await page.getByTestId('calibration-counts').waitFor()
}
const chooseInMenu = (label: string): Promise<void> =>
  running.app.evaluate(({ Menu }, label) => {
    const items = Menu.getApplicationMenu()!.items.flatMap((item) => item.submenu?.items ?? [])
    items.find((item) => item.label === label)!.click()
  }, label)
const closeSheet = (): Promise<void> => page.keyboard.press('Escape')
const versionInStamp = async (): Promise<string> => {
  const stamp = page.getByTestId('stamp')
  return (await stamp.textContent()) ?? ''
}

beforeAll(async () => {
  running = await launchApp([], {
    prepare: async (userData) => {
      ;({ manifest } = await seedVerdicts(userData, { studies: 220, changeAt: 170 }))
    }
  })
  page = running.page
  await waitForAnalysis(page)
})
afterAll(() => running.close())

describe('recalibrating from verdicts', () => {
  it('starts with the threshold of the model', async () => {
    const own = manifest.thresholds.find(({ map }) => map === manifest.maps.default)!
    expect(await versionInStamp()).toContain(`${own.id} ${own.version}`)
    await openThresholds()
    expect(await textOf('calibration-counts')).toMatch(/^\d+ verdicts on 220 studies, 220 read completely$/)
    await page.getByTestId('current-threshold').waitFor()
    expect(await textOf('current-threshold')).toBe(own.value.toFixed(2))
  })

  it('proposes a threshold with figures before and after, by scanner, and says what is not known', async () => {
    const table = await textOf('comparison-table')
    for (const group of ['All images', 'MR · ACME Field 1', 'MR · ACME Field 2', 'MR · ACME Field 3']) {
      expect(table).toContain(group)
    }
    expect(table).toMatch(/Sensitivity\d+ % \(\d+(\.\d)? % to \d+(\.\d)? %\)/)
    expect(table).toMatch(/\d+ stay, \d+ go/)
    expect(await textOf('blind-spots')).toContain('220 of 220 studies')
    expect(await page.getByTestId('score-plot').getAttribute('aria-label')).toContain('Held-out scores')
  })

  it('learns anew by another method, and refuses plainly where a method can not', async () => {
    const before = await textOf('proposed-threshold')
    await page.getByTestId('option-percent').fill('99')
    await page.keyboard.press('Enter')
    await page.waitForFunction((before) => {
      const shown = document.querySelector('[data-testid=proposed-threshold]')?.textContent
      return shown !== undefined && shown !== null && shown !== before
    }, before)
    expect(Number(await textOf('proposed-threshold'))).toBeGreaterThan(Number(before))
    await page.getByTestId('method-choice').selectOption('rolling-mad')
    await page.getByTestId('proposed-threshold').waitFor()
    // the only verdicts on one protocol of one scanner are far fewer than a proposal needs
    const profiles = await page.getByTestId('profile-choice').locator('option').allTextContents()
    const field3 = profiles.findIndex((text) => text.includes('Field 3'))
    await page.getByTestId('profile-choice').selectOption(String(field3))
    await page.getByTestId('proposal-refusal').waitFor()
    expect(await textOf('proposal-refusal')).toMatch(
      /No proposal\. A proposal needs 50 verdicts to learn from; there are \d+, so \d+ are missing/
    )
    await page.getByTestId('profile-choice').selectOption('0')
    await page.getByTestId('method-choice').selectOption('percentile')
    await page.getByTestId('proposed-threshold').waitFor()
  })

  it('shows drift over time and what to do', async () => {
    await page.getByTestId('tab-drift').click()
    await page.getByTestId('drift-checks').waitFor()
    expect(await page.getByTestId('drift-state').getAttribute('data-state')).toBe('recalibrate')
    expect(await textOf('drift-advice')).toContain('recalibrate on recent confirmed normals')
    for (const plot of ['plot-ks', 'plot-psi', 'plot-p95', 'plot-move', 'plot-rejected']) {
      expect(await page.getByTestId(plot).getAttribute('aria-label')).toMatch(
        /over time, \d+ points from 2026-/
      )
    }
    await page.getByTestId('tab-proposal').click()
  })

  it('becomes a version when a person approves with name and reason', async () => {
    await page.getByTestId('approve').click()
    expect(await page.getByTestId('sign-submit').isDisabled()).toBe(true)
    await page.getByTestId('sign-name').fill('Dr. B. Approver')
    await page.getByTestId('sign-reason').fill('Monthly review')
    await page.getByTestId('sign-submit').click()
    await page.getByTestId('threshold-history').waitFor()
    const history = await textOf('threshold-history')
    for (const told of ['site-1', 'in use', 'Dr. B. Approver', 'Monthly review', 'percentile, slices']) {
      expect(history).toContain(told)
    }
    expect(await textOf('in-use-version')).toBe('site-1')
    await closeSheet()
  })

  it('is in use at once in the study that was open, and names its version', async () => {
    await page.waitForFunction(() =>
      document.querySelector('[data-testid=stamp]')?.textContent?.includes('site-1')
    )
    expect(await page.getByTestId('threshold-name').inputValue()).toBe('site')
    expect(await page.getByTestId('threshold-reset').isDisabled()).toBe(true)
  })

  it('is in use when the study is opened again', async () => {
    const value = await page.getByTestId('threshold-number').inputValue()
    await chooseInMenu('&Close All Studies')
    await page.getByTestId('series-card').waitFor({ state: 'detached' })
    await chooseInMenu('Open &Demo Study')
    await page.getByTestId('series-card').waitFor()
    await waitForAnalysis(page)
    expect(await versionInStamp()).toContain('site-1')
    expect(await page.getByTestId('threshold-number').inputValue()).toBe(value)
  })

  it('gives way again when it is rolled back', async () => {
    const own = manifest.thresholds.find(({ map }) => map === manifest.maps.default)!
    await chooseInMenu('&Thresholds…')
    await page.getByTestId('calibration-counts').waitFor()
    await page.getByTestId('tab-history').click()
    await page.getByTestId('withdraw').click()
    await page.getByTestId('sign-reason').fill('Too strict for small lesions')
    await page.getByTestId('sign-submit').click()
    await page.waitForFunction(() =>
      document.querySelector('[data-testid=threshold-history]')?.textContent?.includes('taken out of use')
    )
    expect(await textOf('in-use-version')).toBe(`${own.id} ${own.version}`)
    await page.getByTestId('roll-back-site-1').click()
    await page.getByTestId('sign-reason').fill('The earlier one was right')
    await page.getByTestId('sign-submit').click()
    await page.waitForFunction(() =>
      document
        .querySelector('[data-testid=threshold-history]')
        ?.textContent?.includes('rolled back to site-1')
    )
    await closeSheet()
    await page.waitForFunction(() =>
      document.querySelector('[data-testid=stamp]')?.textContent?.includes('site-3')
    )
  })

  it('complains of nothing', () => {
    expect(running.complaints).toEqual([])
  })
})
