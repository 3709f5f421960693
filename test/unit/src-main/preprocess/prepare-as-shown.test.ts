import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ModelManifest } from '../../../../src-main/contract/manifest'
import { prepareAsShown } from '../../../../src-main/preprocess/prepare-as-shown'

const manifest = JSON.parse(
  readFileSync(join(__dirname, '../../../../models/brain-flair-vae/model.json'), 'utf8')
) as ModelManifest
const side = 96
/** A bright disc of whole numbers on black, 0 to 255, with a gradient inside. */
const disc = Float32Array.from({ length: side * side }, (_, at) => {
  const [y, x] = [Math.floor(at / side), at % side]
  const far = Math.hypot(y - 48, x - 44)
  return far === 0 ? 255 : far < 36 ? 100 + x : 0
})
const slice = { rows: side, columns: side, spacingMm: null, minimum: 0, maximum: 255 }
const plain = prepareAsShown({ ...slice, modality: disc, inverted: false }, 'signal', manifest)
const negative = disc.map((value) => 255 - value)

describe('prepareAsShown', () => {
  it('gives the network the same image whichever way a file stores it', () => {
    const made = prepareAsShown({ ...slice, modality: negative, inverted: true }, 'signal', manifest)
    expect(plain.hasForeground).toBe(true)
    expect(made.tensor).toEqual(plain.tensor)
    expect(made.modelMask).toEqual(plain.modelMask)
    // the disc's 200 is stored as 55: both are the same model value
    expect((55 - made.offset) * made.factor).toBeCloseTo((200 - plain.offset) * plain.factor, 12)
  })

  it('leaves Hounsfield units alone', () => {
    const made = prepareAsShown({ ...slice, modality: disc, inverted: true }, 'HU', manifest)
    expect(made).toEqual(plain)
  })
})
