import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'

/**
 * Files of odd pixel layouts by pydicom, and the values that went in (models/training/fixtures/make_layout_files.py).
 */
interface Sample {
  name: string
  file: string
  type: keyof typeof arrays
  frames: number
  expected: string
}

const arrays = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array
}

const fixture = resolve(__dirname, '../../../../fixtures/codecs/layouts.json')
const samples = JSON.parse(readFileSync(fixture, 'utf8')) as Sample[]

describe('files that pydicom wrote', () => {
  it.each(samples)('$name', async ({ file, type, frames, expected }) => {
    const image = await openImage(new Uint8Array(Buffer.from(file, 'base64')))
    const wanted = new arrays[type](Uint8Array.from(Buffer.from(expected, 'base64')).buffer)
    expect(image.frameCount).toBe(frames)
    for (let frame = 0; frame < frames; frame++) {
      const { values } = await image.readFrame(frame)
      const count = wanted.length / frames
      expect(values).toBeInstanceOf(arrays[type])
      expect(Array.from(values)).toEqual(Array.from(wanted.subarray(frame * count, (frame + 1) * count)))
    }
  })
})
