import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { decodeCommand } from '../../src-main/commands/decode'
import { openStudies } from '../../src-main/study/open-studies'
import { readSlice } from '../../src-main/study/read-slice'
import { buildDicom, imageElements, pixelData, words } from '../helpers/build-dicom'
import { putFile } from '../helpers/put-file'
import { readNpy } from '../helpers/read-npy'
import { readerHere } from '../helpers/reader-here'
import { temporaryFolder } from '../helpers/temporary-folder'

let folder = ''
const work = temporaryFolder()
let folders = 0
beforeEach(() => (folder = join(work, String(++folders))))
const put = (name: string, bytes: Uint8Array): string => putFile(folder, name, bytes)

describe('a DICOM file that is cut', () => {
  it('keeps the whole frames of a cut multi-frame file and says so', async () => {
    const options = { rows: 1, columns: 4, frames: 3, window: ['1', '2'] as [string, string] }
    const file = buildDicom(imageElements(options, pixelData(words(...new Array<number>(12).fill(7)))))
    const { studies, problems } = await openStudies([put('cine', file.subarray(0, -6))])
    expect(studies[0]?.series[0]?.slices).toHaveLength(2)
    expect(problems.map(({ message }) => message).join()).toContain('2 of 3 frames are whole')
  })

  it('shows what there is of a single frame that is cut, marks it and does not hand it to an analysis', async () => {
    // 4 rows of 3 words, the last 5 words missing: 2 whole rows and one word of the third
    const options = { rows: 4, columns: 3, window: ['1', '2'] as [string, string] }
    const values = [9, 8, 7, 6, 5, 4, 3, 8, 9, 10, 11, 12]
    const file = buildDicom(imageElements(options, pixelData(words(...values)))).subarray(0, -10)
    const { studies, problems } = await openStudies([put('cut', file)])
    const series = studies[0]!.series[0]!
    expect(series.slices[0]).toMatchObject({ partial: true })
    expect(problems).toMatchObject([{ code: 'header-doubtful' }])
    expect(problems[0]?.message).toBe('partial: the file ends inside its pixels; 2 of 4 rows are there')
    const shown = await readSlice(series, series.slices[0]!, { partial: true })
    // what is missing holds the lowest value that is there
    expect(Array.from(shown.modality)).toEqual([9, 8, 7, 6, 5, 4, 3, 3, 3, 3, 3, 3])
    expect(shown.partial).toBe(true)
    await expect(readSlice(series, series.slices[0]!)).rejects.toMatchObject({ code: 'dicom-truncated' })
    const out = join(folder, 'out')
    expect(await decodeCommand([join(folder, 'cut'), '--out', out], readerHere)).toBe(5)
    expect(readNpy(join(out, 'cut.npy'))).toEqual({
      shape: [4, 3],
      values: Uint16Array.of(9, 8, 7, 6, 5, 4, 3, 3, 3, 3, 3, 3)
    })
    expect(JSON.parse(readFileSync(join(out, 'cut.json'), 'utf8'))).toMatchObject({
      partial: true,
      missingBytes: 10,
      rows: 4,
      error: { code: 'dicom-truncated' }
    })
  })

  it('decodes the frames that a cut multi-frame file holds, the last one filled with padding', async () => {
    const extra = [{ tag: [0x0028, 0x0120] as [number, number], vr: 'US', value: words(77) }]
    const options = { rows: 2, columns: 2, frames: 4, extra }
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
    // 3 words of the third frame are there
    const file = buildDicom(imageElements(options, pixelData(words(...values)))).subarray(0, -10)
    const out = join(folder, 'out')
    expect(await decodeCommand([put('cine', file), '--out', out], readerHere)).toBe(5)
    expect(readNpy(join(out, 'cine.npy'))).toEqual({
      shape: [3, 2, 2],
      values: Uint16Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 77)
    })
    expect(JSON.parse(readFileSync(join(out, 'cine.json'), 'utf8'))).toMatchObject({
      partial: true,
      missingBytes: 10
    })
  })

  it('says partial where the length of the pixels lies in a file that is long enough', async () => {
    const pixels = { ...pixelData(words(1, 2, 3, 4, 5, 6)), lyingLength: 8 }
    const out = join(folder, 'out')
    expect(
      await decodeCommand([put('lie', buildDicom(imageElements({}, pixels))), '--out', out], readerHere)
    ).toBe(5)
    expect(readNpy(join(out, 'lie.npy')).values).toEqual(Uint16Array.of(1, 2, 3, 4, 1, 1))
    expect(JSON.parse(readFileSync(join(out, 'lie.json'), 'utf8'))).toMatchObject({
      partial: true,
      missingBytes: 4
    })
  })
})
