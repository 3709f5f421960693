import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'
import { buildDicom, encapsulated, imageElements, pixelData } from '../../../../helpers/build-dicom'
import { seededRandom } from '../../../../helpers/damage-file'

/**
 * Random images written by the definitions of PS3.5: section 8.1.1 (the stored bits of a sample end at High Bit, cells of
 * Bits Allocated follow one another lowest bit first, frames without gaps), 8.1.2 (big-endian words), Annex G (RLE), and
 * PS3.3 C.7.6.3.1.3 (Planar Configuration). What was written must come back, whatever the unused bits hold.
 */
const syntaxes = {
  'implicit little endian': { uid: '1.2.840.10008.1.2', explicit: false, littleEndian: true },
  'explicit little endian': { uid: '1.2.840.10008.1.2.1', explicit: true, littleEndian: true },
  'explicit big endian': { uid: '1.2.840.10008.1.2.2', explicit: true, littleEndian: false },
  'encapsulated uncompressed': { uid: '1.2.840.10008.1.2.1.98', explicit: true, littleEndian: true },
  RLE: { uid: '1.2.840.10008.1.2.5', explicit: true, littleEndian: true }
} as const
type SyntaxName = keyof typeof syntaxes

interface Picture {
  rows: number
  columns: number
  frames: number
  samplesPerPixel: number
  planarConfiguration: number
  bitsAllocated: number
  bitsStored: number
  highBit: number
  pixelRepresentation: number
  /** [frames, rows * columns, samples] */
  values: number[][]
}

function randomPicture(random: () => number, widths: readonly number[]): Picture {
  const below = (count: number): number => Math.floor(random() * count)
  const bitsAllocated = widths[below(widths.length)] as number
  const bitsStored = random() < 0.3 ? bitsAllocated : 1 + below(bitsAllocated)
  const highBit = random() < 0.6 ? bitsStored - 1 : bitsStored - 1 + below(bitsAllocated - bitsStored + 1)
  const pixelRepresentation = bitsAllocated > 1 ? below(2) : 0
  const samplesPerPixel = bitsAllocated % 8 === 0 && random() < 0.3 ? 3 : 1
  const [rows, columns, frames] = [1 + below(5), 1 + below(9), 1 + below(3)]
  const low = pixelRepresentation === 1 ? -(2 ** (bitsStored - 1)) : 0
  const values = Array.from({ length: frames }, () =>
    Array.from({ length: rows * columns * samplesPerPixel }, () => low + below(2 ** bitsStored))
  )
  const planarConfiguration = samplesPerPixel === 3 ? below(2) : 0
  return {
    rows,
    columns,
    frames,
    samplesPerPixel,
    planarConfiguration,
    bitsAllocated,
    bitsStored,
    highBit,
    pixelRepresentation,
    values
  }
}

/** The cells of a frame in the order of the file, unused bits at random. */
function cellsOf(picture: Picture, frame: number, random: () => number): bigint[] {
  const { values, samplesPerPixel, planarConfiguration, bitsAllocated, bitsStored, highBit } = picture
  const inPixelOrder = values[frame] as number[]
  const pixels = inPixelOrder.length / samplesPerPixel
  const ordered =
    planarConfiguration === 1
      ? inPixelOrder.map((_, at) => inPixelOrder[(at % pixels) * samplesPerPixel + Math.floor(at / pixels)])
      : inPixelOrder
  const lowest = BigInt(highBit + 1 - bitsStored)
  const mask = ((1n << BigInt(bitsStored)) - 1n) << lowest
  return ordered.map((value) => {
    const stray = BigInt(Math.floor(random() * 2 ** bitsAllocated)) & ~mask
    return ((BigInt(value as number) << lowest) & mask) | stray
  })
}

