import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import sharp from 'sharp'

/**
 * Keeps what the window shows as a PNG of 256 colours, `NAME.png` in the folder that NIDUS_GUIDE_PICTURES names: the
 * pictures of the user guide. Without the variable nothing is kept.
 */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env.NIDUS_GUIDE_PICTURES
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  const picture = await page.screenshot()
  await sharp(picture)
    .png({ palette: true, compressionLevel: 9 })
    .toFile(join(folder, `${name}.png`))
}
