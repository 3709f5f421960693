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

  it('gives padding the darkest value of the image as it is shown', () => {
    // a frame of padding about the disc, as bright as can be once it is shown
    const padding = Uint8Array.from(disc, (_, at) => (Math.floor(at / side) < 6 || at % side < 6 ? 1 : 0))
    const bright = disc.map((value, at) => (padding[at] ? 4000 : value))
    expect(
      prepareAsShown({ ...slice, modality: bright, padding, inverted: false }, 'signal', manifest)
    ).toEqual(plain)
    // and darker than all else it is the background that a skull-stripped image has
    const tissue = disc.map((value) => value + 500)
    const stripped = tissue.map((value, at) => (disc[at] === 0 ? 500 : value))
    const only = {
      minimum: 600,
      maximum: 755,
      padding: Uint8Array.from(disc, (value) => (value === 0 ? 1 : 0))
    }
    const alone = prepareAsShown(
      { ...slice, ...only, modality: stripped, inverted: false },
      'signal',
      manifest
    )
    expect(alone.tensor).toEqual(plain.tensor)
    const low = negative.map((value, at) => (padding[at] ? -4000 : value))
    const made = prepareAsShown({ ...slice, modality: low, padding, inverted: true }, 'signal', manifest)
    expect(made.tensor).toEqual(plain.tensor)
    expect(made.eroded).toEqual(plain.eroded)
  })

  it('takes pixels in the shape in which they are shown where their size is unknown', () => {
    const facts = { ...slice, modality: disc, inverted: false }
    const made = prepareAsShown({ ...facts, pixelAspect: [3, 2] }, 'signal', manifest)
    expect(made).toEqual(prepareAsShown({ ...facts, spacingMm: [1.5, 1] }, 'signal', manifest))
    expect(made.tensor).not.toEqual(plain.tensor)
    const known = { ...facts, spacingMm: [1, 1] as [number, number] }
    expect(prepareAsShown({ ...known, pixelAspect: [3, 2] }, 'signal', manifest)).toEqual(plain)
  })

  it('leaves Hounsfield units alone', () => {
    const made = prepareAsShown({ ...slice, modality: disc, inverted: true }, 'HU', manifest)
    expect(made).toEqual(plain)
  })
})
