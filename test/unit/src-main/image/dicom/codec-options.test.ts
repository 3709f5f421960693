import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StoredFrame } from '../../../../../src-main/image/image-types'
import { openImage } from '../../../../../src-main/image/open-image'
import { toRgb } from '../../../../../src-main/image/to-rgb'
import { frameFile, type FrameSample } from '../../../../helpers/frame-file'

/**
 * Frames with restart markers, point transforms, subsampled colours, progression orders, tile parts, regions of interest,
 * … by other encoders, and the values that went in or, of lossy ones, that another decoder gives
 * (models/training/fixtures/make_codec_options.py).
 */
interface Sample extends FrameSample {
  bytes: 1 | 2
  photometric: string
  tolerance: number
  expected: string
}

const fixture = resolve(__dirname, '../../../../fixtures/codecs/options.json')
const samples = JSON.parse(readFileSync(fixture, 'utf8')) as Sample[]

async function read(sample: Sample, photometric = sample.photometric) {
  const image = await openImage(frameFile(sample, { bitsAllocated: 8 * sample.bytes, photometric }))
  return { header: image.header, stored: await image.readFrame(0) }
}

function expectedOf({ expected, bytes, signed }: Sample): number[] {
  const held = Uint8Array.from(Buffer.from(expected, 'base64')).buffer
  if (bytes === 1) return Array.from(signed ? new Int8Array(held) : new Uint8Array(held))
  return Array.from(signed ? new Int16Array(held) : new Uint16Array(held))
}

function greatestDifference(values: ArrayLike<number>, wanted: number[]): number {
  return Math.max(...wanted.map((value, at) => Math.abs(value - (values[at] as number))))
}

describe('frames with rarer options', () => {
  it.each(samples)('$name', async (sample) => {
    const { stored } = await read(sample)
    const wanted = expectedOf(sample)
    expect(stored.values).toHaveLength(wanted.length)
    expect(greatestDifference(stored.values, wanted)).toBeLessThanOrEqual(sample.tolerance)
    // lossy JPEG comes as RGB whatever it was; lossless samples stay what the header says they are
    const isLossyColour = sample.samples === 3 && sample.tolerance > 0
    expect(stored.photometricInterpretation).toBe(isLossyColour ? 'RGB' : sample.photometric)
  })

  it('keep the colours that the header gives to lossless samples on the screen, too', async () => {
    const sample = samples.find(({ name }) => name === 'JPEG lossless, YBR samples') as Sample
    const { header, stored } = await read(sample)
    const native: StoredFrame = { ...stored, values: Uint8Array.from(expectedOf(sample)) }
    expect(toRgb(stored, header)).toEqual(toRgb(native, header))
    expect(toRgb(stored, header)).not.toEqual(stored.values)
  })
})

describe('JPEG without a word of its colours under a header that says RGB', () => {
  it('is YBR all the same where its colours are shared by several pixels', async () => {
    const shared = samples.find(({ name }) => name === 'JPEG, colours 2x1, said to be RGB') as Sample
    const frame = Buffer.from(shared.frame, 'base64')
    // marker of the start, then JFIF's segment of 16 bytes
    expect(frame.toString('latin1', 6, 10)).toBe('JFIF')
    const bare = Buffer.concat([frame.subarray(0, 2), frame.subarray(2 + 2 + 16)])
    const { stored } = await read({ ...shared, frame: bare.toString('base64') })
    expect(greatestDifference(stored.values, expectedOf(shared))).toBeLessThanOrEqual(1)
  })
})

describe('JPEG processes that no decoder here reads', () => {
  const baseline = samples.find(({ name }) => name === 'JPEG, 17 x 13') as Sample

  // ISO 10918-1 table B.1: the marker of the frame head tells the process
  it.each([
    [0xc5, 'JPEG with hierarchical coding is not supported'],
    [0xc7, 'JPEG with hierarchical coding is not supported'],
    [0xc9, 'JPEG with arithmetic coding is not supported'],
    [0xcb, 'JPEG with arithmetic coding is not supported'],
    [0xcf, 'JPEG with arithmetic coding is not supported']
  ])('are refused by name: %i', async (marker, reason) => {
    const frame = Buffer.from(baseline.frame, 'base64')
    frame[frame.indexOf(Uint8Array.of(0xff, 0xc0)) + 1] = marker
    const changed = { ...baseline, frame: frame.toString('base64') }
    await expect(read(changed)).rejects.toMatchObject({ code: 'pixel-decode-failed', context: { reason } })
  })
})
