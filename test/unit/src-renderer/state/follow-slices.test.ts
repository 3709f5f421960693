import { beforeEach, describe, expect, it } from 'vitest'
import type { OpenedStudies } from '../../../../src-main/contract/study'
import { followSlices } from '../../../../src-renderer/state/follow-slices'
import { useView } from '../../../../src-renderer/state/view'

const list = (growing: number | undefined, ...ids: string[]): OpenedStudies =>
  ({
    studies: [{ series: [{ id: 'a', growing, slices: ids.map((id) => ({ id })) }] }],
    problems: []
  }) as never

beforeEach(() => useView.setState({ slices: { a: 1, other: 5 } }))

describe('where a growing series is looked at', () => {
  it('the image stays while others come before it', () => {
    followSlices(list(1, 'p', 'q'), list(2, 'm', 'n', 'p', 'q'))
    expect(useView.getState().slices).toEqual({ a: 3, other: 5 })
    followSlices(list(2, 'm', 'n', 'p', 'q'), list(undefined, 'q', 'p', 'n', 'm'))
    expect(useView.getState().slices).toEqual({ a: 0, other: 5 })
  })

  it('the place stays where the image has gone to another stack', () => {
    followSlices(list(1, 'p', 'q'), list(undefined, 'p'))
    expect(useView.getState().slices.a).toBe(0)
  })

  it('nothing moves in a series that is whole, or that comes new', () => {
    followSlices(list(undefined, 'p', 'q'), list(undefined, 'q', 'p'))
    followSlices({ studies: [], problems: [] }, list(1, 'q', 'p'))
    expect(useView.getState().slices).toEqual({ a: 1, other: 5 })
  })
})
