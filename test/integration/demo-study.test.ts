import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseDicom } from 'dicom-parser'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeDemoSeries } from '../../scripts/make-demo-study/demo-series.mjs'

/**
 * The committed demo study against a fresh run of its generator, and against what its header promises. Files are
 * read by dicom-parser and sharp, which had no part in writing them.
 */
const studyFolder = resolve(__dirname, '../../resources/demo-study')
const truthFolder = resolve(__dirname, '../../resources/demo-study-truth')

interface Truth {
  lesions: { name: string; slices: number[]; voxels: number; centreMm: number[]; extentMm: number[] }[]
  slices: { file: string; mask: string; zMm: number; lesionPx: number; sha256: string; maskSha256: string }[]
}

const truth = JSON.parse(readFileSync(resolve(truthFolder, 'truth.json'), 'utf8')) as Truth
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('demo study', () => {
  let made: ReturnType<typeof makeDemoSeries>
  beforeAll(() => {
    made = makeDemoSeries()
  })

  it('is what its generator writes, byte for byte', () => {
    const committed = (folder: string) => readdirSync(folder).sort()
    expect(committed(studyFolder)).toEqual([...made.study.keys()].sort())
    expect(committed(truthFolder)).toEqual([...made.truth.keys()].sort())
    for (const [name, bytes] of made.study)
      expect(sha256(readFileSync(resolve(studyFolder, name)))).toBe(sha256(bytes))
    for (const [name, bytes] of made.truth)
      expect(sha256(readFileSync(resolve(truthFolder, name)))).toBe(sha256(bytes))
  })

  it('lists every file with its hash', () => {
    for (const slice of truth.slices) {
      expect(sha256(readFileSync(resolve(studyFolder, slice.file)))).toBe(slice.sha256)
      expect(sha256(readFileSync(resolve(truthFolder, slice.mask)))).toBe(slice.maskSha256)
    }
  })

  it('says in every header that it was generated and shows nobody', () => {
    for (const { file } of truth.slices) {
      const header = parseDicom(readFileSync(resolve(studyFolder, file)))
      expect(header.string('x00100010')).toBe('NIDUS^PHANTOM')
      expect(header.string('x00100020')).toBe('PHANTOM')
      expect(header.string('x00120062')).toBe('YES')
      expect(header.string('x00280301')).toBe('NO')
      expect(header.string('x00081030')).toMatch(/generated phantom, contains no patient, research use only/i)
      expect(header.string('x00204000')).toMatch(/generated phantom, contains no patient, research use only/i)
    }
  })

  it('is one series of 24 parallel slices, 4.5 mm apart, from below upwards', () => {
    const headers = truth.slices.map(({ file }) => parseDicom(readFileSync(resolve(studyFolder, file))))
    expect(headers).toHaveLength(24)
    for (const tag of ['x0020000d', 'x0020000e', 'x00200052']) {
      const uids = new Set(headers.map((header) => header.string(tag)))
      expect(uids.size).toBe(1)
      expect([...uids][0]).toMatch(/^2\.25\.[1-9]\d{1,38}$/)
    }
    expect(new Set(headers.map((header) => header.string('x00080018'))).size).toBe(24)
    headers.forEach((header, index) => {
      expect(header.string('x00080016')).toBe('1.2.840.10008.5.1.4.1.1.4')
      expect(header.string('x00020003')).toBe(header.string('x00080018'))
      expect(header.string('x00200013')).toBe(String(index + 1))
      expect(header.string('x00280030')).toBe('0.9\\0.9')
      expect(header.string('x00200037')).toBe('1\\0\\0\\0\\1\\0')
      // Centred: 255 pixel steps of 0.9 mm, half of them to each side.
      expect(header.string('x00200032')).toBe(`-114.75\\-114.75\\${-41.5 + 4.5 * index}`)
      expect(header.uint16('x00280010')).toBe(256)
      expect(header.uint16('x00280011')).toBe(256)
      expect(header.elements.x7fe00010?.length).toBe(256 * 256 * 2)
    })
  })

  it('holds three lesions off the midline, 8 to 20 mm wide, on two to five slices, brighter than the brain', async () => {
    expect(truth.lesions).toHaveLength(3)
    let counted = 0
    for (const { slices, extentMm, centreMm } of truth.lesions) {
      expect(slices.length).toBeGreaterThanOrEqual(2)
      expect(slices.length).toBeLessThanOrEqual(5)
      expect(Math.max(extentMm[0]!, extentMm[1]!)).toBeGreaterThanOrEqual(8)
      expect(Math.max(extentMm[0]!, extentMm[1]!)).toBeLessThanOrEqual(20)
      expect(Math.abs(centreMm[0]!)).toBeGreaterThan(15)
    }
    for (const { file, mask, lesionPx } of truth.slices) {
      const { data, info } = await sharp(resolve(truthFolder, mask)).toColourspace('b-w').raw().toBuffer({
        resolveWithObject: true
      })
      expect([info.width, info.height, info.channels]).toEqual([256, 256, 1])
      expect(data.every((value) => value === 0 || value === 255)).toBe(true)
      const marked = data.reduce((count, value) => count + (value > 0 ? 1 : 0), 0)
      expect(marked).toBe(lesionPx)
      counted += marked
      if (marked < 50) continue
      const bytes = readFileSync(resolve(studyFolder, file))
      const offset = parseDicom(bytes).elements.x7fe00010!.dataOffset
      let inLesion = 0
      const elsewhere: number[] = []
      for (let pixel = 0; pixel < data.length; pixel++) {
        const value = bytes.readUInt16LE(offset + pixel * 2)
        const [row, column] = [pixel >> 8, pixel & 255]
        if (data[pixel]! > 0) inLesion += value
        else if (row > 80 && row < 176 && column > 80 && column < 176) elsewhere.push(value)
      }
      elsewhere.sort((one, other) => one - other)
      expect(inLesion / marked).toBeGreaterThan(1.3 * elsewhere[Math.floor(elsewhere.length * 0.5)]!)
    }
    expect(counted).toBe(truth.lesions.reduce((sum, lesion) => sum + lesion.voxels, 0))
  })

  it('keeps its masks out of the folder that is opened as a study', () => {
    expect(readdirSync(studyFolder).every((name) => name.endsWith('.dcm'))).toBe(true)
    expect(existsSync(truthFolder)).toBe(true)
  })
})