/** Cells one after another, lowest bit first. */
function packed(cells: bigint[], bitsAllocated: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((cells.length * bitsAllocated) / 8))
  cells.forEach((cell, index) => {
    for (let bit = 0; bit < bitsAllocated; bit++) {
      const at = index * bitsAllocated + bit
      bytes[at >> 3]! |= Number((cell >> BigInt(bit)) & 1n) << (at & 7)
    }
  })
  return bytes
}

/** Each word's bytes the other way round; cells of a byte or less come in words of two. */
function bigEndian(bytes: Uint8Array, bitsAllocated: number): Uint8Array {
  const word = bitsAllocated % 8 === 0 && bitsAllocated > 8 ? bitsAllocated / 8 : 2
  const even = new Uint8Array(Math.ceil(bytes.length / word) * word)
  even.set(bytes)
  for (let at = 0; at < even.length; at += word) even.subarray(at, at + word).reverse()
  return even
}

/** One segment a byte of each sample, the highest first; literal runs of one byte each (Annex G). */
function runLengths(cells: bigint[], { samplesPerPixel, bitsAllocated }: Picture): Uint8Array {
  const bytesEach = bitsAllocated / 8
  const segments: number[][] = []
  for (let sample = 0; sample < samplesPerPixel; sample++) {
    for (let byte = bytesEach - 1; byte >= 0; byte--) {
      const plane = cells.filter((_, at) => at % samplesPerPixel === sample)
      segments.push(plane.flatMap((cell) => [0, Number((cell >> BigInt(8 * byte)) & 255n)]))
    }
  }
  const head = new Uint32Array(16)
  head[0] = segments.length
  let start = 64
  segments.forEach((segment, index) => {
    head[index + 1] = start
    start += segment.length
  })
  return Uint8Array.from([...new Uint8Array(head.buffer), ...segments.flat()])
}

function fileOf(picture: Picture, name: SyntaxName, random: () => number): Uint8Array {
  const { uid, explicit, littleEndian } = syntaxes[name]
  const { bitsAllocated, samplesPerPixel, frames } = picture
  const isRle = name === 'RLE'
  // samples of RLE lie in segments, whatever this says
  const plain = isRle ? { ...picture, planarConfiguration: 0 } : picture
  const cells = picture.values.map((_, frame) => cellsOf(plain, frame, random))
  const even = (bytes: Uint8Array): Uint8Array =>
    bytes.length % 2 === 0 ? bytes : Uint8Array.from([...bytes, 0])
  const parts = cells.map((frame) => even(isRle ? runLengths(frame, picture) : packed(frame, bitsAllocated)))
  const native = packed(cells.flat(), bitsAllocated)
  const pixels =
    isRle || name === 'encapsulated uncompressed'
      ? encapsulated([], ...parts)
      : pixelData(littleEndian ? native : bigEndian(native, bitsAllocated))
  const photometric = samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2'
  const { planarConfiguration, ...shape } = picture
  const planar = samplesPerPixel === 3 ? { planarConfiguration } : {}
  return buildDicom(imageElements({ ...shape, ...planar, photometric, frames }, pixels), {
    transferSyntaxUid: uid,
    encoding: { explicit, littleEndian }
  })
}

describe('stored values', () => {
  it.each([
    ['implicit little endian', [1, 8, 10, 12, 16, 24, 32]],
    ['explicit little endian', [1, 8, 10, 12, 16, 24, 32]],
    ['explicit big endian', [1, 8, 16, 32]],
    ['encapsulated uncompressed', [1, 8, 16, 32]],
    ['RLE', [8, 16, 32]]
  ] as const)('come back from random layouts in %s', async (name, widths) => {
    const random = seededRandom(20_261_123)
    for (let round = 0; round < 200; round++) {
      const picture = randomPicture(random, widths)
      const image = await openImage(fileOf(picture, name, random))
      const { values, ...layout } = picture
      for (let frame = 0; frame < picture.frames; frame++) {
        const stored = await image.readFrame(frame)
        expect({ layout, frame, values: Array.from(stored.values) }).toEqual({
          layout,
          frame,
          values: values[frame]
        })
      }
    }
  })
})
