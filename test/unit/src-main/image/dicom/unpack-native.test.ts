import { describe, expect, it } from 'vitest'
import { unpackNative, unpackSingleBits } from '../../../../../src-main/image/dicom/unpack-native'

const layout = (count: number, bitsAllocated: number, bitsStored: number, signed: boolean) => ({
  rows: 1,
  columns: count,
  samplesPerPixel: 1,
  bitsAllocated,
  bitsStored,
  highBit: bitsStored - 1,
  signed,
  sampleType: 'integer' as const
})

/** Bytes at an offset inside a larger buffer, as pixels lie in a file. */
function placed(bytes: Uint8Array, offset: number): Uint8Array {
  const file = new Uint8Array(offset + bytes.length + 5).fill(0xff)
  file.set(bytes, offset)
  return file.subarray(offset, offset + bytes.length)
}

describe('unpackNative', () => {
  // wherever the one stray word lies, however the pixels lie to words of four bytes, and whatever follows them
  const counts = [1, 2, 3, 7, 8]
  const offsets = [0, 1, 2, 3, 4, 6]
  it.each([
    [8, 5, 0b1110_0000, false],
    [16, 12, 0xf000, false],
    [16, 12, 0x7000, true],
    [8, 5, 0b0110_0000, true],
    [32, 20, 0x0550_0000, false],
    [32, 20, 0x0550_0000, true]
  ])(
    'clears stray bits of %i-bit words with %i stored (%i, signed: %s)',
    (allocated, stored, strayBits, signed) => {
      const Words = { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array }[allocated] as typeof Uint32Array
      for (const count of counts) {
        for (const offset of offsets) {
          for (let stray = -1; stray < count; stray++) {
            const plain = Array.from({ length: count }, (_, at) => at + 1)
            const words = Words.from(plain, (value, at) => (at === stray ? value | strayBits : value))
            const bytes = placed(new Uint8Array(words.buffer), offset)
            const before = Array.from(bytes)
            expect(Array.from(unpackNative(bytes, layout(count, allocated, stored, signed), false))).toEqual(
              plain
            )
            // the file's own bytes stay as they are
            expect(Array.from(bytes)).toEqual(before)
          }
        }
      }
    }
  )

  it('keeps negative values whose upper bits repeat the sign, over the bytes themselves', () => {
    const bytes = placed(new Uint8Array(Int16Array.of(-1, -2048, 2047, 0, -5).buffer), 2)
    const values = unpackNative(bytes, layout(5, 16, 12, true), false)
    expect(Array.from(values)).toEqual([-1, -2048, 2047, 0, -5])
    expect(values.buffer).toBe(bytes.buffer)
  })

  it('cleans every word there is, with any number of bits stored', () => {
    for (const allocated of [8, 16]) {
      const Words = (allocated === 8 ? Uint8Array : Uint16Array) as typeof Uint16Array
      // one more than fits into words of four bytes
      const all = Words.from({ length: 2 ** allocated + 1 }, (_, word) => word)
      for (let stored = 1; stored < allocated; stored++) {
        for (const signed of [false, true]) {
          const range = 2 ** stored
          const expected = Array.from(all, (word) => {
            const value = word % range
            return signed && value >= range / 2 ? value - range : value
          })
          const values = unpackNative(
            new Uint8Array(all.buffer),
            layout(all.length, allocated, stored, signed),
            false
          )
          expect(values.every((value, at) => value === expected[at])).toBe(true)
        }
      }
    }
  })

  it('sees a stray bit far into a large image', () => {
    const words = new Uint16Array(100_000).fill(7)
    words[99_990] = 0xf007
    const values = unpackNative(new Uint8Array(words.buffer), layout(words.length, 16, 12, false), false)
    expect(values.every((value) => value === 7)).toBe(true)
  })

  it('extends the sign of negative values whose upper bits are zero', () => {
    const bytes = new Uint8Array(Uint16Array.of(0x0fff, 0x0800, 0x07ff).buffer)
    expect(Array.from(unpackNative(bytes, layout(3, 16, 12, true), false))).toEqual([-1, -2048, 2047])
  })
})

describe('unpackSingleBits', () => {
  it('takes any number of bits from any place, lowest first', () => {
    const bytes = Uint8Array.of(0b1011_0010, 0b0110_1001, 0xff, 0b1000_0001)
    // by the definition: bit n is bit n mod 8 of byte n div 8
    const all = Array.from({ length: 32 }, (_, bit) => ((bytes[bit >> 3] as number) >> (bit & 7)) & 1)
    for (let offset = 0; offset < 32; offset++) {
      for (let count = 0; offset + count <= 32; count++) {
        expect(Array.from(unpackSingleBits(bytes, count, offset))).toEqual(all.slice(offset, offset + count))
      }
    }
  })
})
