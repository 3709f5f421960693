import { describe, expect, it } from 'vitest'
import type { Series } from '../../../../src-main/contract/study'
import { followingSlice, linkOf, slicePutBeside } from '../../../../src-renderer/viewer/link-series'

/** An axial stack of 10 x 10 mm. */
function stack(id: string, frameOfReferenceUid: string | null, positions: (number | null)[]): Series {
  return {
    id,
    frameOfReferenceUid,
    slices: positions.map((z) => ({
      rows: 10,
      columns: 10,
      spacingMm: [1, 1],
      positionMm: z === null ? null : [0, 0, z],
      orientation: [1, 0, 0, 0, 1, 0]
    }))
  } as unknown as Series
}
const thick = stack('thick', '1.2', [0, 5, 10, 15])
const thin = stack('thin', '1.2', [20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0])
const elsewhere = stack('elsewhere', '9.9', [0, 5, 10, 15, 20])
const nowhere = stack('nowhere', null, [null, null, null])
const on = { on: true, byHand: new Set<string>() }

describe('linkOf', () => {
  it('takes positions to be comparable within one frame of reference only', () => {
    expect(linkOf(thick, thin, on)).toBe('frame of reference')
    expect(linkOf(thick, elsewhere, on)).toBe('none')
    expect(linkOf(thick, nowhere, on)).toBe('none')
    expect(linkOf(nowhere, stack('other', null, [0]), on)).toBe('none')
    expect(linkOf(thick, thin, { ...on, on: false })).toBe('none')
  })

  it('does not let slices that lie across follow each other', () => {
    const coronal = stack('coronal', '1.2', [0, 5])
    for (const slice of coronal.slices) slice.orientation = [1, 0, 0, 0, 0, -1]
    expect(linkOf(thick, coronal, on)).toBe('across')
    expect(followingSlice(thick, 2, coronal, 'across', { index: 1, moved: 1 })).toBeNull()
    // tilted by 20 degrees about x: still along
    const [c, s] = [Math.cos(Math.PI / 9), Math.sin(Math.PI / 9)]
    for (const slice of coronal.slices) slice.orientation = [1, 0, 0, 0, c, s]
    expect(linkOf(thick, coronal, on)).toBe('frame of reference')
  })

  it('links by index what the reader has linked by hand', () => {
    const byHand = new Set(['thick', 'elsewhere'])
    expect(linkOf(thick, elsewhere, { on: true, byHand })).toBe('by index')
    expect(linkOf(thick, nowhere, { on: true, byHand })).toBe('none')
    // what is registered stays registered
    expect(linkOf(thick, thin, { on: true, byHand: new Set(['thick', 'thin']) })).toBe('frame of reference')
  })
})

describe('followingSlice', () => {
  it('goes to the nearest slice by position, whatever the order and thickness', () => {
    const at = { index: 0, moved: 1 }
    // z = 10 is slice 5 of the thin stack; z = 15 lies between 16 and 14: the first of the two
    expect(followingSlice(thick, 2, thin, 'frame of reference', at)).toBe(5)
    expect(followingSlice(thick, 3, thin, 'frame of reference', at)).toBe(2)
    // z = 18 is nearest to 15
    expect(followingSlice(thin, 1, thick, 'frame of reference', at)).toBe(3)
  })

  it('opens beside another at the same place, or in its middle', () => {
    expect(slicePutBeside(thick, 2, thin, 'frame of reference')).toBe(5)
    expect(slicePutBeside(thick, 2, elsewhere, 'none')).toBe(2)
  })

  it('moves by as many slices where it is linked by index, and stays inside', () => {
    expect(followingSlice(thick, 2, elsewhere, 'by index', { index: 1, moved: 2 })).toBe(3)
    expect(followingSlice(thick, 0, elsewhere, 'by index', { index: 1, moved: -3 })).toBe(0)
  })

  it('stays where nothing links them', () => {
    expect(followingSlice(thick, 2, elsewhere, 'none', { index: 1, moved: 2 })).toBeNull()
    expect(followingSlice(nowhere, 0, thin, 'frame of reference', { index: 1, moved: 2 })).toBeNull()
  })
})
