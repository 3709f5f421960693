import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { NidusError } from '../../src-main/contract/errors'
import type { PixelArray } from '../../src-main/image/image-types'
import { openImage } from '../../src-main/image/open-image'

/**
 * Stored values of every file of the corpus against oracle.csv, which says what pydicom 3.0.2 reads (shape, dtype,
 * sha256 of the little-endian C-order bytes, min, max, mean).
 *
 * - exact oracles: shape, type and sha256 must be equal;
 * - lossy ones (decoder-dependent): minimum and maximum within 1 grey level, mean within 0.2;
 * - where the oracle's reader turned YBR into RGB and stored values are kept here, they are converted by
 *   PS3.3 C.7.6.3.1.2 (YBR_FULL) before they are compared;
 * - what the oracle's reader cannot read must end in an error code, or in pixels of the header's shape: frames, rows,
 *   columns, samples and the type that bits and sign make, as oracle.csv lists them from the header.
 */
const corpus = resolve(process.env.NIDUS_CORPUS ?? '../shared/data', 'dicom')
const present = existsSync(resolve(corpus, 'oracle.csv'))
if (!present) console.log(`decode corpus skipped: no ${corpus}/oracle.csv (set NIDUS_CORPUS)`)

type Row = Record<string, string>

function readOracle(): Row[] {
  const [head, ...lines] = readFileSync(resolve(corpus, 'oracle.csv'), 'utf8').trim().split(/\r?\n/)
  const names = splitCsv(head as string)
  return lines.map((line) =>
    Object.fromEntries(splitCsv(line).map((cell, index) => [names[index] as string, cell]))
  )
}

function splitCsv(line: string): string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .map((match) => (match[1] as string).replace(/^"|"$/g, '').replace(/""/g, '"'))
    .slice(0, -1)
}

function numpyType(values: PixelArray): string {
  return values.constructor.name.replace('Array', '').toLowerCase()
}

/** PS3.3 C.7.6.3.1.2 inverted (ITU-R BT.601, full range), rounded to the nearest and clamped to 8 bits. */
function ybrFullToRgb(values: PixelArray): Uint8Array {
  const rgb = new Uint8ClampedArray(values.length)
  for (let at = 0; at < values.length; at += 3) {
    const [y, cb, cr] = [
      values[at] as number,
      (values[at + 1] as number) - 128,
      (values[at + 2] as number) - 128
    ]
    rgb[at] = y + 1.402 * cr
    rgb[at + 1] = y - (0.114 * 1.772 * cb + 0.299 * 1.402 * cr) / 0.587
    rgb[at + 2] = y + 1.772 * cb
  }
  return new Uint8Array(rgb.buffer)
}

interface Outcome {
  shape: string
  type: string
  sha256: string
  minimum: number
  maximum: number
  mean: number
  converted: boolean
}

async function decodeAll(file: string): Promise<Outcome> {
  const image = await openImage(readFileSync(resolve(corpus, file)))
  const hash = createHash('sha256')
  let [minimum, maximum, sum, count, type, converted] = [Infinity, -Infinity, 0, 0, '', false]
  let [rows, columns, samples] = [0, 0, 1]
  for (let frame = 0; frame < image.frameCount; frame++) {
    const stored = await image.readFrame(frame)
    converted = stored.photometricInterpretation.startsWith('YBR') && stored.samplesPerPixel === 3
    const values = converted ? ybrFullToRgb(stored.values) : stored.values
    ;({ rows, columns, samplesPerPixel: samples } = stored)
    expect(values.length).toBe(rows * columns * samples)
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    for (const value of values) {
      if (value < minimum) minimum = value
      if (value > maximum) maximum = value
      sum += value
    }
    count += values.length
    type = numpyType(values)
  }
  const shape = [
    ...(image.frameCount > 1 ? [image.frameCount] : []),
    rows,
    columns,
    ...(samples > 1 ? [samples] : [])
  ]
  return {
    shape: shape.join('x'),
    type,
    sha256: hash.digest('hex'),
    minimum,
    maximum,
    mean: sum / count,
    converted
  }
}

function shortfall(row: Row, outcome: Outcome): string | null {
  if (outcome.shape !== row.array_shape) return `shape ${outcome.shape}, oracle ${row.array_shape}`
  if (outcome.type !== row.array_dtype) return `type ${outcome.type}, oracle ${row.array_dtype}`
  if (row.oracle_exact?.startsWith('exact')) {
    if (outcome.sha256 === row.array_sha256) return null
    return `other pixels: min ${outcome.minimum} max ${outcome.maximum} mean ${outcome.mean.toFixed(6)}, oracle ${row.min} ${row.max} ${row.mean}`
  }
  const off = [
    outcome.minimum - Number(row.min),
    outcome.maximum - Number(row.max),
    outcome.mean - Number(row.mean)
  ]
  const within =
    Math.abs(off[0] as number) <= 1 && Math.abs(off[1] as number) <= 1 && Math.abs(off[2] as number) <= 0.2
  return within ? null : `minimum off by ${off[0]}, maximum by ${off[1]}, mean by ${off[2]?.toFixed(4)}`
}

/** What the header's own facts make of shape and type; frames where there is more than one. */
function headerShortfall(row: Row, outcome: Outcome): string | null {
  const samples = Number(row.samples_per_pixel || 1)
  const frames = Number(row.frames || 1)
  const shape = [...(frames > 1 ? [frames] : []), row.rows, row.cols, ...(samples > 1 ? [samples] : [])]
  if (outcome.shape !== shape.join('x')) return `shape ${outcome.shape}, header ${shape.join('x')}`
  const bits = Number(row.bits_allocated)
  const width = bits <= 8 ? 8 : bits <= 16 ? 16 : 32
  const type = `${row.pixel_representation === '1' ? 'int' : 'uint'}${width}`
  return outcome.type === type ? null : `type ${outcome.type}, header ${type}`
}

const fallenShort: string[] = []
const rows = present ? readOracle() : []

describe.skipIf(!present)('decode agrees with the oracle', () => {
  it.each(rows.map((row) => [row.file as string, row] as const))('%s', async (file, row) => {
    const outcome = await decodeAll(file).catch((error: unknown) => error)
    let problem: string | null
    if (row.readable_by_pydicom === 'yes') {
      if (outcome instanceof NidusError) problem = `${outcome.code} ${String(outcome.context.reason ?? '')}`
      else if (outcome instanceof Error) problem = `crashed: ${outcome.stack}`
      else problem = shortfall(row, outcome as Outcome)
      if ((outcome as Outcome).converted)
        console.log(`${file}: YBR_FULL kept as stored, converted by the standard's equation`)
    } else {
      const typed = outcome instanceof NidusError && outcome.code !== 'internal'
      if (outcome instanceof Error) problem = typed ? null : `crashed: ${outcome.stack}`
      else problem = headerShortfall(row, outcome as Outcome)
      const said = typed
        ? `${outcome.code} (${String(outcome.context.reason)})`
        : `read as ${JSON.stringify(outcome)}`
      console.log(`${file}: not readable by the oracle's reader; ${said}`)
    }
    if (problem) fallenShort.push(`${file}: ${problem}`)
    expect(problem).toBeNull()
  })

  afterAll(() => {
    for (const line of fallenShort) console.log(`short: ${line}`)
    console.log(
      `${rows.length - fallenShort.length} of ${rows.length} files agree, ${fallenShort.length} fall short`
    )
  })
})
