import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { expect, it } from 'vitest'
import { openImage } from '../../src-main/image/open-image'

/**
 * Frames of JPEG 2000 and HTJ2K large enough for several threads come out alike, time after time. Their first outcome
 * is what decode.test.ts holds against the oracle.
 */
const corpus = resolve(process.env.NIDUS_CORPUS ?? '../shared/data', 'dicom/files')
const present = existsSync(corpus)
if (!present) console.log(`JPEG 2000 on several threads skipped: no ${corpus} (set NIDUS_CORPUS)`)

// functions stay as they are before V8 optimizes them, which is slow: threads then meet at locks often, and V8 11 loses
// the address of a lock that is waited for unless it is a constant (scripts/build-openjpeg/lock.h)
setFlagsFromString('--liftoff-only')

const syntaxes = ['90', '91', '201', '202', '203'].map((end) => `1.2.840.10008.1.2.4.${end}`)
const times = 12

it.runIf(present)(
  'decodes the same pixels every time',
  async () => {
    let frames = 0
    for (const name of readdirSync(corpus)) {
      const path = resolve(corpus, name)
      const { size } = statSync(path)
      if (size < 20_000 || size > 250_000) continue
      const image = await openImage(new Uint8Array(readFileSync(path))).catch(() => null)
      if (!image || !syntaxes.includes(image.header.transferSyntaxUid ?? '')) continue
      const first = Buffer.from((await image.readFrame(0)).values.buffer)
      for (let time = 1; time < times; time++) {
        expect(Buffer.from((await image.readFrame(0)).values.buffer).equals(first), name).toBe(true)
      }
      frames++
    }
    console.log(`${frames} frames, ${times} times each`)
    expect(frames).toBeGreaterThan(8)
  },
  120_000
)
