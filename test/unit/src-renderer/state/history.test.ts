import { beforeEach, describe, expect, it } from 'vitest'
import {
  clearHistory,
  endGesture,
  pushStep,
  redo,
  undo,
  useHistory
} from '../../../../src-renderer/state/history'

let value = 0
const set = (to: number, gesture?: string): void => {
  const from = value
  value = to
  const put = (wanted: number) => (): void => void (value = wanted)
  pushStep({ label: `to ${to}`, undo: put(from), redo: put(to), gesture })
}

beforeEach(() => {
  clearHistory()
  value = 0
})

describe('history', () => {
  it('takes steps back in order and does them again', async () => {
    set(1)
    set(2)
    await undo()
    expect(value).toBe(1)
    await undo()
    expect(value).toBe(0)
    await undo()
    await redo()
    await redo()
    expect(value).toBe(2)
  })

  it('forgets what was undone once something else is done', async () => {
    set(1)
    await undo()
    set(5)
    await redo()
    expect(value).toBe(5)
    expect(useHistory.getState().undone).toEqual([])
  })

  it('counts a drag as one step, and the next drag as another', async () => {
    set(1, 'pan')
    set(2, 'pan')
    set(3, 'pan')
    endGesture()
    set(4, 'pan')
    expect(useHistory.getState().done).toHaveLength(2)
    await undo()
    expect(value).toBe(3)
    await undo()
    expect(value).toBe(0)
    await redo()
    expect(value).toBe(3)
  })

  it('keeps a step that can not be undone', async () => {
    pushStep({ label: 'refused', undo: () => Promise.reject(new Error('no')), redo: () => undefined })
    await expect(undo()).rejects.toThrow('no')
    expect(useHistory.getState().done).toHaveLength(1)
  })

  it('runs one step at a time, in the order asked for', async () => {
    const order: string[] = []
    const slow = (name: string) => () =>
      new Promise<void>((done) => setImmediate(() => (order.push(name), done())))
    pushStep({ label: 'a', undo: slow('a'), redo: slow('a') })
    pushStep({ label: 'b', undo: slow('b'), redo: slow('b') })
    await Promise.all([undo(), undo()])
    expect(order).toEqual(['b', 'a'])
  })
})
