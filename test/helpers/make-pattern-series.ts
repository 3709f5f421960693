import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildDicom, imageElements, pixelData, text } from './build-dicom'

/** What a series of test slices says of itself. */
export interface PatternSeries {
  seriesUid: string
  description?: string
  frameOfReferenceUid?: string
  rows: number
  columns: number
  /** mm between rows, between columns */
  spacing: [number, number]
  /** cosines of rows and of columns; axial by default */
  orientation?: number[]
  /** Image Position of each slice */
  positions: [number, number, number][]
  /** HU of a pixel */
  valueAt(column: number, row: number, slice: number): number
}

/** Writes a CT series whose every pixel is known: stored values are HU + 1000. */
export function makePatternSeries(folder: string, series: PatternSeries): void {
  const { rows, columns, positions } = series
  mkdirSync(folder, { recursive: true })
  positions.forEach((position, slice) => {
    const values = Uint16Array.from(
      { length: rows * columns },
      (_, at) => 1000 + series.valueAt(at % columns, Math.floor(at / columns), slice)
    )
    const elements = imageElements(
      {
        rows,
        columns,
        modality: 'CT',
        studyUid: '2.25.7700',
        seriesUid: series.seriesUid,
        instanceUid: `${series.seriesUid}.${slice + 1}`,
        instanceNumber: slice + 1,
        position,
        orientation: series.orientation ?? [1, 0, 0, 0, 1, 0],
        spacing: series.spacing,
        rescale: [1, -1000],
        window: ['-850', '200'],
        extra: [
          text([0x0008, 0x103e], 'LO', series.description ?? 'Pattern'), // Series Description
          ...(series.frameOfReferenceUid
            ? [text([0x0020, 0x0052], 'UI', series.frameOfReferenceUid)] // Frame of Reference UID
            : [])
        ]
      },
      pixelData(new Uint8Array(values.buffer))
    )
    writeFileSync(join(folder, `${series.seriesUid}-${slice}`), buildDicom(elements))
  })
}
