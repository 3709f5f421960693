import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStudies } from '../../src-main/study/open-studies'
import { readSlice } from '../../src-main/study/read-slice'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nidus-pair-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The header of a volume of 2 x 2 x 2 16-bit voxels whose voxels start at byte 4 of their own file. */
function header(version: 1 | 2, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(version === 1 ? 348 : 540))
  const magic = (at: number): void =>
    [0x6e, 0x69, 0x30 + version, 0].forEach((byte, i) => view.setUint8(at + i, byte))
  view.setInt32(0, view.byteLength, littleEndian)
  const dims = [3, 2, 2, 2, 1, 1, 1, 1]
  if (version === 1) {
    dims.forEach((size, at) => view.setInt16(40 + 2 * at, size, littleEndian))
    view.setInt16(70, 512, littleEndian) // uint16
    view.setInt16(72, 16, littleEndian)
    ;[1, 1, 1, 1].forEach((size, at) => view.setFloat32(76 + 4 * at, size, littleEndian))
    view.setFloat32(108, 4, littleEndian) // vox_offset
    view.setInt16(252, 1, littleEndian) // qform_code
    magic(344)
  } else {
    magic(4)
    view.setInt16(12, 512, littleEndian)
    view.setInt16(14, 16, littleEndian)
    dims.forEach((size, at) => view.setBigInt64(16 + 8 * at, BigInt(size), littleEndian))
    ;[1, 1, 1, 1].forEach((size, at) => view.setFloat64(104 + 8 * at, size, littleEndian))
    view.setBigInt64(168, 4n, littleEndian)
    view.setInt32(344, 1, littleEndian) // qform_code
  }
  return new Uint8Array(view.buffer)
}

function voxels(littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 + 16))
  for (let at = 0; at < 8; at++) view.setUint16(4 + 2 * at, 1000 + at, littleEndian)
  return new Uint8Array(view.buffer)
}

describe('a NIfTI pair', () => {
  it.each<[string, 1 | 2, boolean, string]>([
    ['NIfTI-1', 1, true, ''],
    ['NIfTI-1, big endian', 1, false, ''],
    ['NIfTI-2', 2, true, ''],
    ['packed', 1, true, '.gz']
  ])('opens once, by either of its files: %s', async (_, version, littleEndian, packed) => {
    const pack = (bytes: Uint8Array): Uint8Array => (packed ? new Uint8Array(gzipSync(bytes)) : bytes)
    writeFileSync(join(folder, `v.hdr${packed}`), pack(header(version, littleEndian)))
    writeFileSync(join(folder, `v.img${packed}`), pack(voxels(littleEndian)))
    for (const paths of [[folder], [join(folder, `v.hdr${packed}`)], [join(folder, `v.img${packed}`)]]) {
      const { studies, problems } = await openStudies(paths)
      expect(problems).toEqual([])
      expect(studies).toHaveLength(1)
      const series = studies[0]!.series[0]!
      expect(series.slices.map(({ source }) => basename(source.path))).toEqual([
        `v.hdr${packed}`,
        `v.hdr${packed}`
      ])
      const first = await readSlice(series, series.slices[0]!)
      const all = [...first.modality, ...(await readSlice(series, series.slices[1]!)).modality]
      expect(all.sort()).toEqual([1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007])
    }
  })

  it('says what is missing', async () => {
    writeFileSync(join(folder, 'v.hdr'), header(1, true))
    const { problems } = await openStudies([folder])
    expect(problems).toMatchObject([
      { code: 'file-not-found', message: 'the .img file of this header is missing' }
    ])
  })

  it('is not made of other files of these names', async () => {
    writeFileSync(join(folder, 'v.hdr'), new Uint8Array(400))
    writeFileSync(join(folder, 'v.img'), voxels(true))
    expect((await openStudies([folder])).problems).toMatchObject([{ code: 'format-unknown' }])
  })
})
