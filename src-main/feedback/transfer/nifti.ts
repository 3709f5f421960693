import { gunzipSync, gzipSync } from 'node:zlib'
import { NidusError } from '../../contract/errors'
import type { SeriesGeometry } from '../../contract/feedback'

/** A volume [slices * rows * columns], column fastest, as NIfTI-1 has it on disk. */
export interface LabelVolume {
  columns: number
  rows: number
  slices: number
  labels: Uint16Array
  /** voxel (column, row, slice) to RAS millimetres, three rows of four; null where it is not known */
  affine: number[][] | null
}

const headerBytes = 352
const uint16 = 512
/** A label volume of 4096 x 4096 x 60 fills this; anything larger is no mask of ours. */
const maxBytes = 2 * 2 ** 30 - headerBytes

/**
 * Voxel to RAS: DICOM's mapping of PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1, with the first two axes turned round,
 * since DICOM counts towards left and posterior, NIfTI towards right and anterior.
 */
export function affineOf(geometry: SeriesGeometry): number[][] {
  const { orientation, spacingMm, firstPositionMm, stepMm } = geometry
  return [0, 1, 2].map((axis) => {
    const sign = axis < 2 ? -1 : 1
    return [
      sign * orientation[axis] * spacingMm[1],
      sign * orientation[axis + 3] * spacingMm[0],
      sign * stepMm[axis],
      sign * firstPositionMm[axis]
    ].map((entry) => entry + 0)
  })
}

/**
 * A NIfTI-1 file (nifti1.h), gzipped: unsigned 16-bit labels, affine as sform with code 1 (scanner), or none.
 */
export function encodeNifti(volume: LabelVolume): Uint8Array {
  const { columns, rows, slices, labels, affine } = volume
  if (labels.length !== columns * rows * slices)
    throw new NidusError('internal', { reason: 'volume and size' })
  if (Math.max(columns, rows, slices) > 32_767)
    throw new NidusError('internal', { reason: 'volume too wide' })
  const file = Buffer.alloc(headerBytes + labels.length * 2)
  file.writeInt32LE(348, 0)
  ;[3, columns, rows, slices, 1, 1, 1, 1].forEach((size, i) => file.writeInt16LE(size, 40 + 2 * i))
  file.writeInt16LE(uint16, 70)
  file.writeInt16LE(16, 72)
  const spacing = [0, 1, 2].map((column) =>
    affine ? Math.hypot(affine[0][column], affine[1][column], affine[2][column]) : 1
  )
  ;[1, ...spacing].forEach((size, i) => file.writeFloatLE(size, 76 + 4 * i))
  file.writeFloatLE(headerBytes, 108)
  file.writeFloatLE(1, 112)
  file.writeUInt8(2, 123) // xyzt_units: millimetres
  file.write('Nidus labels. Research use only.', 148, 'latin1')
  if (affine) {
    file.writeInt16LE(1, 254)
    affine.flat().forEach((entry, i) => file.writeFloatLE(entry, 280 + 4 * i))
  }
  file.write('n+1\0', 344, 'latin1')
  for (let i = 0; i < labels.length; i += 1) file.writeUInt16LE(labels[i], headerBytes + 2 * i)
  return gzipSync(file)
}

type Reader = (file: Buffer, at: number, little: boolean) => number
const readers: Record<number, { bytes: number; read: Reader }> = {
  2: { bytes: 1, read: (file, at) => file.readUInt8(at) },
  4: { bytes: 2, read: (file, at, little) => (little ? file.readInt16LE(at) : file.readInt16BE(at)) },
  8: { bytes: 4, read: (file, at, little) => (little ? file.readInt32LE(at) : file.readInt32BE(at)) },
  16: { bytes: 4, read: (file, at, little) => (little ? file.readFloatLE(at) : file.readFloatBE(at)) },
  64: { bytes: 8, read: (file, at, little) => (little ? file.readDoubleLE(at) : file.readDoubleBE(at)) },
  512: { bytes: 2, read: (file, at, little) => (little ? file.readUInt16LE(at) : file.readUInt16BE(at)) }
}

/**
 * Reads a label volume that a program wrote back, gzipped or not, in any of the usual number types.
 * @throws NidusError `feedback-import-invalid` when it is no single-file NIfTI-1 volume of whole labels
 */
export function decodeNifti(bytes: Uint8Array): LabelVolume {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new NidusError('feedback-import-invalid', { reason }, { cause })
  }
  let file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file[0] === 0x1f && file[1] === 0x8b) {
    try {
      file = gunzipSync(file, { maxOutputLength: maxBytes })
    } catch (thrown) {
      refuse('NIfTI file cannot be unpacked', thrown)
    }
  }
  if (file.length < headerBytes || file.toString('latin1', 344, 347) !== 'n+1') refuse('no NIfTI-1 file')
  const little = file.readInt32LE(0) === 348
  const int16 = (at: number) => (little ? file.readInt16LE(at) : file.readInt16BE(at))
  const float = (at: number) => (little ? file.readFloatLE(at) : file.readFloatBE(at))
  const [axes, columns, rows, slices, ...rest] = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => int16(40 + 2 * i))
  const more = rest.slice(0, Math.max(0, axes - 3)).some((size) => size > 1)
  if (axes < 3 || more || Math.min(columns, rows, slices) < 1) refuse('not a volume')
  const type = readers[int16(70)] ?? refuse(`NIfTI data type ${int16(70)}`)
  const [offset, slope, intercept] = [float(108), float(112), float(116)]
  const count = columns * rows * slices
  if (!(offset >= headerBytes) || file.length < offset + count * type.bytes) refuse('NIfTI file is cut short')
  const labels = new Uint16Array(count)
  for (let i = 0; i < count; i += 1) {
    const raw = type.read(file, offset + i * type.bytes, little)
    const label = slope === 0 || !Number.isFinite(slope) ? raw : raw * slope + intercept
    if (!Number.isInteger(label) || label < 0 || label > 65_535) refuse('labels are not whole numbers')
    labels[i] = label
  }
  const affine =
    int16(254) > 0 ? [0, 1, 2].map((row) => [0, 1, 2, 3].map((i) => float(280 + 16 * row + 4 * i))) : null
  return { columns, rows, slices, labels, affine }
}
