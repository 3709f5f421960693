import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { NidusError } from '../../../../../src-main/contract/errors'
import { openImage } from '../../../../../src-main/image/open-image'
import { readImageHeader } from '../../../../../src-main/image/read-image-header'
import { toModalityValues } from '../../../../../src-main/image/to-modality-values'
import { buildNifti as buildVolume } from '../../../../helpers/build-nifti'
import { seededRandom } from '../../../../helpers/damage-file'
import { buildDicom, concat, imageElements, pixelData, words } from '../../../../helpers/build-dicom'

interface VolumeOptions {
  dims?: number[]
  datatype?: number
  bits?: number
  /** rows of the sform, RAS+ mm */
  sform?: number[][]
  slope?: number
  intercept?: number
  littleEndian?: boolean
  /** vox_offset */
  voxelStart?: number
  /** sform_code; the qform's stays 0 */
  sformCode?: number
  /** cal_min, cal_max */
  shown?: [number, number]
}

/** A volume of 3 x 2 mm pixels and planes 4 mm apart, by its sform. */
function buildNifti(voxels: Uint8Array, options: VolumeOptions = {}): Uint8Array {
  const { dims = [3, 2, 2, 2], datatype = 4, littleEndian = true, shown, ...others } = options
  const sform = options.sform ?? [
    [-2, 0, 0, 10],
    [0, -3, 0, 20],
    [0, 0, 4, 30]
  ]
  return buildVolume({
    size: dims.slice(1),
    datatype,
    voxels,
    bigEndian: !littleEndian,
    spacing: [2, 3, 4],
    sformCode: 1,
    xyztUnits: 2,
    ...others,
    sform,
    shown
  })
}

const eight = words(0, 1, 2, 3, 4, 5, 6, 65_535) // the last is -1 as int16

async function framesOf(file: Uint8Array): Promise<number[][]> {
  const opened = await openImage(file)
  const frames = Array.from({ length: opened.frameCount }, (_, frame) => opened.readFrame(frame))
  return (await Promise.all(frames)).map(({ values }) => Array.from(values))
}

