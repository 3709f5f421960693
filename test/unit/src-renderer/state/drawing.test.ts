import { beforeEach, describe, expect, it } from 'vitest'
import { moveCursor, penDown, penKey, penTo, penUp } from '../../../../src-renderer/state/drawing'
import { clearHistory, redo, undo } from '../../../../src-renderer/state/history'
import {
  removeMeasurement,
  reshapeMeasurement,
  useMeasurements
} from '../../../../src-renderer/state/measurements'
import { chooseTool, letGo, useTools } from '../../../../src-renderer/state/tools'

const place = { seriesId: 's', sliceIndex: 3 }
const at = (x: number, y: number) => ({ x, y })
const list = () => useMeasurements.getState().list

beforeEach(() => {
  clearHistory()
  useMeasurements.setState({ list: [], selected: null, handle: null })
  chooseTool('window')
})

describe('drawing with the pointer', () => {
  it('draws a length by dragging', () => {
    chooseTool('length')
    penDown(place, at(1, 1))
    penTo(at(4, 5))
    penUp()
    expect(list()).toMatchObject([{ ...place, kind: 'length', number: 1, points: [at(1, 1), at(4, 5)] }])
    expect(useTools.getState().draft).toBeNull()
  })

  it('draws a length by two clicks as well', () => {
    chooseTool('length')
    penDown(place, at(1, 1))
    penUp()
    expect(list()).toEqual([])
    penTo(at(9, 9))
    penDown(place, at(4, 5))
    penUp()
    expect(list()[0]?.points).toEqual([at(1, 1), at(4, 5)])
  })

  it('draws an angle by a drag and a click', () => {
    chooseTool('angle')
    penDown(place, at(0, 0))
    penTo(at(5, 0))
    penUp()
    penTo(at(7, 7))
    penDown(place, at(5, 5))
    penUp()
    expect(list()[0]?.points).toEqual([at(0, 0), at(5, 0), at(5, 5)])
  })

  it('drops an outline that encloses nothing, and what is half drawn on another slice', () => {
    chooseTool('freehand')
    penDown(place, at(0, 0))
    penTo(at(3, 0))
    penUp()
    expect(list()).toEqual([])
    chooseTool('length')
    penDown(place, at(0, 0))
    penUp()
    penDown({ ...place, sliceIndex: 4 }, at(8, 8))
    expect(useTools.getState().draft).toMatchObject({ sliceIndex: 4, points: [at(8, 8), at(8, 8)] })
  })

  it('draws nothing with a tool that does not draw', () => {
    expect(penDown(place, at(0, 0))).toBe(false)
  })
})

describe('drawing with keys', () => {
  it('places points where the cross is', () => {
    chooseTool('length')
    moveCursor(at(2, 2))
    penKey(place, at(2, 2))
    moveCursor(at(12, 2))
    penKey(place, at(12, 2))
    expect(list()[0]?.points).toEqual([at(2, 2), at(12, 2)])
  })

  it('closes an outline with a second press in place', () => {
    chooseTool('freehand')
    for (const corner of [at(0, 0), at(4, 0), at(0, 4)]) {
      moveCursor(corner)
      penKey(place, corner)
    }
    penKey(place, at(0, 4))
    expect(list()[0]?.points).toEqual([at(0, 0), at(4, 0), at(0, 4)])
  })

  it('gives up one thing at a time', () => {
    chooseTool('length')
    moveCursor(at(2, 2))
    penKey(place, at(2, 2))
    expect([letGo(), useTools.getState().draft]).toEqual([true, null])
    expect([letGo(), useTools.getState().cursor]).toEqual([true, null])
    expect([letGo(), useTools.getState().activeTool]).toEqual([true, 'window'])
    expect(letGo()).toBe(false)
  })
})

describe('measurements in the history', () => {
  it('undoes and redoes adding, moving and removing', async () => {
    chooseTool('length')
    penDown(place, at(1, 1))
    penTo(at(4, 5))
    penUp()
    const id = list()[0]?.id ?? ''
    reshapeMeasurement(id, [at(2, 1), at(5, 5)], 'drag')
    reshapeMeasurement(id, [at(3, 1), at(6, 5)], 'drag')
    removeMeasurement(id)
    expect(list()).toEqual([])
    await undo()
    expect(list()[0]?.points).toEqual([at(3, 1), at(6, 5)])
    await undo()
    expect(list()[0]?.points).toEqual([at(1, 1), at(4, 5)])
    await undo()
    expect(list()).toEqual([])
    await redo()
    await redo()
    expect(list()[0]?.points).toEqual([at(3, 1), at(6, 5)])
  })
})
