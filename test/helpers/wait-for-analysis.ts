import type { Page } from 'playwright'

/** Waits until every slice of the series on the screen is analysed and the findings are listed. */
export async function waitForAnalysis(page: Page, timeout = 90_000): Promise<void> {
  await page.waitForFunction(
    () => {
      const strip = document.querySelector<HTMLElement>('[data-testid=slice-strip]')?.dataset
      const idle = !document.querySelector('[data-testid=progress-text]')
      const searching = document
        .querySelector('[data-testid=findings-panel] .panel-aside')
        ?.textContent?.includes('…')
      const done = strip !== undefined && strip.analysed === strip.count
      return idle && done && !searching
    },
    null,
    { timeout }
  )
}

/** The number of the slice on the screen, from 1. */
export const sliceNumber = async (page: Page): Promise<number> =>
  Number(await page.getByTestId('slice-number').first().textContent())

/** Waits until at least so many slices of the series on the screen are analysed. */
export async function waitForSlices(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    (count) =>
      Number(document.querySelector<HTMLElement>('[data-testid=slice-strip]')?.dataset.analysed) >= count,
    count,
    { polling: 20, timeout: 90_000 }
  )
}

/** How many slices of the series on the screen are analysed. */
export const analysedSlices = async (page: Page): Promise<number> =>
  Number(await page.getByTestId('slice-strip').getAttribute('data-analysed'))
