import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'

/**
 * Writes a folder of made-up head-like slices as 16-bit PNG: an ellipse with waves, other on every slice, and one
 * bright square on the slices named. Deterministic.
 * @param bright slice -> [left, top, side] of a square at full brightness
 */
export async function makePngStudy(
  folder: string,
  count: number,
  bright: Record<number, [left: number, top: number, side: number]> = {},
  rows = 80,
  columns = 72
): Promise<string[]> {
  mkdirSync(folder, { recursive: true })
  const paths: string[] = []
  for (let slice = 0; slice < count; slice++) {
    const values = new Uint16Array(rows * columns)
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const inside = ((y - rows / 2) / (0.4 * rows)) ** 2 + ((x - columns / 2) / (0.4 * columns)) ** 2 < 1
        const waves = Math.sin(0.31 * x + slice) * Math.cos(0.23 * y - 0.7 * slice)
        values[y * columns + x] = inside ? Math.round(20000 + 3000 * waves) : 0
      }
    }
    const [left, top, side] = bright[slice] ?? [0, 0, 0]
    for (let y = top; y < top + side; y++) values.fill(65535, y * columns + left, y * columns + left + side)
    const path = join(folder, `slice-${String(slice).padStart(3, '0')}.png`)
    await sharp(values, { raw: { width: columns, height: rows, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(path)
    paths.push(path)
  }
  return paths
}
