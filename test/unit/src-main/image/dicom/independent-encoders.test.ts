import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'
import { frameFile, type FrameSample } from '../../../../helpers/frame-file'

/**
 * Frames compressed without loss by DCMTK, Pillow and pylibjpeg-openjpeg
 * (models/training/fixtures/make_codec_frames.py), of pixels that follow a formula: every one has to come back.
 */
const fixture = resolve(__dirname, '../../../../fixtures/codecs/frames.json')
const samples = JSON.parse(readFileSync(fixture, 'utf8')) as FrameSample[]

/** (3 x^2 + 5 y^2 + 7 x y + 11 c) modulo 2^bits, less half of that where signed: [rows, columns, samples]. */
function formula({ rows, columns, bits, samples: count, signed }: FrameSample): number[] {
  const values: number[] = []
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let c = 0; c < count; c++) {
        values.push(
          ((3 * x * x + 5 * y * y + 7 * x * y + 11 * c) % 2 ** bits) - (signed ? 2 ** (bits - 1) : 0)
        )
      }
    }
  }
  return values
}

describe('frames of other encoders', () => {
  it.each(samples)('$name', async (sample) => {
    const stored = await (await openImage(frameFile(sample))).readFrame(0)
    expect(Array.from(stored.values)).toEqual(formula(sample))
    expect(stored.photometricInterpretation).toBe(sample.samples === 3 ? 'RGB' : 'MONOCHROME2')
  })

  it('fit a header that allocates more than the codestream has', async () => {
    for (const sample of samples.filter(({ bits, samples: count }) => bits === 8 && count === 1)) {
      const stored = await (await openImage(frameFile(sample, { bitsAllocated: 16 }))).readFrame(0)
      expect(stored.values).toBeInstanceOf(sample.signed ? Int16Array : Uint16Array)
      expect(Array.from(stored.values), sample.name).toEqual(formula(sample))
    }
  })

  it('of JPEG 2000 are red, green and blue once its own transform is undone', async () => {
    for (const sample of samples.filter(({ name }) => name.startsWith('JPEG 2000, colour'))) {
      const stored = await (await openImage(frameFile(sample, { photometric: 'YBR_RCT' }))).readFrame(0)
      expect(stored.photometricInterpretation).toBe('RGB')
      expect(Array.from(stored.values), sample.name).toEqual(formula(sample))
    }
  })
})

describe('a JPEG 2000 image in tiles that is cut', () => {
  const tiled = samples.find(({ name }) => name === 'JPEG 2000, tiles') as FrameSample

  it('is shown down to the first row of tiles that is not wholly there', async () => {
    const whole = formula(tiled)
    const file = frameFile(tiled)
    const cut = file.subarray(0, file.length - Math.floor((tiled.frame.length * 0.75) / 3))
    await expect((await openImage(cut)).readFrame(0)).rejects.toMatchObject({ code: 'dicom-truncated' })
    const {
      values,
      missingRows = 0,
      missingBytes
    } = await (await openImage(cut)).readFrame(0, { partial: true })
    expect(missingBytes).toBeGreaterThan(0)
    // tiles of 8 x 8: five side by side, the last of them one pixel wide
    const held = tiled.rows - missingRows
    expect(held % 8).toBe(0)
    expect(held).toBeGreaterThan(0)
    expect(held).toBeLessThan(tiled.rows)
    // the last row of tiles may end in one that lacks detail
    const sure = Math.max(0, held - 8) * tiled.columns
    expect(sure).toBeGreaterThan(0)
    expect(Array.from(values.subarray(0, sure))).toEqual(whole.slice(0, sure))
    const lowest = Math.min(...values.subarray(0, held * tiled.columns))
    expect(new Set(values.subarray(held * tiled.columns))).toEqual(new Set([lowest]))
  })
})
