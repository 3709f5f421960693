import { describe, expect, it } from 'vitest'
import {
  graspAt,
  handlesOf,
  movedBy,
  outlineOf,
  withHandleMoved
} from '../../../../src-renderer/viewer/move-shape'

const at = (x: number, y: number) => ({ x, y })
const same = (point: { x: number; y: number }) => point

describe('moving a shape', () => {
  it('moves all points, or one end', () => {
    const length = { kind: 'length', points: [at(1, 1), at(5, 1)] }
    expect(movedBy(length.points, at(2, -1))).toEqual([at(3, 0), at(7, 0)])
    expect(withHandleMoved(length, 1, at(0, 3))).toEqual([at(1, 1), at(5, 4)])
  })

  it('keeps the corner across of a box, and the order of its handles', () => {
    const box = { kind: 'rectangle', points: [at(0, 0), at(10, 6)] }
    for (let handle = 0; handle < 4; handle++) {
      const moved = { ...box, points: withHandleMoved(box, handle, at(1, 2)) }
      const corner = handlesOf(box)[handle]
      expect(handlesOf(moved)[handle]).toEqual(at((corner?.x ?? 0) + 1, (corner?.y ?? 0) + 2))
      expect(handlesOf(moved)[(handle + 2) % 4]).toEqual(handlesOf(box)[(handle + 2) % 4])
    }
  })

  it('moves an outline as a whole, since it has no handles', () => {
    const outline = { kind: 'freehand', points: [at(0, 0), at(4, 0), at(0, 4)] }
    expect(withHandleMoved(outline, 0, at(1, 1))).toEqual([at(1, 1), at(5, 1), at(1, 5)])
  })
})

describe('graspAt', () => {
  const ellipse = { kind: 'ellipse', points: [at(0, 0), at(20, 10)] }

  it('takes a handle before the line, and the line before nothing', () => {
    expect(graspAt(ellipse, same, at(20.5, 10.5), 1)).toBe(2)
    // the top of the ellipse
    expect(graspAt(ellipse, same, at(10, 0.4), 1)).toBe('whole')
    expect(graspAt(ellipse, same, at(10, 5), 1)).toBeNull()
  })

  it('reaches over the closing side of an outline but not over that of a line', () => {
    const points = [at(0, 0), at(10, 0), at(10, 10)]
    expect(graspAt({ kind: 'freehand', points }, same, at(5, 5), 0.5)).toBe('whole')
    expect(graspAt({ kind: 'angle', points }, same, at(5, 5), 0.5)).toBeNull()
  })

  it('draws an ellipse inside its box', () => {
    for (const { x, y } of outlineOf(ellipse).points) {
      expect(((x - 10) / 10) ** 2 + ((y - 5) / 5) ** 2).toBeCloseTo(1, 10)
    }
  })
})