describe('NIfTI volumes', () => {
  it('give a frame a plane, values as stored', async () => {
    expect(await framesOf(buildNifti(eight))).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, -1]
    ])
  })

  it('are placed in patient LPS mm', async () => {
    // RAS (-2, 0, 0) a column is LPS (2, 0, 0); (0, -3, 0) a row is (0, 3, 0); the origin (10, 20, 30) is (-10, -20, 30)
    const { header } = await openImage(buildNifti(eight))
    expect(header.frames[1]).toMatchObject({
      positionMm: [-10, -20, 34],
      orientation: [1, 0, 0, 0, 1, 0],
      spacingMm: [3, 2]
    })
  })

  it('are mirrored, positions too, where they would lie on their head', async () => {
    // RAS+ axes: columns run to the right, rows to the front; both against DICOM's way
    const sform = [
      [2, 0, 0, 10],
      [0, 3, 0, 20],
      [0, 0, 4, 30]
    ]
    const file = buildNifti(eight, { sform })
    expect((await framesOf(file))[0]).toEqual([3, 2, 1, 0])
    // voxel (1, 1, 0) lies at RAS (12, 23, 30)
    expect((await openImage(file)).header.frames[0]).toMatchObject({
      positionMm: [-12, -23, 30],
      orientation: [1, 0, 0, 0, 1, 0]
    })
  })

  it('of big-endian writers are swapped', async () => {
    const swapped = eight.map((_, at) => eight[at ^ 1] as number)
    expect((await framesOf(buildNifti(swapped, { littleEndian: false })))[1]).toEqual([4, 5, 6, -1])
  })

  it('are scaled by slope and intercept, float voxels kept', async () => {
    const floats = new Uint8Array(Float32Array.of(0.5, 1, -2, 4).buffer)
    const opened = await openImage(
      buildNifti(floats, { dims: [2, 2, 2], datatype: 16, bits: 32, slope: 10, intercept: 1 })
    )
    const stored = await opened.readFrame(0)
    expect(Array.from(stored.values)).toEqual([0.5, 1, -2, 4])
    expect(Array.from(toModalityValues(stored, opened.header, 0))).toEqual([6, 11, -19, 41])
  })

  it.each([
    ['signed', 1024, BigInt64Array.of(-5n, 2n ** 53n + 1n), [-5, 2 ** 53]],
    ['unsigned', 1280, BigUint64Array.of(7n, 2n ** 64n - 1n), [7, 2 ** 64]]
  ] as const)(
    'of %s 64-bit integers are rounded beyond 2^53, and say so',
    async (_, datatype, voxels, expected) => {
      const file = buildNifti(new Uint8Array(voxels.buffer), { dims: [2, 2, 1], datatype, bits: 64 })
      expect(await framesOf(file)).toEqual([expected])
      const image = await openImage(file)
      expect(image.header.warnings).toEqual([])
      expect((await image.readFrame(0)).rounded).toBe(true)
    }
  )

  it.each([
    ['complex numbers', 32, Float32Array.of(3, 4, -5, 12, 8, -6, 0, 1), [5, 13, 10, 1], 8],
    ['colours with alpha', 2304, Uint8Array.of(1, 2, 3, 9, 4, 5, 6, 9, 7, 8, 9, 9, 1, 1, 1, 9), [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 1, 1], 4] // prettier-ignore
  ] as const)('of %s are shown down to a cut', async (_, datatype, voxels, whole, bytesEach) => {
    const dims = [3, 1, 4, 1]
    const file = buildNifti(new Uint8Array(voxels.buffer), { dims, datatype, bits: 8 * bytesEach })
    expect(await framesOf(file)).toEqual([whole])
    const image = await openImage(file.subarray(0, file.length - bytesEach))
    await expect(image.readFrame(0)).rejects.toMatchObject({ code: 'raster-malformed' })
    const { values, missingRows } = await image.readFrame(0, { partial: true })
    expect(missingRows).toBe(1)
    const held = whole.slice(0, (whole.length / 4) * 3)
    // magnitudes end in the lowest there is, colours in black
    const lowest = Math.min(...held)
    const filled = whole.length === 4 ? [lowest] : [0, 0, 0]
    expect(Array.from(values)).toEqual([...held, ...filled])
  })

  it('of a time series are told apart, unless they are of one plane', async () => {
    const { header } = await openImage(buildNifti(eight, { dims: [4, 2, 1, 2, 2] }))
    expect(header.frameCount).toBe(4)
    expect(header.frames.map(({ stackKey }) => stackKey)).toEqual(['1', '1', '2', '2'])
    const cine = await openImage(buildNifti(eight, { dims: [4, 2, 2, 1, 2] }))
    expect(cine.header.frames.map(({ stackKey }) => stackKey)).toEqual(['', ''])
  })

  it('without a place in the patient say so, and claim none', async () => {
    const { header } = await openImage(buildNifti(eight, { sformCode: 0 }))
    expect(header.frames[0]).toMatchObject({ positionMm: null, orientation: null, spacingMm: [3, 2] })
    expect(header.warnings.join()).toContain('its sides are unknown')
  })

  it('of colour with alpha keep the colour', async () => {
    const rgba = Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 0)
    const opened = await openImage(buildNifti(rgba, { dims: [3, 2, 1, 1], datatype: 2304, bits: 32 }))
    const stored = await opened.readFrame(0)
    expect(stored).toMatchObject({ samplesPerPixel: 3, photometricInterpretation: 'RGB' })
    expect(Array.from(stored.values)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it.each([
    ['a slope of 0', { slope: 0, intercept: 5 }, 6],
    ['a slope that is no number', { slope: NaN, intercept: 5 }, 6],
    ['an intercept that is no number', { slope: 2, intercept: NaN }, 12],
    ['both', { slope: -2, intercept: 5 }, -7]
  ])('with %s are scaled as the format says', async (_, options, expected) => {
    const opened = await openImage(buildNifti(eight, options))
    const values = toModalityValues(await opened.readFrame(1), opened.header, 1)
    expect(values[2]).toBe(expected)
  })

  it('open in the window that they name', async () => {
    const { header } = await openImage(buildNifti(eight, { shown: [-10, 30] }))
    expect(header.frames[0]?.windows).toEqual([{ center: 10, width: 40 }])
  })

  it.each([0, 352])('find their voxels where vox_offset is %d', async (voxelStart) => {
    expect((await framesOf(buildNifti(eight, { voxelStart })))[0]).toEqual([0, 1, 2, 3])
  })

  it.each([NaN, -352, 100, 352.5, Infinity])('refuse a vox_offset of %d', async (voxelStart) => {
    await expect(openImage(buildNifti(eight, { voxelStart }))).rejects.toMatchObject({
      code: 'raster-malformed'
    })
  })

  it.each([
    [[4, 1, 1, 32_767, 32_767]],
    [[7, 1, 1, 30_000, 30_000, 30_000, 30_000, 30_000]],
    [[3, 32_767, 32_767, 1]]
  ])('that claim dimensions of %j are refused before memory is', async (dims) => {
    await expect(openImage(buildNifti(eight, { dims }))).rejects.toMatchObject({
      code: 'raster-malformed',
      context: { reason: expect.stringContaining('too large') }
    })
  })

  it('that are cut show what there is of a plane, filled up with the lowest value and marked', async () => {
    const file = buildNifti(eight).subarray(0, 352 + 12) // four voxels of the first plane, two of the second
    const opened = await openImage(file)
    expect(await opened.readFrame(1, { partial: true })).toMatchObject({
      values: Int16Array.of(4, 5, 4, 4),
      missingBytes: 4,
      missingRows: 1
    })
    await expect(opened.readFrame(1)).rejects.toMatchObject({ code: 'raster-malformed' })
  })

  it('that are cut inside gzip give the planes that are there, and say so', async () => {
    const random = seededRandom(1)
    const noise = Uint8Array.from({ length: 64_000 }, () => random() * 256)
    const packed = new Uint8Array(gzipSync(buildNifti(noise, { dims: [3, 100, 80, 4] })))
    const cut = packed.subarray(0, Math.floor(packed.length * 0.6))
    const header = await readImageHeader(cut, true)
    expect(header?.warnings[0]).toMatch(/the file ends inside its pixels; [23] of 4 frames are whole/)
    expect(header?.warnings.join()).toContain('the gzip stream is cut')
    const first = await (await openImage(cut)).readFrame(0)
    const whole = await (await openImage(packed)).readFrame(0)
    expect(first.values).toEqual(whole.values)
  })

  it('open packed, their header from a piece of the file', async () => {
    const packed = new Uint8Array(gzipSync(concat(buildNifti(eight), new Uint8Array(100_000))))
    expect((await framesOf(packed))[0]).toEqual([0, 1, 2, 3])
    const header = await readImageHeader(packed.subarray(0, packed.length - 20), false)
    expect(header).toMatchObject({ format: 'nifti', rows: 2, columns: 2, frameCount: 2, pixelsStartAt: null })
  })

  it.each<[string, Uint8Array, string]>([
    ['complex numbers of 256 bits', buildNifti(eight, { datatype: 2048 }), 'raster-unsupported'],
    ['single bits', buildNifti(eight, { datatype: 1 }), 'raster-unsupported'],
    ['long doubles', buildNifti(eight, { datatype: 1536 }), 'raster-unsupported'],
    ['dimensions of nothing', buildNifti(eight, { dims: [3, 2, 0, 2] }), 'raster-malformed'],
    ['too few voxels', buildNifti(words(1, 2)), 'raster-malformed'],
    ['a cut gzip stream', new Uint8Array(gzipSync(buildNifti(eight))).subarray(0, 60), 'raster-malformed']
  ])('with %s end in a code', async (_, file, code) => {
    const error = await framesOf(file).catch((thrown: unknown) => thrown)
    expect((error as NidusError).code).toBe(code)
  })
})

describe('packed DICOM', () => {
  it('opens as it does unpacked', async () => {
    const file = buildDicom(imageElements({}, pixelData(words(1, 2, 3, 4, 5, 6))))
    expect(await framesOf(new Uint8Array(gzipSync(file)))).toEqual([[1, 2, 3, 4, 5, 6]])
  })
})
