import { join } from 'node:path'
import type { Page } from 'playwright'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { makeBlockSeries } from '../helpers/make-block-series'
import { colouredPixels, panePixels } from '../helpers/pane-pixels'
import { temporaryFolder } from '../helpers/temporary-folder'
import { waitForAnalysis } from '../helpers/wait-for-analysis'

const room = temporaryFolder()
const folder = join(room, 'blocks')
let running: RunningApp
let page: Page

const heat = async (): Promise<number> => colouredPixels(await panePixels(page)).length
const listed = async (): Promise<number> =>
  Number(await page.getByTestId('finding-list').getAttribute('data-count'))

describe('a first look at a study of a patient', () => {
  beforeAll(async () => {
    makeBlockSeries(folder, 4)
    running = await launchApp([folder])
    page = running.page
    await waitForAnalysis(page)
  })
  afterAll(() => running.close())

  it('shows nothing of what the model says while the analysis runs to its end', async () => {
    expect(await heat()).toBe(0)
    expect(await page.getByTestId('viewport-overlay').getAttribute('data-heatmap')).toBe('hidden')
    expect(await page.getByTestId('finding').count()).toBe(0)
    expect(await page.locator('.finding-mark').count()).toBe(0)
    expect(await page.getByTestId('colour-bar').count()).toBe(0)
    expect(await page.getByTestId('histogram').count()).toBe(0)
    expect(await page.getByTestId('slice-strip').getAttribute('data-scores')).toBe('hidden')
    expect(await page.getByTestId('slice-score').textContent()).toBe('hidden')
    for (const key of ['o', 'n', 'm', 'Shift+O']) await page.keyboard.press(key)
    expect(await heat()).toBe(0)
    expect(await page.getByTestId('first-look').textContent()).toContain('First look')
  })

  it('shows all of it once the reader reveals it with Enter', async () => {
    await page.keyboard.press('Enter')
    await page.getByTestId('finding').first().waitFor()
    expect(await page.getByTestId('slice-strip').getAttribute('data-scores')).toBe('shown')
    await page.getByTestId('finding').first().click()
    expect(await heat()).toBeGreaterThan(50)
    expect(await page.getByTestId('reveal').count()).toBe(0)
  })
})

/** What the store keeps of the study on the screen, in the order in which it was said. */
const kept = (): Promise<{ revealed: boolean; verdicts: [kind: string, beforeReveal: boolean][] }> =>
  page.evaluate(async () => {
    const list = await window.nidus.listStudies()
    if (!list.ok) throw new Error('no studies')
    const answer = await window.nidus.studyVerdicts({ seriesId: list.value.studies[0].series[0].id })
    if (!answer.ok || !answer.value) throw new Error('no verdicts')
    const { reading, verdicts } = answer.value
    const inOrder = [...verdicts].sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1))
    return {
      revealed: reading.revealed,
      verdicts: inOrder.map(({ kind, beforeReveal }) => [kind, beforeReveal])
    }
  })

describe('what is kept of a first look', () => {
  const nameReader = async (): Promise<void> => {
    await page.getByTestId('reader-name').fill('A. Reader')
    await page.keyboard.press('Enter')
    await page.getByTestId('reader-sheet').waitFor({ state: 'detached' })
  }
  const rejectFirst = async (): Promise<void> => {
    await page.getByTestId('finding').first().click()
    await page.keyboard.press('x')
  }
  const giveReason = async (): Promise<void> => {
    await page.getByTestId('reason-chooser').waitFor()
    await page.keyboard.press('2')
    await page.waitForSelector('[data-testid=verdict-reject][aria-pressed=true]')
  }
  beforeEach(async () => {
    makeBlockSeries(folder, 4)
    running = await launchApp([folder])
    page = running.page
    await waitForAnalysis(page)
  })
  afterEach(() => running.close())

  it('tells a verdict given before the reveal from one given after it', async () => {
    await page.keyboard.press('k')
    await nameReader()
    await page.waitForSelector('[data-testid=slice-normal][aria-pressed=true]')
    expect(await kept()).toEqual({ revealed: false, verdicts: [['slice-normal', true]] })
    await page.keyboard.press('Enter')
    await rejectFirst()
    await giveReason()
    expect(await kept()).toEqual({
      revealed: true,
      verdicts: [
        ['slice-normal', true],
        ['reject', false]
      ]
    })
  })

  it('knows of a reveal by a reader who gives a name only at the first verdict', async () => {
    await page.keyboard.press('Enter')
    await rejectFirst()
    await nameReader()
    await giveReason()
    expect(await kept()).toEqual({ revealed: true, verdicts: [['reject', false]] })
  })
})

