import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'
import { frameFile, type FrameSample } from '../../../../helpers/frame-file'

const fixtures = resolve(__dirname, '../../../../fixtures/codecs')
const samples = ['frames.json', 'options.json'].flatMap(
  (name) => JSON.parse(readFileSync(resolve(fixtures, name), 'utf8')) as FrameSample[]
)

const sampleOf = (wanted: string): FrameSample => samples.find(({ name }) => name === wanted) as FrameSample

async function read(sample: FrameSample, frame: Buffer, partial: boolean) {
  const image = await openImage(frameFile({ ...sample, frame: frame.toString('base64') }))
  return image.readFrame(0, { partial })
}

interface TilePart {
  start: number
  end: number
  tile: number
}

/** SOT segments (ISO 15444-1 A.4.2): Isot at 4, Psot, the length of the part, at 6; EOC follows the last one. */
function tileParts(frame: Buffer): TilePart[] {
  const parts: TilePart[] = []
  let start = frame.indexOf(Uint8Array.of(0xff, 0x90))
  while (frame.readUInt16BE(start) === 0xff90) {
    const end = start + frame.readUInt32BE(start + 6)
    parts.push({ start, end, tile: frame.readUInt16BE(start + 4) })
    start = end
  }
  return parts
}

const without = (frame: Buffer, { start, end }: TilePart): Buffer =>
  Buffer.concat([frame.subarray(0, start), frame.subarray(end)])

describe('JPEG 2000 with its end, but without some of its tiles', () => {
  const tiled = sampleOf('JPEG 2000, tiles')
  const frame = Buffer.from(tiled.frame, 'base64')
  const parts = tileParts(frame)
  // tiles of 8 x 8
  const across = Math.ceil(tiled.columns / 8)

  it.each([1, across, 2 * across + 3, parts.length - 1])('is not sound: tile %i', async (missing) => {
    const whole = await read(tiled, frame, false)
    const lacking = without(frame, parts[missing] as TilePart)
    await expect(read(tiled, lacking, false)).rejects.toMatchObject({ code: 'dicom-truncated' })
    const held = 8 * Math.floor(missing / across)
    if (held === 0) {
      await expect(read(tiled, lacking, true)).rejects.toMatchObject({ code: 'dicom-truncated' })
      return
    }
    const shown = await read(tiled, lacking, true)
    expect(shown.missingBytes).toBeGreaterThan(0)
    expect(shown.missingRows).toBe(tiled.rows - held)
    const sure = held * tiled.columns
    expect(Array.from(shown.values.subarray(0, sure))).toEqual(Array.from(whole.values.subarray(0, sure)))
    const lowest = Math.min(...whole.values.subarray(0, sure))
    expect(new Set(shown.values.subarray(sure))).toEqual(new Set([lowest]))
  })

  it('is not sound where a part of a tile is missing that the others count', async () => {
    const layered = sampleOf('JPEG 2000, LRCP, tile parts')
    const encoded = Buffer.from(layered.frame, 'base64')
    const lacking = without(encoded, tileParts(encoded)[5] as TilePart)
    await expect(read(layered, lacking, false)).rejects.toMatchObject({ code: 'dicom-truncated' })
    const shown = await read(layered, lacking, true)
    expect(shown.missingBytes).toBeGreaterThan(0)
    // every tile is there: finer detail is missing, nobody knows of how many rows
    expect(shown.missingRows).toBeUndefined()
  })

  it.each(['JPEG 2000, tiles', 'HTJ2K, 8 bits x 1, one tile'])(
    'is not sound where a piece is missing inside of the last tile: %s',
    async (name) => {
      const sample = sampleOf(name)
      const encoded = Buffer.from(sample.frame, 'base64')
      const { start, end } = tileParts(encoded).pop() as TilePart
      const inside = start + Math.floor((end - start) / 2)
      const lacking = Buffer.concat([encoded.subarray(0, inside), encoded.subarray(inside + 4)])
      await expect(read(sample, lacking, false)).rejects.toMatchObject({ code: 'dicom-truncated' })
      // what can be made of it says so
      const shown = await read(sample, lacking, true).catch(() => null)
      if (shown) expect(shown.missingBytes).toBeGreaterThan(0)
    }
  )

  it('is sound where all are there, the last of them up to the end, in whatever order', async () => {
    const whole = await read(tiled, frame, true)
    expect(whole.missingBytes).toBeUndefined()
    const last = parts[parts.length - 1] as TilePart
    const open = Buffer.from(frame)
    open.writeUInt32BE(0, last.start + 6)
    expect(await read(tiled, open, true)).toEqual(whole)
    const [first, second] = parts as [TilePart, TilePart]
    const swapped = Buffer.concat([
      frame.subarray(0, first.start),
      frame.subarray(second.start, second.end),
      frame.subarray(first.start, first.end),
      frame.subarray(second.end)
    ])
    expect(await read(tiled, swapped, true)).toEqual(whole)
  })
})

describe('JPEG with its end, but without some of its coded samples', () => {
  const kinds = [
    'JPEG lossless, predictor 1, 8 bits',
    'JPEG lossless, predictor 1, 8 bits x 3, point transform 0, restart after 3 rows',
    'JPEG, 17 x 13',
    'JPEG, colours 2x1, said to be RGB'
  ]

  /** Where the coded samples of the first scan begin (ISO 10918-1 B.2.3): behind its head, which tells its own length. */
  function samplesStart(frame: Buffer): number {
    const head = frame.indexOf(Uint8Array.of(0xff, 0xda))
    return head + 2 + frame.readUInt16BE(head + 2)
  }

  /** Where EOI stands; what makes a length even may follow. */
  const samplesEnd = (frame: Buffer): number => frame.lastIndexOf(Uint8Array.of(0xff, 0xd9))

  const losses: [string, (share: (of: number) => number, frame: Buffer) => Buffer][] = [
    [
      'they stop early',
      (at, frame) => Buffer.concat([frame.subarray(0, at(0.5)), Uint8Array.of(0xff, 0xd9)])
    ],
    [
      'a piece of them is missing',
      (at, frame) => Buffer.concat([frame.subarray(0, at(0.3)), frame.subarray(at(0.6))])
    ]
  ]
  const cases = losses.flatMap(([what, lose]) => kinds.map((name) => ({ what, lose, name })))
  it.each(cases)('is not sound where $what: $name', async ({ lose, name }) => {
    const sample = sampleOf(name)
    const frame = Buffer.from(sample.frame, 'base64')
    const [start, end] = [samplesStart(frame), samplesEnd(frame)]
    const lacking = lose((share) => start + Math.floor((end - start) * share), frame)
    await expect(read(sample, lacking, false)).rejects.toMatchObject({ code: 'dicom-truncated' })
    const shown = await read(sample, lacking, true)
    expect(shown.missingBytes).toBeGreaterThan(0)
    expect(shown.missingRows).toBeUndefined()
  })

  it.each(kinds)('is sound where there is more than it needs: %s', async (name) => {
    const sample = sampleOf(name)
    const frame = Buffer.from(sample.frame, 'base64')
    const end = samplesEnd(frame)
    const longer = Buffer.concat([
      frame.subarray(0, end),
      Uint8Array.of(0x55, 0xaa, 0x55),
      frame.subarray(end)
    ])
    expect(await read(sample, longer, true)).toEqual(await read(sample, frame, true))
    expect((await read(sample, frame, true)).missingBytes).toBeUndefined()
  })
})
