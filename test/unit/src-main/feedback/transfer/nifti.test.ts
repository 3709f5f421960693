import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { affineOf, decodeNifti, encodeNifti } from '../../../../../src-main/feedback/transfer/nifti'

const labels = Uint16Array.from({ length: 24 }, (_, i) => (i % 5 === 0 ? i : 0))
const affine = [
  [-1.5, 0, 0, 10],
  [0, -2, 0, -20],
  [0, 0, 4, 30]
]
const volume = { columns: 4, rows: 3, slices: 2, labels, affine }

describe('affineOf', () => {
  it('turns DICOM’s LPS mapping into RAS', () => {
    const axial = {
      ...{ sliceCount: 5, orientation: [1, 0, 0, 0, 1, 0], spacingMm: [2, 1.5] as [number, number] },
      ...{
        firstPositionMm: [-10, 20, 30] as [number, number, number],
        stepMm: [0, 0, 4] as [number, number, number]
      }
    }
    expect(affineOf(axial)).toEqual(affine)
    // sagittal: columns run to posterior, rows to inferior; by PS3.3 C.7.6.2.1.1 the voxel (i, j, k) lies at LPS
    // (5 + 3k, -7 + 0.5 i, 9 - 0.25 j), so RAS is (-5 - 3k, 7 - 0.5 i, 9 - 0.25 j)
    const sagittal = {
      ...{ sliceCount: 2, orientation: [0, 1, 0, 0, 0, -1], spacingMm: [0.25, 0.5] as [number, number] },
      ...{
        firstPositionMm: [5, -7, 9] as [number, number, number],
        stepMm: [3, 0, 0] as [number, number, number]
      }
    }
    expect(affineOf(sagittal)).toEqual([
      [0, 0, -3, -5],
      [-0.5, 0, 0, 7],
      [0, -0.25, 0, 9]
    ])
  })
})

describe('encodeNifti', () => {
  it('lays the header out as nifti1.h says', () => {
    const file = gunzipSync(encodeNifti(volume))
    expect(file.readInt32LE(0)).toBe(348)
    expect([40, 42, 44, 46].map((at) => file.readInt16LE(at))).toEqual([3, 4, 3, 2])
    expect([file.readInt16LE(70), file.readInt16LE(72), file.readFloatLE(108)]).toEqual([512, 16, 352])
    expect([80, 84, 88].map((at) => file.readFloatLE(at))).toEqual([1.5, 2, 4])
    expect(file.toString('latin1', 344, 348)).toBe('n+1\0')
    expect(file.length).toBe(352 + 48)
  })

  it('comes back', () => {
    expect(decodeNifti(encodeNifti(volume))).toEqual(volume)
    expect(decodeNifti(gunzipSync(encodeNifti({ ...volume, affine: null }))).affine).toBe(null)
  })
})

describe('decodeNifti', () => {
  it('reads other number types, byte order and scaling', () => {
    const file = gunzipSync(encodeNifti(volume))
    const floats = Buffer.alloc(352 + 96)
    file.copy(floats, 0, 0, 352)
    floats.writeInt16LE(16, 70)
    floats.writeFloatLE(2, 112)
    labels.forEach((label, i) => floats.writeFloatLE(label / 2, 352 + 4 * i))
    expect(decodeNifti(gzipSync(floats)).labels).toEqual(labels)

    const big = Buffer.alloc(352 + 24)
    big.writeInt32BE(348, 0)
    ;[3, 4, 3, 2].forEach((size, i) => big.writeInt16BE(size, 40 + 2 * i))
    big.writeInt16BE(2, 70)
    big.writeFloatBE(352, 108)
    big.write('n+1\0', 344, 'latin1')
    labels.forEach((label, i) => big.writeUInt8(label, 352 + i))
    expect(decodeNifti(big).labels).toEqual(labels)
  })

  it('refuses what is no label volume', () => {
    const file = gunzipSync(encodeNifti(volume))
    const broken = (change: (copy: Buffer) => void): Buffer => {
      const copy = Buffer.from(file)
      change(copy)
      return copy
    }
    for (const bad of [
      Buffer.alloc(10),
      Buffer.from([0x1f, 0x8b, 1, 2, 3]),
      file.subarray(0, file.length - 1),
      broken((copy) => copy.write('ni1', 344, 'latin1')),
      broken((copy) => copy.writeInt16LE(128, 70)),
      broken((copy) => copy.writeInt16LE(-3, 42)),
      broken((copy) => copy.writeFloatLE(0.5, 112)),
      broken((copy) => copy.writeFloatLE(0, 108))
    ]) {
      expect(() => decodeNifti(bad)).toThrow(expect.objectContaining({ code: 'feedback-import-invalid' }))
    }
  })
})
