import { describe, expect, it } from 'vitest'
import type { OpenedStudies } from '../../../../src-main/contract/study'
import { withoutSlices } from '../../../../src-main/study/without-slices'

const series = (id: string, slices: number) => ({ id, slices: Array.from({ length: slices }, () => ({})) })
const opened = (...studies: ReturnType<typeof series>[][]): OpenedStudies =>
  ({ studies: studies.map((all, at) => ({ id: `s${at}`, series: all })), problems: [] }) as never

describe('withoutSlices', () => {
  it('leaves studies alone that fit into a message', () => {
    const small = opened([series('a', 400)], [series('b', 600)])
    expect(withoutSlices(small)).toEqual(small)
  })

  it('counts what does not fit, whatever study it belongs to', () => {
    const brief = withoutSlices(
      opened([series('a', 900), series('b', 200)], [series('c', 100), series('d', 1)])
    )
    const all = brief.studies.flatMap((study) => study.series)
    // 900 of 1,000 are taken: 200 more do not fit, 100 do, and then there is no room at all
    expect(all.map(({ id, slices, sliceCount }) => [id, slices.length, sliceCount])).toEqual([
      ['a', 900, undefined],
      ['b', 0, 200],
      ['c', 100, undefined],
      ['d', 0, 1]
    ])
  })
})
