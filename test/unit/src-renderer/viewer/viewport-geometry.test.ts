import { describe, expect, it } from 'vitest'
import {
  centreOn,
  fitScale,
  invert,
  panBy,
  pixelStretch,
  pixelToCanvasMatrix,
  restingPose,
  transformPoint,
  zoomAbout,
  type ViewPose
} from '../../../../src-renderer/viewer/viewport-geometry'

const square = { rows: 100, columns: 200, spacingMm: null }
// 0.6 mm between rows, 1.2 mm between columns: a pixel is twice as wide as high
const wide = { rows: 100, columns: 50, spacingMm: [0.6, 1.2] as [number, number] }
const canvas = { width: 400, height: 300 }

describe('fitScale', () => {
  it('is limited by the side that fills the pane first', () => {
    // 400 / 200 = 2 across, 300 / 100 = 3 down
    expect(fitScale(square, canvas, 0)).toBe(2)
  })

  it('swaps the sides after a quarter turn', () => {
    // lying: 100 across, 200 down: 4 and 1.5
    expect(fitScale(square, canvas, 90)).toBe(1.5)
    expect(fitScale(square, canvas, 180)).toBe(2)
  })

  it('counts the true shape of the pixels', () => {
    // 50 columns twice as wide as high: 100 by 100 units, so 300 / 100
    expect(pixelStretch(wide)).toEqual({ x: 2, y: 1 })
    expect(fitScale(wide, canvas, 0)).toBe(3)
  })
})

describe('pixelToCanvasMatrix', () => {
  it('puts the middle of the image in the middle of the pane', () => {
    const at = transformPoint(pixelToCanvasMatrix(wide, canvas, restingPose), { x: 25, y: 50 })
    expect(at).toEqual({ x: 200, y: 150 })
  })

  it('places the corners of an image with pixels that are not square', () => {
    const matrix = pixelToCanvasMatrix(wide, canvas, restingPose)
    // 100 units * 3 = 300 both ways, centred in 400 x 300
    expect(transformPoint(matrix, { x: 0, y: 0 })).toEqual({ x: 50, y: 0 })
    expect(transformPoint(matrix, { x: 50, y: 100 })).toEqual({ x: 350, y: 300 })
  })

  it('turns clockwise: the first row comes to lie on the right', () => {
    const matrix = pixelToCanvasMatrix(square, canvas, { ...restingPose, rotation: 90 })
    const topMiddle = transformPoint(matrix, { x: 100, y: 0 })
    // half the height of the image, 50, at scale 1.5, to the right of the middle
    expect(topMiddle.x).toBeCloseTo(275, 9)
    expect(topMiddle.y).toBeCloseTo(150, 9)
  })

  it('flips about the middle', () => {
    const matrix = pixelToCanvasMatrix(square, canvas, { ...restingPose, hflip: true })
    expect(transformPoint(matrix, { x: 0, y: 50 })).toEqual({ x: 400, y: 150 })
  })

  it('is undone by its inverse in every pose', () => {
    for (const rotation of [0, 90, 180, 270]) {
      for (const hflip of [false, true]) {
        const pose: ViewPose = { zoom: 1.7, translation: { x: 5, y: -9 }, rotation, hflip, vflip: true }
        const matrix = pixelToCanvasMatrix(wide, canvas, pose)
        const back = transformPoint(invert(matrix), transformPoint(matrix, { x: 12.5, y: 71 }))
        expect(back.x).toBeCloseTo(12.5, 9)
        expect(back.y).toBeCloseTo(71, 9)
      }
    }
  })
})

describe('panBy', () => {
  it('moves every pixel by exactly the way of the hand, turned or not', () => {
    for (const rotation of [0, 90, 180, 270]) {
      const pose: ViewPose = { ...restingPose, zoom: 2.3, rotation, vflip: rotation === 90 }
      const before = transformPoint(pixelToCanvasMatrix(wide, canvas, pose), { x: 3, y: 4 })
      const moved = panBy(wide, canvas, pose, { x: 17, y: -8 })
      const after = transformPoint(pixelToCanvasMatrix(wide, canvas, moved), { x: 3, y: 4 })
      expect(after.x - before.x).toBeCloseTo(17, 9)
      expect(after.y - before.y).toBeCloseTo(-8, 9)
    }
  })
})

describe('zoomAbout', () => {
  it('holds the pixel under the hand', () => {
    const pose = panBy(wide, canvas, restingPose, { x: 30, y: 10 })
    const anchor = { x: 90, y: 220 }
    const held = transformPoint(invert(pixelToCanvasMatrix(wide, canvas, pose)), anchor)
    const zoomed = zoomAbout(wide, canvas, pose, 3, anchor)
    const at = transformPoint(pixelToCanvasMatrix(wide, canvas, zoomed), held)
    expect(zoomed.zoom).toBe(3)
    expect(at.x).toBeCloseTo(90, 9)
    expect(at.y).toBeCloseTo(220, 9)
  })

  it('keeps the zoom between a tenth and forty', () => {
    expect(zoomAbout(wide, canvas, restingPose, 1e6, { x: 0, y: 0 }).zoom).toBe(40)
    expect(zoomAbout(wide, canvas, restingPose, 1e-6, { x: 0, y: 0 }).zoom).toBe(0.1)
  })
})

describe('centreOn', () => {
  it('brings a pixel to the middle of the pane', () => {
    const pose = centreOn(wide, canvas, { ...restingPose, zoom: 4, rotation: 270 }, { x: 8, y: 90 })
    const at = transformPoint(pixelToCanvasMatrix(wide, canvas, pose), { x: 8, y: 90 })
    expect(at.x).toBeCloseTo(200, 9)
    expect(at.y).toBeCloseTo(150, 9)
  })

  it('gives the same pose in a pane of any size', () => {
    const turned = { ...restingPose, zoom: 4, rotation: 90, hflip: true }
    const [large, small] = [canvas, { width: 1, height: 1 }].map((pane) =>
      centreOn(wide, pane, turned, { x: 8, y: 90 })
    )
    expect(small?.translation.x).toBeCloseTo(large?.translation.x ?? NaN, 9)
    expect(small?.translation.y).toBeCloseTo(large?.translation.y ?? NaN, 9)
  })
})
