import { readFileSync } from 'node:fs'

export type NpyValues =
  Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Uint32Array

export interface NpyArray {
  shape: number[]
  values: NpyValues
}

const readers: Record<string, new (buffer: ArrayBuffer) => NpyValues> = {
  '<f4': Float32Array,
  '<f8': Float64Array,
  '|u1': Uint8Array,
  '|b1': Uint8Array,
  '|i1': Int8Array,
  '<u2': Uint16Array,
  '<i2': Int16Array,
  '<u4': Uint32Array,
  '<i4': Int32Array
}

/** Reads a .npy file, version 1 or 2, C order, little endian (numpy.lib.format). */
export function readNpy(path: string): NpyArray {
  const bytes = readFileSync(path)
  const headerStart = bytes[6] >= 2 ? 12 : 10
  const headerLength = bytes[6] >= 2 ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8)
  const header = bytes.toString('latin1', headerStart, headerStart + headerLength)
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? ''
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number)
  const Values = readers[type]
  if (!Values || /'fortran_order':\s*True/.test(header)) throw new Error(`${path}: cannot read ${header}`)
  const start = headerStart + headerLength
  return { shape, values: new Values(new Uint8Array(bytes.subarray(start)).buffer) }
}
