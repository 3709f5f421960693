import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, repositoryRoot, type RunningApp } from '../helpers/launch-app'
import { runNidus } from '../helpers/run-nidus'
import { sliceNumber, waitForAnalysis } from '../helpers/wait-for-analysis'

/** The same user data in every start: verdicts are to be there again. */
let data: string
let running: RunningApp
let page: Page

async function start(): Promise<void> {
  running = await launchApp([], { env: { NIDUS_DATA: data } })
  page = running.page
  await waitForAnalysis(page)
}

const textOf = async (testId: string): Promise<string> =>
  (await page.getByTestId(testId).first().textContent()) ?? ''
const count = (testId: string): Promise<number> => page.getByTestId(testId).count()
const giveName = async (name: string): Promise<void> => {
  await page.getByTestId('reader-name').fill(name)
  await page.keyboard.press('Enter')
  await page.getByTestId('reader-sheet').waitFor({ state: 'detached' })
}
/** The list shows as many rows as have room, so findings are counted where it says their number. */
const findingsListed = async (): Promise<number> =>
  Number(await page.locator('[data-testid=findings-panel] .panel-aside').textContent())
const choose = async (rank: number): Promise<void> => {
  await page.locator(`[data-rank="${rank}"] [data-testid=finding]`).click()
  await page.waitForFunction(
    (rank) =>
      document.querySelector('[data-testid=verdict-on-finding]')?.textContent?.includes(`Finding ${rank}`),
    rank
  )
}
const judged = (number: number): Promise<unknown> =>
  page.waitForFunction(
    (number) =>
      document.querySelector('[data-testid=verdict-on-finding]')?.textContent?.includes(`${number} of `),
    number
  )
const pressed = (kind: string): Promise<unknown> =>
  page.waitForSelector(`[data-testid=verdict-${kind}][aria-pressed=true]`)
const goToSlice = async (number: number): Promise<void> => {
  await page.keyboard.press('Home')
  for (let i = 1; i < number; i += 1) await page.keyboard.press('ArrowDown')
  expect(await sliceNumber(page)).toBe(number)
  await page.waitForSelector(`[data-testid=viewport-overlay][data-shown-slice="${number - 1}"]`)
}
/** Drags the left button over the pane; positions from its middle, CSS pixels. */
async function drag(points: [number, number][]): Promise<{ x: number; y: number }> {
  const box = await page.getByTestId('viewport-overlay').boundingBox()
  if (!box) throw new Error('no pane')
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const [[x, y], ...rest] = points
  await page.mouse.move(middle.x + x, middle.y + y)
  await page.mouse.down()
  for (const [toX, toY] of rest) await page.mouse.move(middle.x + toX, middle.y + toY, { steps: 4 })
  await page.mouse.up()
  return middle
}
const answerDialogs = (path: string): Promise<void> =>
  running.app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: path })
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] })
  }, path)
const closeSheet = async (): Promise<void> => {
  await page.keyboard.press('Escape')
  await page.getByTestId('sheet').waitFor({ state: 'detached' })
}

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'nidus-verdicts-'))
  await start()
})
afterAll(async () => {
  await running.close()
  rmSync(data, { recursive: true, force: true })
})
afterEach(() => expect(running.complaints).toEqual([]))

