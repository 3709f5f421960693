import { existsSync, readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStudies } from '../../src-main/study/open-studies'

/**
 * Anatomical order of real series against the csv beside each folder, which was derived from the headers by
 * pydicom and numpy: Image Position projected on the cross product of Image Orientation's rows.
 */
const corpus = resolve(process.env.NIDUS_CORPUS ?? '../shared/data', 'series')
const present = existsSync(corpus)
if (!present) console.log(`series corpus skipped: no ${corpus} (set NIDUS_CORPUS)`)

interface TrueSlice {
  file: string
  instanceNumber: number
  distance: number
}

function readTrueOrder(name: string): TrueSlice[] {
  const [, ...lines] = readFileSync(resolve(corpus, `${name}.csv`), 'utf8')
    .trim()
    .split(/\r?\n/)
  return lines
    .map((line) => line.split(','))
    .sort((a, b) => Number(a[1]) - Number(b[1]))
    .map((cells) => ({
      file: cells[0] as string,
      instanceNumber: Number(cells[2]),
      distance: Number(cells[4])
    }))
}

describe.skipIf(!present)('series come in anatomical order', () => {
  it.each([
    ['mr-t1-32-shuffled', 32],
    ['mr-16-coronal', 16]
  ])('%s', async (name, count) => {
    const truth = readTrueOrder(name)
    const { studies, problems } = await openStudies([resolve(corpus, name)])
    expect(problems).toEqual([])
    expect(studies.map(({ series }) => series.length)).toEqual([1])
    const series = studies[0]?.series[0]
    expect(series?.orderedBy).toBe('position')
    expect(series?.slices).toHaveLength(count)
    expect(series?.slices.map(({ source }) => basename(source.path))).toEqual(truth.map(({ file }) => file))
    expect(series?.slices.map(({ instanceNumber }) => instanceNumber)).toEqual(
      truth.map((slice) => slice.instanceNumber)
    )
    // the csv gives four decimals
    series?.slices.forEach((slice, index) => {
      expect(
        Math.abs((slice.distanceAlongNormalMm ?? NaN) - (truth[index] as TrueSlice).distance)
      ).toBeLessThan(1e-3)
    })
  })
})
