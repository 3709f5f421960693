import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStudies } from '../../src-main/study/open-studies'
import { temporaryFolder } from '../helpers/temporary-folder'

/**
 * Anatomical order of real series against the csv beside each folder, which was derived from the headers by
 * pydicom and numpy: Image Position projected on the cross product of Image Orientation's rows. Each is opened as it
 * lies there, and under names without extension that say nothing and stand in another order.
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

const shuffled = temporaryFolder()

/** Links to the files of a series by names made of a hash. @returns their folder, and the true names by the new ones */
function shuffle(name: string): { folder: string; trueNames: Map<string, string> } {
  const folder = resolve(shuffled, name)
  mkdirSync(folder)
  const trueNames = new Map<string, string>()
  for (const file of readdirSync(resolve(corpus, name))) {
    const hashed = createHash('sha256').update(`shuffled ${file}`).digest('hex').slice(0, 12)
    trueNames.set(hashed, file)
    copyFileSync(resolve(corpus, name, file), resolve(folder, hashed))
  }
  return { folder, trueNames }
}

describe.skipIf(!present)('series come in anatomical order', () => {
  it.each([
    ['mr-t1-32-shuffled', 32, 'as it lies'],
    ['mr-t1-32-shuffled', 32, 'shuffled'],
    ['mr-16-coronal', 16, 'as it lies'],
    ['mr-16-coronal', 16, 'shuffled']
  ])('%s of %d slices, %s', async (name, count, how) => {
    const truth = readTrueOrder(name)
    const { folder, trueNames } =
      how === 'shuffled' ? shuffle(name) : { folder: resolve(corpus, name), trueNames: null }
    const nameOf = (path: string): string => trueNames?.get(basename(path)) ?? basename(path)
    if (trueNames) expect([...trueNames.values()]).not.toEqual([...trueNames].sort().map(([, file]) => file))
    const { studies, problems } = await openStudies([folder])
    expect(problems).toEqual([])
    expect(studies.map(({ series }) => series.length)).toEqual([1])
    const series = studies[0]?.series[0]
    expect(series?.orderedBy).toBe('position')
    expect(series?.slices).toHaveLength(count)
    expect(series?.slices.map(({ source }) => nameOf(source.path))).toEqual(truth.map(({ file }) => file))
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
