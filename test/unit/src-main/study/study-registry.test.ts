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
    const progress = { stage: 'listing', done: 0, total: 5 }
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

  describe('while files are read', () => {
    /** A reader that says when what there is has grown, and when that is all. */
    function growingRegistry(known: OpenedStudies[] = []) {
      let grow: (studies: OpenedStudies['studies']) => void = () => undefined
      let end: (opened: OpenedStudies) => void = () => undefined
      const ask = vi.fn(
        (question: { kind: string }, options?: { onGrown(studies: unknown): void; signal: AbortSignal }) => {
          if (question.kind !== 'open') return Promise.resolve(question)
          const sooner = known.shift()
          if (sooner) return Promise.resolve(sooner)
          grow = (studies) => options?.onGrown(studies)
          return new Promise((done) => {
            end = done
            options?.signal.addEventListener('abort', () =>
              done({ studies: [], problems: [], cancelled: true })
            )
          })
        }
      )
      const registry = new StudyRegistry({ ask: ask as never })
      return {
        registry,
        grow: (...s: OpenedStudies['studies']) => grow(s),
        end: (o: OpenedStudies) => end(o)
      }
    }
    /** A study with one series of the images named, the first of which came first. */
    const grown = (growing: number | undefined, ...numbers: number[]): OpenedStudies['studies'][number] =>
      ({
        id: 's1',
        studyInstanceUid: 'a',
        series: [
          {
            id: 's1-1',
            ...(growing === undefined ? {} : { growing }),
            slices: numbers.map((number, index) => ({
              id: `s1-1/${number}`,
              index,
              source: { path: `/${number}`, frame: 0 }
            }))
          }
        ]
      }) as never

    it('lists what there is, under ids that stay, until all of it takes its place', async () => {
      const { registry, grow, end } = growingRegistry()
      const told: [number, string[]][] = []
      registry.onChange(({ studies }, closed) =>
        told.push([studies[0]?.series[0]?.slices.length ?? 0, closed])
      )
      const opening = registry.open(['/big'])
      grow(grown(1, 0))
      const [{ series }] = registry.list().studies
      expect(series[0]).toMatchObject({ id: 'o1-s1-1', growing: 1 })
      expect(() => registry.wholeSeries('o1-s1-1')).toThrow(
        expect.objectContaining({ code: 'series-growing' })
      )
      grow(grown(2, 1, 0))
      end({ studies: [grown(undefined, 1, 0, 2)], problems: [] })
      await opening
      expect(registry.wholeSeries('o1-s1-1').slices.map(({ id }) => id)).toEqual([
        'o1-s1-1/1',
        'o1-s1-1/0',
        'o1-s1-1/2'
      ])
      expect(told).toEqual([
        [1, []],
        [2, []],
        [3, []]
      ])
    })

    it('gives the pixels of the image that was meant, wherever it lies by now', async () => {
      const { registry, grow } = growingRegistry()
      void registry.open(['/big'])
      grow(grown(1, 0))
      grow(grown(2, 1, 0))
      expect(await registry.pixels('o1-s1-1', 0, 'o1-s1-1/0')).toMatchObject({
        slice: { source: { path: '/0' } }
      })
      expect(await registry.pixels('o1-s1-1', 0)).toMatchObject({ slice: { source: { path: '/1' } } })
    })

    it('brings back what was open where the opening is cancelled', async () => {
      const { registry, grow } = growingRegistry([{ studies: [grown(undefined, 7)], problems: [] }])
      await registry.open(['/before'])
      const closed: string[][] = []
      registry.onChange((_, gone) => closed.push(gone))
      const opening = registry.open(['/again'])
      grow(grown(1, 0))
      expect(registry.list().studies.map(({ id }) => id)).toEqual(['o2-s1'])
      // it may be in use still
      expect(registry.series('o1-s1-1').slices).toHaveLength(1)
      registry.cancelOpening()
      expect((await opening).cancelled).toBe(true)
      expect(registry.list().studies.map(({ id }) => id)).toEqual(['o1-s1'])
      expect(closed).toEqual([[], ['o2-s1-1']])
    })
  })
})
