import sharp from 'sharp'
import { infernoColours } from '../contract/inferno-colours'

/**
 * A map as a colour picture on the source grid: 8-bit RGB PNG in 'inferno'. The scale is fixed, never fitted to
 * the image: score 0 (the median of normals) and below is black, the threshold is the middle of the scale, twice
 * the threshold and above is its end.
 * @param map [rows * columns], score units
 * @param threshold score units, above 0
 */
export async function heatmapPng(
  map: Float32Array,
  rows: number,
  columns: number,
  threshold: number
): Promise<Buffer> {
  const rgb = Buffer.alloc(map.length * 3)
  for (let i = 0; i < map.length; i++) {
    const level = Math.min(255, Math.max(0, Math.round((map[i] / (2 * threshold)) * 255)))
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = infernoColours[3 * level + c]
  }
  return sharp(rgb, { raw: { width: columns, height: rows, channels: 3 } })
    .png()
    .toBuffer()
}
