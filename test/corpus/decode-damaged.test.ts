import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NidusError } from '../../src-main/contract/errors'
import { openImage } from '../../src-main/image/open-image'
import { readImageHeader } from '../../src-main/image/read-image-header'
import { toModalityValues } from '../../src-main/image/to-modality-values'

/**
 * Damaged copies of corpus files by a seeded mutator: flipped bits, lying lengths, cuts, splices, missing stretches.
 * Whatever comes out, it is pixels or a NidusError with a code of its own; nothing else is thrown.
 * NIDUS_FUZZ_INPUTS and NIDUS_FUZZ_SEED choose how many and which (default 400 from seed 1).
 */
const corpus = resolve(process.env.NIDUS_CORPUS ?? '../shared/data', 'dicom/files')
const present = existsSync(corpus)
if (!present) console.log(`damaged files skipped: no ${corpus} (set NIDUS_CORPUS)`)

const inputs = Number(process.env.NIDUS_FUZZ_INPUTS ?? 400)
const firstSeed = Number(process.env.NIDUS_FUZZ_SEED ?? 1)
const largestBytes = 300_000

/** Linear congruential generator (Numerical Recipes), 0 to below 1. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
}

function damage(original: Uint8Array, other: Uint8Array, random: () => number): Uint8Array {
  const bytes = original.slice()
  // most damage goes to the first 4 KiB, where the headers are
  const place = (): number =>
    Math.floor(random() * Math.min(bytes.length, random() < 0.7 ? 4096 : bytes.length))
  switch (Math.floor(random() * 5)) {
    case 0:
      for (let flips = 1 + random() * 8; flips > 0; flips--) bytes[place()]! ^= 1 << Math.floor(random() * 8)
      return bytes
    case 1: {
      const lies = [0xffffffff, 0xfffffffe, 0, 1, 0x7fffffff, 65_535, bytes.length]
      const at = Math.min(place(), bytes.length - 4)
      new DataView(bytes.buffer).setUint32(at, lies[Math.floor(random() * lies.length)] as number, true)
      return bytes
    }
    case 2:
      return bytes.subarray(0, Math.floor(random() * bytes.length))
    case 3: {
      const cut = place()
      return new Uint8Array(
        Buffer.concat([bytes.subarray(0, cut), other.subarray(Math.floor(random() * other.length))])
      )
    }
    default: {
      const cut = place()
      return new Uint8Array(
        Buffer.concat([bytes.subarray(0, cut), bytes.subarray(cut + Math.floor(random() * 200))])
      )
    }
  }
}

/** @returns null, or what was thrown that should not have been */
async function unexpected(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
    return null
  } catch (error) {
    return error instanceof NidusError && error.code !== 'internal' ? null : error
  }
}

describe.skipIf(!present)('damaged files', () => {
  it('end in pixels or in a code', async () => {
    const files = readdirSync(corpus)
      .sort()
      .filter((name) => statSync(resolve(corpus, name)).size <= largestBytes)
      .map((name) => ({ name, bytes: new Uint8Array(readFileSync(resolve(corpus, name))) }))
    const surprises: string[] = []
    for (let input = 0; input < inputs; input++) {
      const random = generator(firstSeed * 1_000_003 + input)
      const pick = () => files[Math.floor(random() * files.length)]!
      const { name, bytes } = pick()
      const damaged = damage(bytes, pick().bytes, random)
      const error = await unexpected(async () => {
        await readImageHeader(damaged.subarray(0, Math.floor(random() * damaged.length) + 1), false)
      })
      const second = await unexpected(async () => {
        const image = await openImage(damaged)
        for (let frame = 0; frame < Math.min(2, image.frameCount); frame++) {
          const stored = await image.readFrame(frame)
          const { rows, columns, samplesPerPixel } = image.header
          if (stored.values.length !== rows * columns * samplesPerPixel)
            throw new Error('pixels of another size')
          toModalityValues(stored, image.header, frame)
        }
      })
      for (const thrown of [error, second]) {
        if (thrown) surprises.push(`input ${input} (${name}): ${String((thrown as Error).stack ?? thrown)}`)
      }
    }
    expect(surprises).toEqual([])
  })
})
