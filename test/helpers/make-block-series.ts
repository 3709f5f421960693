import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildDicom, imageElements, pixelData, text, us } from './build-dicom'

/** A square of bright tissue inside a made-up head. Pixels of the source; right and bottom are the first outside. */
export interface Block {
  left: number
  top: number
  right: number
  bottom: number
}

export const blockSeries = {
  rows: 400,
  columns: 200,
  /** between rows, between columns: a pixel is twice as wide as high */
  spacingMm: [0.6, 1.2] as [number, number],
  block: { left: 118, top: 120, right: 132, bottom: 148 } as Block
}

/** Pixel Aspect Ratio, vertical to horizontal, as that of the spacing above; Pixel Padding Value */
const negativeFacts = [text([0x0028, 0x0034], 'IS', '1\\2'), us([0x0028, 0x0120], 0)]

/**
 * Writes an axial MR series of a round head with gentle waves and, on every slice, one bright block right of and
 * above the middle. The pixels are not square, so that any confusion of the axes shows.
 * @param finer pixels by which each pixel is divided on both axes: finer slices take longer to analyse
 * @param negative the same pictures as MONOCHROME1, Pixel Aspect Ratio in the place of Pixel Spacing, and padding of 0,
 *   which would be white, on either side
 */
export function makeBlockSeries(folder: string, count: number, finer = 1, negative = false): void {
  const rows = blockSeries.rows * finer
  const columns = blockSeries.columns * finer
  const spacingMm = blockSeries.spacingMm.map((mm) => mm / finer) as [number, number]
  const { left, right, top, bottom } = blockSeries.block
  mkdirSync(folder, { recursive: true })
  for (let slice = 0; slice < count; slice++) {
    const values = new Uint16Array(rows * columns)
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        // mm from the middle
        const across = (x + 0.5 - columns / 2) * spacingMm[1]
        const down = (y + 0.5 - rows / 2) * spacingMm[0]
        const inside = (across / 80) ** 2 + (down / 95) ** 2 < 1
        const waves = 30 * Math.sin(across / 9 + slice) * Math.cos(down / 11)
        const bright = x >= left * finer && x < right * finer && y >= top * finer && y < bottom * finer
        const value = bright ? 2000 : Math.round(600 + waves)
        const shown = inside ? value : 0
        const isPadding = Math.abs(across) > 100
        values[y * columns + x] = negative ? (isPadding ? 0 : 4000 - shown) : shown
      }
    }
    const elements = imageElements(
      {
        rows,
        columns,
        modality: 'MR',
        studyUid: '2.25.8100',
        seriesUid: negative ? '2.25.8102' : '2.25.8101',
        instanceUid: `2.25.${negative ? 83 : 82}${String(slice).padStart(3, '0')}`,
        instanceNumber: slice + 1,
        position: [-120, -120, 3 * slice],
        orientation: [1, 0, 0, 0, 1, 0],
        ...(negative
          ? { photometric: 'MONOCHROME1', window: ['3000', '2000'] as [string, string], extra: negativeFacts }
          : { spacing: spacingMm, window: ['1000', '2000'] as [string, string] })
      },
      pixelData(new Uint8Array(values.buffer))
    )
    writeFileSync(join(folder, `slice-${slice}`), buildDicom(elements))
  }
}
