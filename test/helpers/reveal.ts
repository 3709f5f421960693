import type { Page } from 'playwright'

/** Ends the first look at the study on the screen, as a reader does; nothing happens where it is revealed already. */
export async function revealResult(page: Page): Promise<void> {
  await page.getByTestId('viewport-overlay').waitFor()
  const button = page.getByTestId('reveal')
  if ((await button.count()) > 0) await button.click()
}
