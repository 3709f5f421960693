import { describe, expect, it, vi } from 'vitest'
import type { OpenedStudies } from '../../../../src-main/contract/study'
import { StudyRegistry } from '../../../../src-main/study/study-registry'

const study = (uid: string): OpenedStudies['studies'][number] =>
  ({
    id: 's1',
    studyInstanceUid: uid,
    series: [
      {
        id: 's1-1',
        modality: 'MR',
        slices: [0, 1, 2].map((index) => ({
          id: `s1-1/${index}`,
          index,
          source: { path: `/${uid}`, frame: index }
        }))
      }
    ]
  }) as never

function registryOf(...answers: OpenedStudies[]) {
  const ask = vi.fn(async () => answers.shift() as never)
  return { ask, registry: new StudyRegistry({ ask }) }
}

describe('StudyRegistry', () => {
  it('gives what is opened ids of its own, so that two openings never clash', async () => {
    const { registry } = registryOf(
      { studies: [study('a')], problems: [] },
      { studies: [study('b')], problems: [] }
    )
    const first = await registry.open(['/a'])
    const second = await registry.open(['/b'])
    const ids = [first, second].map(({ studies }) => studies[0].series[0].id)
    expect(new Set(ids).size).toBe(2)
    expect(registry.series(ids[0]).slices[2].id).toBe(`${ids[0]}/2`)
    // what came last stands first
    expect(registry.list().studies.map(({ studyInstanceUid }) => studyInstanceUid)).toEqual(['b', 'a'])
  })

  it('replaces a study that is opened again and tells which series are gone', async () => {
    const { registry } = registryOf(
      { studies: [study('a')], problems: [] },
      { studies: [study('a')], problems: [] }
    )
    const first = await registry.open(['/a'])
    const changed = vi.fn()
    registry.onChange(changed)
    await registry.open(['/a'])
    expect(registry.list().studies).toHaveLength(1)
    expect(changed).toHaveBeenCalledWith(registry.list(), [first.studies[0].series[0].id])
    expect(() => registry.series(first.studies[0].series[0].id)).toThrow(
      expect.objectContaining({ code: 'not-found' })
    )
  })

  it('keeps the problems of all openings, each once', async () => {
    const broken = { code: 'file-empty', path: '/x', message: '' }
    const { registry } = registryOf(
      { studies: [study('a')], problems: [broken] },
      { studies: [], problems: [broken, { ...broken, path: '/y' }] }
    )
    await registry.open(['/a'])
    const second = await registry.open(['/y'])
    expect(second.problems).toHaveLength(2)
    expect(registry.list().problems.map(({ path }) => path)).toEqual(['/x', '/y'])
    registry.closeAll()
    expect(registry.list()).toEqual({ studies: [], problems: [] })
  })

  it('adds nothing of an opening that was cancelled, and tells that none is under way', async () => {
    const told: unknown[] = []
    const progress = { stage: 'listing', done: 0, total: 5, series: [] }
    const registry = new StudyRegistry(
      {
        ask: (async (_: unknown, options: { signal: AbortSignal; onProgress(p: unknown): void }) => {
          options.onProgress(progress)
          await new Promise((stopped) => options.signal.addEventListener('abort', stopped))
          return { studies: [], problems: [], cancelled: true }
        }) as never
      },
      (now) => told.push(now)
    )
    const changed = vi.fn()
    registry.onChange(changed)
    const opening = registry.open(['/big'])
    registry.cancelOpening()
    expect(await opening).toEqual({ studies: [], problems: [], cancelled: true })
    expect(told).toEqual([progress, null])
    expect(changed).not.toHaveBeenCalled()
  })

  it('hands out the slices of a long series a thousand at a time', async () => {
    const long = study('a')
    const [slice] = long.series[0].slices
    long.series[0].slices = Array.from({ length: 2300 }, (_, index) => ({ ...slice, index }))
    const { registry } = registryOf({ studies: [long], problems: [] })
    const [{ series }] = (await registry.open(['/a'])).studies
    const counts = [0, 1000, 2000, 2300].map((from) => registry.slices(series[0].id, from).length)
    expect(counts).toEqual([1000, 1000, 300, 0])
    expect(registry.slices(series[0].id, 1000)[0].index).toBe(1000)
  })

  it('asks the reader for a slice without sending it the whole series', async () => {
    const { registry, ask } = registryOf({ studies: [study('a')], problems: [] })
    const { studies } = await registry.open(['/a'])
    const { id } = studies[0].series[0]
    await registry.pixels(id, 2)
    expect(ask).toHaveBeenLastCalledWith({
      kind: 'pixels',
      series: { id, modality: 'MR' },
      slice: expect.objectContaining({ index: 2 })
    })
    await registry.thumbnail(id)
    expect(ask).toHaveBeenLastCalledWith(
      expect.objectContaining({ slice: expect.objectContaining({ index: 1 }) })
    )
    expect(() => registry.pixels(id, 3)).toThrow(expect.objectContaining({ code: 'not-found' }))
  })
})