describe('what a reader says', () => {
  it('asks who reads at the first verdict, and not again', async () => {
    await choose(1)
    await page.keyboard.press('y')
    await page.getByTestId('reader-sheet').waitFor()
    await giveName('A. Reader')
    await pressed('confirm')
    expect(await textOf('reader')).toContain('A. Reader')
  })

  it('rejects by digit and by click, with a reason, and says that it is unsure', async () => {
    await choose(2)
    await page.keyboard.press('x')
    await page.getByTestId('reason-chooser').waitFor()
    await page.keyboard.press('2')
    await pressed('reject')
    expect(await page.getByTestId('verdict-reject').getAttribute('title')).toContain('Rejected: artefact')
    await choose(3)
    await page.getByTestId('verdict-reject').click()
    await page.getByTestId('reason-normal-variant').click()
    await pressed('reject')
    expect(await page.getByTestId('verdict-reject').getAttribute('title')).toContain('normal variant')
    await choose(4)
    await page.keyboard.press('u')
    await pressed('unsure')
    expect(await textOf('verdict-on-finding')).toContain('4 of')
    // the digit chose a reason and no display window
    await judged(4)
  })

  it('keeps a remark', async () => {
    await page.getByTestId('remark').fill('motion?')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() =>
      [...document.querySelectorAll('[data-testid=verdict-badge]')].some((badge) =>
        badge.getAttribute('title')?.includes('motion?')
      )
    )
  })

  it('takes the last word back and says it again by keys', async () => {
    // the remark was a row of its own, and so comes off first
    await page.keyboard.press('Control+z')
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[data-testid=remark]')?.value === ''
    )
    await page.keyboard.press('Control+z')
    await judged(3)
    await page.keyboard.press('Control+Shift+z')
    await judged(4)
    await pressed('unsure')
    await page.keyboard.press('Control+Shift+z')
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[data-testid=remark]')?.value === 'motion?'
    )
  })

  it('draws what the model missed, with an ellipse, an outline and a brush', async () => {
    await goToSlice(8)
    await page.keyboard.press('q')
    const middle = await drag([
      [-120, -60],
      [-40, 0]
    ])
    await page.getByTestId('own-missed').waitFor()
    // an ellipse from corner to corner fills the box that was dragged, 80 by 60
    const outline = await page
      .locator('[data-testid=missed-mark] path')
      .last()
      .evaluate((path) => {
        const { x, y, width, height } = (path as SVGPathElement).getBBox()
        const pane = (path as SVGPathElement).ownerSVGElement!.getBoundingClientRect()
        return [pane.x + x, pane.y + y, width, height]
      })
    const dragged = [middle.x - 120, middle.y - 60, 80, 60]
    outline.forEach((side, i) => expect(Math.abs(side - dragged[i])).toBeLessThan(1))
    await goToSlice(9)
    await page.keyboard.press('Shift+q')
    await drag([
      [20, -80],
      [90, -70],
      [80, -10],
      [30, -20]
    ])
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=own-missed]').length === 2)
    await goToSlice(10)
    await page.keyboard.press('b')
    await page.getByTestId('brush-radius').fill('3')
    await drag([
      [-80, 60],
      [-30, 60]
    ])
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=own-missed]').length === 3)
    // a stroke that touches the one before belongs to the same finding
    await drag([
      [-55, 50],
      [-55, 80]
    ])
    await page.waitForFunction(() => document.querySelectorAll('.missed-mark .brushed').length === 2)
    expect(await count('own-missed')).toBe(3)
    await page.keyboard.press('Escape')
  })

  it('calls a slice normal, but not one on which something was found', async () => {
    await goToSlice(11)
    await page.keyboard.press('k')
    await page.getByTestId('normal-mark').waitFor()
    expect(await textOf('normal-mark')).toContain('Slice normal, A. Reader')
    await goToSlice(8)
    await page.keyboard.press('k')
    await page.waitForSelector('.notice.error')
    expect(await page.locator('.notice.error').textContent()).toContain('Take that back')
    expect(await page.getByTestId('slice-normal').getAttribute('aria-pressed')).toBe('false')
    await page.locator('.notice.error button').click()
  })

  it('says which findings are open before the study counts as read', async () => {
    await page.getByTestId('study-complete').click()
    await page.getByTestId('complete-anyway').waitFor()
    await page.getByTestId('complete-anyway').click()
    await page.waitForSelector('[data-testid=study-complete][aria-pressed=true]')
  })
})

describe('after a restart', () => {
  it('shows nobody’s verdicts until somebody says who reads, and then their own', async () => {
    await running.close()
    await start()
    expect(await count('verdict-badge')).toBe(0)
    await page.getByTestId('reader').click()
    await page.getByTestId('recent-reader').first().click()
    await judged(4)
    expect(await count('own-missed')).toBe(3)
    await page.waitForSelector('[data-testid=study-complete][aria-pressed=true]')
    await goToSlice(11)
    await page.getByTestId('normal-mark').waitFor()
  })

  it('finds them again at another threshold, on the findings that are left', async () => {
    const before = await findingsListed()
    const listed = (wanted: 'fewer' | 'all') =>
      page.waitForFunction(
        ([wanted, before]) => {
          const number = Number(
            document.querySelector('[data-testid=findings-panel] .panel-aside')?.textContent
          )
          return wanted === 'fewer' ? number < before : number === before
        },
        [wanted, before] as const
      )
    await choose(1)
    const field = page.getByTestId('threshold-number')
    await field.fill(String(Number(await field.inputValue()) * 1.3))
    await page.keyboard.press('Enter')
    // the field keeps the keys for as long as it has the focus
    await field.blur()
    await listed('fewer')
    // the four judged findings are the highest, and stay over a threshold that is a third higher
    await judged(4)
    await page.getByTestId('threshold-reset').click()
    await listed('all')
    await judged(4)
  })

  it('keeps the store whole', async () => {
    await page.getByTestId('open-verdict-data').click()
    await page.getByTestId('data-audit').click()
    await page.getByTestId('verify').click()
    await page.waitForSelector('[data-testid=audit-result][data-ok=true]')
    await closeSheet()
  })
})

