import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'
import { readTiffChain } from '../../../../../src-main/image/raster/tiff-directories'

/** A TIFF of three directories without entries, the last of which names `end` as the next. */
function chain({ little, big, end }: { little: boolean; big: boolean; end: number }): Uint8Array {
  const [header, size] = big ? [16, 16] : [8, 6]
  const bytes = new Uint8Array(header + 3 * size)
  const view = new DataView(bytes.buffer)
  bytes.set(little ? [0x49, 0x49] : [0x4d, 0x4d])
  view.setUint16(2, big ? 43 : 42, little)
  if (big) view.setUint16(4, 8, little)
  const setPlace = (at: number, place: number): void =>
    big ? view.setBigUint64(at, BigInt(place), little) : view.setUint32(at, place, little)
  setPlace(big ? 8 : 4, header)
  for (const k of [0, 1, 2]) {
    const place = header + k * size
    setPlace(place + (big ? 8 : 2), k < 2 ? place + size : end)
  }
  return bytes
}

describe.each([
  { little: true, big: false },
  { little: false, big: false },
  { little: true, big: true },
  { little: false, big: true }
])('little-endian $little, BigTIFF $big', (kind) => {
  it('end, or go in circles', () => {
    const first = kind.big ? 16 : 8
    const last = first + 2 * (kind.big ? 16 : 6)
    expect(readTiffChain(chain({ ...kind, end: 0 })).circular).toBe(false)
    expect(readTiffChain(chain({ ...kind, end: 5000 })).circular).toBe(false)
    expect(readTiffChain(chain({ ...kind, end: first })).circular).toBe(true)
    expect(readTiffChain(chain({ ...kind, end: last })).circular).toBe(true)
  })

  it('in circles are refused', async () => {
    const first = kind.big ? 16 : 8
    await expect(openImage(chain({ ...kind, end: first }))).rejects.toMatchObject({
      code: 'raster-malformed'
    })
  })
})
