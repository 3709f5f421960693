import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildDicom, imageElements, pixelData } from '../helpers/build-dicom'
import { seededNumbers } from '../unit/src-main/gradient/tiny-model'

/**
 * Writes an axial MR series of a made-up head, uncompressed, 16 bits: an ellipsoid with gentle waves, noise and one
 * bright ball on a noisy background.
 */
export function makeHeadSeries(folder: string, slices: number, size: number): void {
  mkdirSync(folder, { recursive: true })
  const random = seededNumbers(slices)
  for (let z = 0; z < slices; z++) {
    const values = new Uint16Array(size * size)
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const across = x / size - 0.5
        const down = y / size - 0.5
        const along = z / slices - 0.5
        const inside = (across / 0.37) ** 2 + (down / 0.43) ** 2 + (along / 0.6) ** 2 < 1
        const ball = (across - 0.1) ** 2 + (down + 0.1) ** 2 + along ** 2 < 0.0016
        const tissue = 600 + 150 * Math.sin(28 * across + 4 * along) * Math.cos(23 * down)
        values[y * size + x] = inside ? tissue + 60 * random() + (ball ? 900 : 0) : 12 * random()
      }
    }
    const elements = imageElements(
      {
        rows: size,
        columns: size,
        modality: 'MR',
        studyUid: '2.25.9100',
        seriesUid: '2.25.9101',
        instanceUid: `2.25.92${String(z).padStart(4, '0')}`,
        instanceNumber: z + 1,
        position: [-120, -120, z],
        orientation: [1, 0, 0, 0, 1, 0],
        spacing: [240 / size, 240 / size],
        window: ['600', '1200']
      },
      pixelData(new Uint8Array(values.buffer))
    )
    writeFileSync(join(folder, `slice-${z}`), buildDicom(elements))
  }
}
