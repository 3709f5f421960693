import { readFile } from 'node:fs/promises'
import { NidusError } from '../contract/errors'
import { readNpy } from '../evaluation/read-npy'
import type { NpyValues } from '../evaluation/read-npy'
import { openImage } from '../image/open-image'

/** An anomaly map, [rows * columns], score units. */
export interface MapFile {
  rows: number
  columns: number
  scores: Float32Array | Float64Array
}

/**
 * Reads a map from .npy or .png. Integers of 32 bits and doubles keep their bits as float64.
 * @throws NidusError `raster-malformed`, `raster-unsupported` for colour and for arrays that are no slice
 */
export async function readMap(path: string): Promise<MapFile> {
  const { rows, columns, values, samples } = await readPlane(path)
  if (samples !== 1) throw new NidusError('raster-unsupported', { reason: 'a map in colour has no scores' })
  const exact =
    values instanceof Float64Array || values instanceof Uint32Array || values instanceof Int32Array
  const scores = exact
    ? Float64Array.from(values)
    : values instanceof Float32Array
      ? values
      : Float32Array.from(values)
  return { rows, columns, scores }
}

/**
 * Reads a mask from .npy or .png: 1 where any sample of a pixel is not zero.
 * @throws NidusError `raster-malformed`, `raster-unsupported`
 */
export async function readMask(path: string): Promise<{ rows: number; columns: number; mask: Uint8Array }> {
  const { rows, columns, values, samples } = await readPlane(path)
  const mask = new Uint8Array(rows * columns)
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) mask[Math.floor(i / samples)] = 1
  return { rows, columns, mask }
}

async function readPlane(
  path: string
): Promise<{ rows: number; columns: number; samples: number; values: NpyValues }> {
  const bytes = await readFile(path)
  if (!/\.npy$/i.test(path)) {
    const frame = await (await openImage(bytes)).readFrame(0)
    return { rows: frame.rows, columns: frame.columns, samples: frame.samplesPerPixel, values: frame.values }
  }
  const { shape, values } = readNpy(bytes)
  const axes = shape.slice(-2)
  const others = shape.slice(0, -2)
  if (axes.length < 2 || others.some((axis) => axis !== 1)) {
    throw new NidusError('raster-unsupported', {
      reason: `an array of shape ${shape.join(' x ')} is no slice`
    })
  }
  return { rows: axes[0], columns: axes[1], samples: 1, values }
}
