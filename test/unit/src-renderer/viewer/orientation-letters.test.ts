import { describe, expect, it } from 'vitest'
import { orientationLetters } from '../../../../src-renderer/viewer/orientation-letters'

const upright = { rotation: 0, hflip: false, vflip: false }
// PS3.3 C.7.6.2.1.1: x to the patient's left, y to the back, z to the head
const axial = [1, 0, 0, 0, 1, 0]
const coronal = [1, 0, 0, 0, 0, -1]
const sagittal = [0, 1, 0, 0, 0, -1]

describe('orientationLetters', () => {
  it('shows the patient from the feet in axial planes: their right on the left of the screen', () => {
    expect(orientationLetters(axial, upright)).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' })
  })

  it('knows coronal and sagittal planes', () => {
    expect(orientationLetters(coronal, upright)).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' })
    expect(orientationLetters(sagittal, upright)).toEqual({ left: 'A', right: 'P', top: 'H', bottom: 'F' })
  })

  it('turns clockwise with the image: what was on top comes to the right', () => {
    expect(orientationLetters(axial, { ...upright, rotation: 90 })).toEqual({
      left: 'P',
      right: 'A',
      top: 'R',
      bottom: 'L'
    })
  })

  it('follows flips, which come before the turn', () => {
    expect(orientationLetters(axial, { ...upright, hflip: true })).toMatchObject({
      left: 'L',
      right: 'R',
      top: 'A'
    })
    // flipped left to right, then a quarter clockwise: L, now on the left, comes to the top
    expect(orientationLetters(axial, { rotation: 90, hflip: true, vflip: false })).toMatchObject({ top: 'L' })
  })

  it('gives oblique planes a second letter', () => {
    const c = Math.cos(Math.PI / 6)
    const s = Math.sin(Math.PI / 6)
    expect(orientationLetters([c, s, 0, -s, c, 0], upright)).toEqual({
      left: 'RA',
      right: 'LP',
      top: 'AL',
      bottom: 'PR'
    })
  })
})