describe('a second reader', () => {
  it('is blind to the first', async () => {
    await page.getByTestId('reader').click()
    await giveName('B. Reader')
    await judged(0)
    expect(await count('verdict-badge-other')).toBe(0)
    expect(await count('own-missed')).toBe(0)
    expect(await count('missed-mark')).toBe(0)
    expect(await textOf('other-readers')).toContain('1 other reader; hidden from you')
    expect(await page.getByTestId('open-unblind').isDisabled()).toBe(true)
  })

  it('sees both and their agreement once the own reading is complete', async () => {
    const said = ['y', 'x1', 'y', 'u']
    for (const [place, keys] of said.entries()) {
      await choose(place + 1)
      for (const key of keys) await page.keyboard.press(key)
      await judged(place + 1)
    }
    await page.getByTestId('study-complete').click()
    await page.getByTestId('complete-anyway').click()
    await page.waitForSelector('[data-testid=study-complete][aria-pressed=true]')
    await page.getByTestId('open-unblind').click()
    await page.getByTestId('unblind-reason').fill('consensus')
    await page.getByTestId('unblind-confirm').click()
    await page.getByTestId('agreement').waitFor()
    // A: confirm, reject, reject, unsure; B: confirm, reject, confirm, unsure. Observed 3/4; by chance
    // (1*2 + 2*1 + 1*1) / 16 = 0.3125; kappa (0.75 - 0.3125) / (1 - 0.3125) = 0.636
    expect(await textOf('agreement-pair')).toContain('agree on 3 of 4 findings')
    expect(await textOf('agreement-pair')).toContain('kappa 0.64')
    expect(await count('agreement-finding')).toBe(4)
    await closeSheet()
    expect(await count('verdict-badge-other')).toBe(4)
    await goToSlice(8)
    await page.getByTestId('missed-mark').waitFor()
    expect(await textOf('missed-mark')).toContain('A. Reader')
  })
})

describe('verdicts and data', () => {
  it('leave as COCO JSON and return without doubling', async () => {
    const file = join(data, 'out.coco.json')
    await page.getByTestId('open-verdict-data').click()
    await answerDialogs(file)
    await page.getByTestId('export').click()
    await page.getByTestId('transfer-outcome').waitFor()
    const coco = JSON.parse(readFileSync(file, 'utf8')) as { annotations: unknown[] }
    // of both readers: four findings each, three drawings; normal slices are no annotations
    expect(coco.annotations.length).toBeGreaterThanOrEqual(11)
    expect(readFileSync(file, 'utf8')).not.toContain('NIDUS PHANTOM')
    await page.getByTestId('import-files').click()
    await page.waitForFunction(() =>
      document.querySelector('[data-testid=transfer-outcome]')?.textContent?.includes('0 verdicts added')
    )
  })

  it('leave as a folder to train on, with the slices that are open', async () => {
    const folder = join(data, 'training')
    await answerDialogs(folder)
    await page.getByTestId('format-training').check()
    await page.getByTestId('export').click()
    await page.waitForFunction(() =>
      document.querySelector('[data-testid=transfer-outcome]')?.textContent?.includes('normal slices')
    )
    const index = readFileSync(join(folder, 'index.csv'), 'utf8')
    const rows = index.trim().split(/\r?\n/).slice(1)
    expect(rows.length).toBeGreaterThan(3)
    for (const row of rows) expect(existsSync(join(folder, row.split(',')[0]))).toBe(true)
  })

  it('are copied, and a copy is put back after a question', async () => {
    await page.getByTestId('data-copies').click()
    await page.getByTestId('copy-now').click()
    await page.getByTestId('copy').first().waitFor()
    await closeSheet()
    await goToSlice(12)
    await page.keyboard.press('k')
    await page.getByTestId('normal-mark').waitFor()
    await page.getByTestId('open-verdict-data').click()
    await page.getByTestId('data-copies').click()
    await page.getByTestId('restore').first().click()
    await page.getByTestId('restore-confirm').waitFor()
    await page.getByTestId('restore-confirm').click()
    await page.getByTestId('restore-outcome').waitFor()
    await closeSheet()
    await page.getByTestId('reader').click()
    await giveName('B. Reader')
    await judged(4)
    expect(await count('normal-mark')).toBe(0)
  })

  it('are whole for the command line as well', async () => {
    await running.app.close()
    const { code, stdout } = await runNidus(join(repositoryRoot, 'out', 'main'), data, { NIDUS_DATA: data }, [
      'audit',
      'verify',
      '--json'
    ])
    expect(code).toBe(0)
    const { ok, audit } = JSON.parse(stdout) as { ok: boolean; audit: { restores: unknown[] } }
    expect(ok).toBe(true)
    // done openly, and therefore in the log
    expect(audit.restores).toHaveLength(1)
  })
})