describe('an image that fills its frame, as no head does', () => {
  it('is said to be outside of what the model was trained on', async () => {
    const path = join(room, 'ramp.png')
    const ramp = Uint8Array.from({ length: 160 * 160 }, (_, i) => 60 + (i % 160) + (Math.floor(i / 160) % 30))
    await sharp(ramp, { raw: { width: 160, height: 160, channels: 1 } })
      .png()
      .toFile(path)
    running = await launchApp([path])
    try {
      await waitForAnalysis(running.page)
      await running.page.getByTestId('outside-training').waitFor()
      const words = await running.page.getByTestId('outside-training').textContent()
      expect(words).toMatch(/trained on.*outline of the patient differs by \d.*distance \d/)
    } finally {
      await running.close()
    }
  })
})

describe('the heatmap of the demo study as evidence', () => {
  beforeAll(async () => {
    running = await launchApp()
    page = running.page
    await waitForAnalysis(page)
    await page.waitForSelector('.finding-row.chosen')
  })
  afterAll(() => running.close())

  it('needs no reveal, since the study holds no patient, and looks like the training images', async () => {
    expect(await page.getByTestId('reveal').count()).toBe(0)
    expect(await heat()).toBeGreaterThan(200)
    expect(await page.getByTestId('outside-training').count()).toBe(0)
  })

  it('joins a planted lesion over its slices, with a volume', async () => {
    const first = page.getByTestId('finding').first()
    const [from, to] = [
      await first.getAttribute('data-first-slice'),
      await first.getAttribute('data-last-slice')
    ]
    expect(Number(to)).toBeGreaterThan(Number(from))
    expect(await first.textContent()).toMatch(/ (cm³|mm³)/)
    expect(await first.textContent()).toContain(`slices ${from}–${to}`)
  })

  it('gives way while J is held, and comes back', async () => {
    await page.keyboard.down('j')
    expect(await heat()).toBe(0)
    await page.keyboard.up('j')
    expect(await heat()).toBeGreaterThan(200)
  })

  it('draws a contour instead of areas', async () => {
    await page.keyboard.press('Shift+O')
    await page.getByTestId('contour').waitFor()
    expect(await heat()).toBe(0)
    expect(await page.locator('.contour-marks path').first().getAttribute('d')).toMatch(/^M.*Z$/)
    await page.getByTestId('contour-toggle').click()
    await page.getByTestId('contour').waitFor({ state: 'detached' })
    expect(await heat()).toBeGreaterThan(200)
  })

  it('moves the threshold in the histogram, and the findings with it', async () => {
    const before = await listed()
    await page.getByTestId('histogram-plot').waitFor()
    expect(await page.getByTestId('histogram-normal').count()).toBe(1)
    const plot = await page.getByTestId('histogram-plot').boundingBox()
    if (!plot) throw new Error('no histogram')
    const highest = Number(await page.getByTestId('threshold-slider').getAttribute('max'))
    await page.mouse.move(plot.x + plot.width * 0.5, plot.y + 40)
    await page.mouse.down()
    await page.mouse.move(plot.x + plot.width * 0.7, plot.y + 40, { steps: 4 })
    await page.mouse.up()
    const threshold = Number(await page.getByTestId('threshold-number').inputValue())
    // the plot spans the colour scale, from 0 to its end
    expect(Math.abs(threshold - 0.7 * highest)).toBeLessThan(0.02 * highest)
    await page.waitForFunction(
      (before) =>
        Number(document.querySelector<HTMLElement>('[data-testid=finding-list]')?.dataset.count ?? 0) <
        before,
      before
    )
    await page.getByTestId('histogram-threshold').focus()
    await page.keyboard.press('ArrowLeft')
    expect(Number(await page.getByTestId('threshold-number').inputValue())).toBeLessThan(threshold)
    await page.getByTestId('threshold-reset').click()
  })

  it('keeps settings for the next start', async () => {
    await page.getByTestId('settings').click()
    await page.getByTestId('settings-heatmap').click()
    await page.getByTestId('setting-heatmap-colours').selectOption('cividis')
    await page.keyboard.press('Escape')
    expect(await heat()).toBeGreaterThan(100)
    const { settings } = await page.evaluate(async () => {
      const answer = await window.nidus.settings()
      if (!answer.ok) throw new Error('no settings')
      return answer.value
    })
    expect(settings.heatmapColours).toBe('cividis')
    expect(running.complaints).toEqual([])
  })
})
