import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'
import { frameFile, type FrameSample } from '../../../../helpers/frame-file'

const fixture = resolve(__dirname, '../../../../fixtures/codecs/frames.json')
const samples = JSON.parse(readFileSync(fixture, 'utf8')) as FrameSample[]
const sample = samples.find(({ name }) => name === 'JPEG 2000, 12 bits') as FrameSample

async function read(bits: number) {
  const image = await openImage(frameFile({ ...sample, bits }))
  await image.readFrame(0)
  return { stored: await image.readFrame(0), warnings: image.header.warnings }
}

describe('a codestream of more bits than Bits Stored', () => {
  it('keeps its values, and the contradiction is said once', async () => {
    const { stored, warnings } = await read(10)
    // what models/training/fixtures/make_codec_frames.py compressed
    const formula = Array.from({ length: sample.rows * sample.columns }, (_, at) => {
      const [y, x] = [Math.floor(at / sample.columns), at % sample.columns]
      return (3 * x * x + 5 * y * y + 7 * x * y) % 4096
    })
    expect(Math.max(...formula)).toBeGreaterThan(1023)
    expect(Array.from(stored.values)).toEqual(formula)
    expect(warnings).toEqual(['compressed values need more bits than Bits Stored (10); they are kept'])
  })

  it('contradicts nothing where Bits Stored are its own', async () => {
    expect((await read(12)).warnings).toEqual([])
  })
})
