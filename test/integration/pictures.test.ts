import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Series } from '../../src-main/contract/study'
import { openStudies } from '../../src-main/study/open-studies'
import { readSlice } from '../../src-main/study/read-slice'
import { buildPng } from '../helpers/build-png'
import { seededRandom } from '../helpers/damage-file'
import { putFile } from '../helpers/put-file'
import { temporaryFolder } from '../helpers/temporary-folder'

let folder = ''
const work = temporaryFolder()
let folders = 0
beforeEach(() => {
  folder = join(work, String(++folders))
  mkdirSync(folder)
})
const put = (name: string, bytes: Uint8Array): string => putFile(folder, name, bytes)

async function grey(name: string, value: number, size = 4): Promise<string> {
  const raw = Buffer.alloc(size * size, value)
  return put(
    name,
    await sharp(raw, { raw: { width: size, height: size, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer()
  )
}

function sourceNames(series: Series | undefined): string[] {
  return (series?.slices ?? []).map(({ source }) => basename(source.path))
}

describe('opening PNG files', () => {
  it('makes one series of a folder in natural order, and one of a single file', async () => {
    for (const number of [10, 9, 1]) await grey(`stack/slice${number}.png`, number)
    await grey('single/only.png', 5)
    const { studies, problems } = await openStudies([folder])
    expect(problems).toEqual([])
    const series = studies.flatMap((study) => study.series)
    expect(series.map(sourceNames)).toEqual([['only.png'], ['slice1.png', 'slice9.png', 'slice10.png']])
    expect(series[1]).toMatchObject({
      orderedBy: 'file-name',
      modality: 'OT',
      windows: [{ center: 127.5, width: 255 }]
    })
    expect(series[1]?.seriesInstanceUid).toMatch(/^2\.25\.\d{1,39}$/)
  })

  it('shows a dim grey picture by its own values first, and by its full range on demand', async () => {
    // a background of 0 and a ramp of 1 to 100: the 0.5 and 99.5 percentile of the ramp are 1 and 100
    const ramp = Buffer.from(Array.from({ length: 200 }, (_, at) => Math.max(0, at - 99)))
    const path = join(folder, 'dim.png')
    await sharp(ramp, { raw: { width: 20, height: 10, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toFile(path)
    const { studies } = await openStudies([path])
    expect(studies[0]?.series[0]?.windows).toMatchObject([
      { center: 50.5, width: 99, explanation: 'from the values' },
      { center: 127.5, width: 255, explanation: 'full range' }
    ])
  })

  it('lists a picture that is cut, shows what is there and does not hand it to an analysis', async () => {
    const random = seededRandom(3)
    const rows = Array.from({ length: 40 }, () =>
      Array.from({ length: 40 }, () => Math.floor(random() * 256))
    )
    const whole = buildPng(40, 40, 8, 0, rows)
    const path = put('cut.png', whole.subarray(0, Math.floor(whole.length * 0.6)))
    const { studies, problems } = await openStudies([path])
    expect(problems).toMatchObject([{ path, message: expect.stringMatching(/^partial: /) }])
    const series = studies[0]!.series[0]!
    const shown = await readSlice(series, series.slices[0]!, { partial: true })
    expect(shown.partial).toBe(true)
    expect(Array.from(shown.modality.subarray(0, 400))).toEqual(rows.slice(0, 10).flat())
    await expect(readSlice(series, series.slices[0]!)).rejects.toMatchObject({ code: 'raster-malformed' })
  })

  it('makes one series of files of one folder that are named one by one, and the same UIDs anywhere', async () => {
    const paths = await Promise.all([2, 1].map((number) => grey(`here/s${number}.png`, number)))
    const copies = await Promise.all([2, 1].map((number) => grey(`there/s${number}.png`, number)))
    const [first, second] = [await openStudies(paths), await openStudies(copies)]
    const [one, other] = [first.studies[0]?.series[0], second.studies[0]?.series[0]]
    expect(sourceNames(one)).toEqual(['s1.png', 's2.png'])
    expect(one?.seriesInstanceUid).toBe(other?.seriesInstanceUid)
    expect(one?.slices.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(
      other?.slices.map((slice) => slice.sopInstanceUid)
    )
    expect(new Set(one?.slices.map(({ sopInstanceUid }) => sopInstanceUid)).size).toBe(2)
  })
})
