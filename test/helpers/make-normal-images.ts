import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'

/**
 * Writes a folder of made-up normal images as 8-bit grey PNG: an ellipse with waves that change a little from image
 * to image, on black. Deterministic.
 */
export async function makeNormalImages(
  folder: string,
  count: number,
  rows = 72,
  columns = 72
): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (let image = 0; image < count; image++) {
    const values = new Uint8Array(rows * columns)
    const wide = 0.36 + 0.05 * Math.sin(1.7 * image)
    const high = 0.42 - 0.04 * Math.cos(2.3 * image)
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const inside = ((y - rows / 2) / (high * rows)) ** 2 + ((x - columns / 2) / (wide * columns)) ** 2 < 1
        const waves = Math.sin(0.21 * x + image) * Math.cos(0.17 * y - 0.6 * image)
        values[y * columns + x] = inside ? Math.round(120 + 60 * waves + 10 * Math.sin(0.9 * x * y)) : 0
      }
    }
    await sharp(values, { raw: { width: columns, height: rows, channels: 1 } })
      .png()
      .toFile(join(folder, `normal-${String(image).padStart(3, '0')}.png`))
  }
}
