import type { Page } from 'playwright'

/** Waits until every slice of the series on the screen is analysed and the findings are listed. */
export async function waitForAnalysis(page: Page, timeout = 90_000): Promise<void> {
  await page.waitForFunction(
    () => {
      const slices = [...document.querySelectorAll('.strip-slice')]
      const idle = !document.querySelector('[data-testid=progress-text]')
      const searching = document
        .querySelector('[data-testid=findings-panel] .panel-aside')
        ?.textContent?.includes('…')
      const done =
        slices.length > 0 && slices.every((slice) => slice.getAttribute('data-analysed') === 'true')
      return idle && done && !searching
    },
    null,
    { timeout }
  )
}

/** The number of the slice on the screen, from 1. */
export const sliceNumber = async (page: Page): Promise<number> =>
  Number(await page.getByTestId('slice-number').first().textContent())
