import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { StoredFrame } from '../../src-main/image/image-types'
import { openImage } from '../../src-main/image/open-image'

/**
 * Single-frame files whose compressed pixels are cut at a quarter, a half and three quarters. Without `partial` the
 * frame is refused; with it, what is shown says that it is partial, and
 * - JPEG-LS decodes row by row: the rows that are said to be there are those of the whole file, every pixel;
 * - JPEG 2000 and HTJ2K lay resolution upon resolution: all rows are there, and the more bytes, the nearer their
 *   pixels come to those of the whole file.
 */
const corpus = resolve(process.env.NIDUS_CORPUS ?? '../shared/data', 'dicom/files')
const present = existsSync(corpus)
if (!present) console.log(`cut frames skipped: no ${corpus} (set NIDUS_CORPUS)`)

const byRow = ['1.2.840.10008.1.2.4.80', '1.2.840.10008.1.2.4.81']
const byResolution = ['90', '91', '201', '202', '203'].map((end) => `1.2.840.10008.1.2.4.${end}`)
const shares = [0.25, 0.5, 0.75]
const largestBytes = 700_000

interface Sample {
  name: string
  bytes: Uint8Array
  /** of the compressed frame, where it is cut */
  start: number
  uid: string
}

async function samples(): Promise<Sample[]> {
  const found: Sample[] = []
  for (const name of readdirSync(corpus).sort()) {
    const path = resolve(corpus, name)
    if (statSync(path).size > largestBytes) continue
    const bytes = new Uint8Array(readFileSync(path))
    try {
      const { header, frameCount, readFrame } = await openImage(bytes)
      const uid = header.transferSyntaxUid ?? ''
      if (frameCount !== 1 || ![...byRow, ...byResolution].includes(uid)) continue
      await readFrame(0)
      const start = startOfPixels(bytes)
      // of less there is no row or tile before the cut
      if (bytes.length - start > 1500) found.push({ name, bytes, start, uid })
    } catch {
      continue // damaged already
    }
  }
  return found
}

/** Where explicit little-endian Pixel Data of undefined length begins; items follow. */
function startOfPixels(bytes: Uint8Array): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  return text.search(/\xe0\x7f\x10\x00O[BW]\x00\x00\xff\xff\xff\xff/)
}

async function readCut(sample: Sample, share: number, partial: boolean): Promise<StoredFrame> {
  const { bytes, start } = sample
  const end = start + Math.floor((bytes.length - start) * share)
  return (await openImage(bytes.slice(0, end))).readFrame(0, { partial })
}

function meanError(one: StoredFrame, other: StoredFrame): number {
  let sum = 0
  for (let at = 0; at < one.values.length; at++) {
    sum += Math.abs((one.values[at] as number) - (other.values[at] as number))
  }
  return sum / one.values.length
}

const found = present ? await samples() : []
let cuts = 0

describe.skipIf(!present)('a compressed frame that is cut', () => {
  it('is not taken for a whole one', async () => {
    for (const sample of found) {
      for (const share of shares) {
        await expect(readCut(sample, share, false), sample.name).rejects.toMatchObject({
          code: 'dicom-truncated'
        })
      }
    }
  })

  it.each(found.filter(({ uid }) => byRow.includes(uid)))('shows its rows: $name', async (sample) => {
    const whole = await (await openImage(sample.bytes)).readFrame(0)
    for (const share of shares) {
      const shown = await readCut(sample, share, true)
      cuts++
      expect(shown.missingBytes).toBeGreaterThan(0)
      const held = shown.rows - (shown.missingRows as number)
      expect(held).toBeGreaterThan(0)
      expect(held).toBeLessThan(shown.rows)
      const sure = held * shown.columns * shown.samplesPerPixel
      expect(Buffer.from(bytesOf(shown, sure)).equals(Buffer.from(bytesOf(whole, sure)))).toBe(true)
    }
  })

  it.each(found.filter(({ uid }) => byResolution.includes(uid)))(
    'comes nearer with every byte: $name',
    async (sample) => {
      const whole = await (await openImage(sample.bytes)).readFrame(0)
      const errors: number[] = []
      for (const share of shares) {
        const shown = await readCut(sample, share, true).catch((error: unknown) => {
          // of interleaved tile parts OpenJPEG gives too little to tell which of the tiles are there
          expect(sample.name).toBe('pydicom__GDCMJ2K_TextGBR.dcm')
          expect(error).toMatchObject({
            code: expect.stringMatching(/^dicom-truncated|pixel-decode-failed$/)
          })
          return null
        })
        if (!shown) return
        cuts++
        expect(shown.missingBytes).toBeGreaterThan(0)
        errors.push(meanError(shown, whole))
      }
      expect(errors).toEqual([...errors].sort((a, b) => b - a))
      const flat = { ...whole, values: whole.values.slice().fill(meanOf(whole)) }
      expect(errors[1]).toBeLessThan(meanError(flat, whole) / 2)
    }
  )

  afterAll(() => console.log(`${found.length} files, ${cuts} cuts shown in part`))
})

function bytesOf({ values }: StoredFrame, count: number): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, count * values.BYTES_PER_ELEMENT)
}

function meanOf({ values }: StoredFrame): number {
  let sum = 0
  for (const value of values) sum += value
  return Math.round(sum / values.length)
}
