import { describe, expect, it, vi } from 'vitest'
import { ReaderClient } from '../../../../src-main/study/reader-client'
import type { FromReader, ReaderProcess, ToReader } from '../../../../src-main/study/reader-protocol'

/** A reader that the test plays itself. */
function fakeReader() {
  const readers: { asked: ToReader[]; answer(message: FromReader): void; die(): void; killed: boolean }[] = []
  const spawn = (): ReaderProcess => {
    let listener: (message: FromReader) => void = () => undefined
    let exit: () => void = () => undefined
    const reader = {
      asked: [] as ToReader[],
      answer: (message: FromReader) => listener(message),
      die: () => exit(),
      killed: false
    }
    readers.push(reader)
    return {
      post: (message) => void reader.asked.push(message),
      onMessage: (given) => (listener = given),
      onExit: (given) => (exit = given),
      kill: () => (reader.killed = true)
    }
  }
  return { readers, client: new ReaderClient(spawn) }
}

const opened = { studies: [], problems: [] }
const pixels = { kind: 'pixels', series: {}, slice: { source: { path: '/a.dcm', frame: 0 } } } as never

describe('ReaderClient', () => {
  it('matches answers to questions, whatever their order', async () => {
    const { readers, client } = fakeReader()
    const first = client.ask({ kind: 'open', paths: ['/1'] })
    const second = client.ask({ kind: 'open', paths: ['/2'] })
    const [one, two] = readers[0].asked
    readers[0].answer({ id: two.id, ok: false, code: 'nothing-readable', context: { reason: 'x' } })
    readers[0].answer({ id: one.id, ok: true, answer: opened })
    expect(await first).toBe(opened)
    await expect(second).rejects.toMatchObject({ code: 'nothing-readable', context: { reason: 'x' } })
    expect(readers).toHaveLength(1)
  })

  it('asks a new reader what the old one owed when it ended', async () => {
    const { readers, client } = fakeReader()
    const asked = client.ask({ kind: 'open', paths: ['/1'] })
    readers[0].die()
    expect(readers[1].asked[0]).toMatchObject({ question: { kind: 'open', paths: ['/1'] } })
    readers[1].answer({ id: readers[1].asked[0].id, ok: true, answer: opened })
    expect(await asked).toBe(opened)
  })

  it('replaces a reader that says nothing for long, and gives up what silences two', async () => {
    vi.useFakeTimers()
    try {
      const { readers, client } = fakeReader()
      const asked = client.ask(pixels)
      const outcome = expect(asked).rejects.toMatchObject({
        code: 'file-unreadable',
        context: { path: '/a.dcm' }
      })
      readers[0].answer({ sign: 'alive' })
      vi.advanceTimersByTime(3_900)
      expect(readers[0].killed).toBe(false)
      vi.advanceTimersByTime(600)
      expect(readers.map(({ killed }) => killed)).toEqual([true, false])
      readers[1].answer({ sign: 'alive' })
      vi.advanceTimersByTime(5_000)
      await outcome
      // with nothing to answer, silence means nothing
      vi.advanceTimersByTime(300_000)
      expect(readers).toHaveLength(2)
    } finally {
      vi.useRealTimers()
    }
  })

  it('leaves a reader alone that gives signs of life, however long it takes', () => {
    vi.useFakeTimers()
    try {
      const { readers, client } = fakeReader()
      void client.ask({ kind: 'open', paths: ['/1'] })
      for (let second = 0; second < 600; second++) {
        vi.advanceTimersByTime(1_000)
        readers[0].answer({ sign: 'alive' })
      }
      expect(readers[0].killed).toBe(false)
    } finally {
      vi.useRealTimers()
    }
  })

  it('does not ask again about a slice whose decoding has no end, and puts the others to a new reader', async () => {
    vi.useFakeTimers()
    try {
      const { readers, client } = fakeReader()
      const other = { kind: 'pixels', series: {}, slice: { source: { path: '/b.dcm', frame: 0 } } } as never
      const guilty = client.ask(pixels)
      const innocent = client.ask(other)
      const outcome = expect(guilty).rejects.toMatchObject({
        code: 'file-unreadable',
        context: { path: '/a.dcm', reason: 'reading it stops the reader, or takes longer than it may' }
      })
      readers[0].answer({ sign: 'work', number: 1, work: { path: '/a.dcm', limitMs: 4_000 } })
      vi.advanceTimersByTime(5_000)
      await outcome
      expect(readers).toHaveLength(2)
      expect(readers[1].asked.map((message) => 'question' in message && message.question)).toEqual([other])
      readers[1].answer({ id: readers[1].asked[0].id, ok: true, answer: 'pixels' as never })
      expect(await innocent).toBe('pixels')
    } finally {
      vi.useRealTimers()
    }
  })

  it('leaves a reader alone that computes for as long as it said it might', () => {
    vi.useFakeTimers()
    try {
      const { readers, client } = fakeReader()
      client.ask(pixels).catch(() => undefined)
      readers[0].answer({ sign: 'work', number: 1, work: { path: '/a.dcm', limitMs: 25_000 } })
      vi.advanceTimersByTime(24_500)
      expect(readers[0].killed).toBe(false)
      readers[0].answer({ sign: 'work', number: 1, work: null })
      vi.advanceTimersByTime(3_500)
      expect(readers[0].killed).toBe(false)
      vi.advanceTimersByTime(1_000)
      expect(readers[0].killed).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  it('opens a folder without the files that end readers', async () => {
    vi.useFakeTimers()
    try {
      const { readers, client } = fakeReader()
      const asked = client.ask({ kind: 'open', paths: ['/1'] })
      for (const [turn, path] of ['/1/a', '/1/b', '/1/c'].entries()) {
        readers[turn].answer({ sign: 'work', number: turn, work: { path, limitMs: 4_000 } })
        vi.advanceTimersByTime(5_000)
      }
      expect(readers).toHaveLength(4)
      expect(readers[3].asked[0]).toMatchObject({ refused: ['/1/a', '/1/b', '/1/c'] })
      readers[3].answer({ id: readers[3].asked[0].id, ok: true, answer: opened })
      expect(await asked).toBe(opened)
    } finally {
      vi.useRealTimers()
    }
  })

  it('opens a folder without the file over which two readers ended by themselves', async () => {
    const { readers, client } = fakeReader()
    const asked = client.ask({ kind: 'open', paths: ['/1'] })
    for (const turn of [0, 1]) {
      expect(readers[turn].asked[0]).toMatchObject({ refused: [] })
      readers[turn].answer({ sign: 'work', number: 1, work: { path: '/1/a', limitMs: 4_000 } })
      readers[turn].die()
    }
    expect(readers[2].asked[0]).toMatchObject({ refused: ['/1/a'] })
    readers[2].answer({ id: readers[2].asked[0].id, ok: true, answer: opened })
    expect(await asked).toBe(opened)
  })

  it('blames nobody for what nobody could hear while this process itself stood still', async () => {
    const { readers, client } = fakeReader()
    const asked = client.ask({ kind: 'open', paths: ['/1'] })
    readers[0].answer({ sign: 'alive' })
    const clock = vi.spyOn(performance, 'now')
    try {
      const real = performance.now()
      clock.mockImplementation(() => real + 3_600_000)
      await new Promise((resolve) => setTimeout(resolve, 600))
      expect(readers[0].killed).toBe(false)
    } finally {
      clock.mockRestore()
    }
    readers[0].answer({ id: readers[0].asked[0].id, ok: true, answer: opened })
    expect(await asked).toBe(opened)
  })

  it('replaces a reader that says that it is worn once it owes nothing', async () => {
    const { readers, client } = fakeReader()
    const first = client.ask({ kind: 'open', paths: ['/1'] })
    const second = client.ask({ kind: 'open', paths: ['/2'] })
    const [one, two] = readers[0].asked
    readers[0].answer({ id: one.id, ok: true, answer: opened })
    readers[0].answer({ sign: 'worn' })
    expect(readers[0].killed).toBe(false)
    readers[0].answer({ id: two.id, ok: true, answer: opened })
    expect(readers[0].killed).toBe(true)
    await Promise.all([first, second])
    void client.ask({ kind: 'open', paths: ['/3'] })
    expect(readers).toHaveLength(2)
    client.dispose()
  })

  it('gives up a file that stops two readers, and goes on with the next question', async () => {
    const { readers, client } = fakeReader()
    const asked = client.ask(pixels)
    readers[0].die()
    readers[1].die()
    await expect(asked).rejects.toMatchObject({ code: 'file-unreadable', context: { path: '/a.dcm' } })
    const next = client.ask({ kind: 'open', paths: [] })
    readers[2].answer({ id: readers[2].asked[0].id, ok: true, answer: opened })
    expect(await next).toBe(opened)
  })

  it('passes progress on and puts slices that came in parts where they belong', async () => {
    const { readers, client } = fakeReader()
    const seen: unknown[] = []
    const asked = client.ask(
      { kind: 'open', paths: ['/big'] },
      { onProgress: (progress) => seen.push(progress) }
    )
    const [{ id }] = readers[0].asked
    const progress = { stage: 'reading' as const, done: 3, total: 9 }
    readers[0].answer({ id, report: { kind: 'progress', progress } })
    const slices = [0, 1, 2].map((index) => ({ id: `s1-2/${index}` })) as never[]
    readers[0].answer({
      id,
      report: { kind: 'slices', seriesId: 's1-2', from: 0, slices: slices.slice(0, 2) }
    })
    readers[0].answer({ id, report: { kind: 'slices', seriesId: 's1-2', from: 2, slices: slices.slice(2) } })
    const study = {
      id: 's1',
      series: [
        { id: 's1-1', slices: ['own'] },
        { id: 's1-2', slices: [], sliceCount: 3 }
      ]
    }
    readers[0].answer({ id, ok: true, answer: { studies: [study], problems: [] } as never })
    expect(seen).toEqual([progress])
    expect((await asked).studies[0].series).toEqual([
      { id: 's1-1', slices: ['own'] },
      { id: 's1-2', slices }
    ])
  })

  it('hands on what there is so far, and leaves it as it is when more slices come', async () => {
    const { readers, client } = fakeReader()
    const seen: unknown[] = []
    const asked = client.ask({ kind: 'open', paths: ['/big'] }, { onGrown: (studies) => seen.push(studies) })
    const [{ id }] = readers[0].asked
    const part = (...ids: string[]) => ids.map((one) => ({ id: one })) as never[]
    const brief = (sliceCount: number) =>
      [{ id: 's1', series: [{ id: 's1-1', slices: [], sliceCount }] }] as never
    readers[0].answer({ id, report: { kind: 'slices', seriesId: 's1-1', from: 0, slices: part('b') } })
    readers[0].answer({ id, report: { kind: 'grown', studies: brief(1) } })
    readers[0].answer({ id, report: { kind: 'slices', seriesId: 's1-1', from: 0, slices: part('a', 'b') } })
    readers[0].answer({ id, report: { kind: 'slices', seriesId: 's1-1', from: 2, slices: part('c') } })
    readers[0].answer({ id, report: { kind: 'grown', studies: brief(3) } })
    // unchanged since: its slices are not sent again
    readers[0].answer({ id, ok: true, answer: { studies: brief(3), problems: [] } })
    const whole = (...ids: string[]) => [{ id: 's1', series: [{ id: 's1-1', slices: part(...ids) }] }]
    expect(seen).toEqual([whole('b'), whole('a', 'b', 'c')])
    expect((await asked).studies).toEqual(whole('a', 'b', 'c'))
  })

  it('tells the reader to end an opening, and takes nothing over of what a reader that ended had sent', async () => {
    const { readers, client } = fakeReader()
    const stop = new AbortController()
    const asked = client.ask({ kind: 'open', paths: ['/big'] }, { signal: stop.signal })
    const first = readers[0].asked[0].id
    readers[0].answer({
      id: first,
      report: { kind: 'slices', seriesId: 's1-1', from: 0, slices: [{ id: 'stale' }] as never }
    })
    readers[0].die()
    stop.abort()
    const { id } = readers[1].asked[0]
    expect(readers[1].asked[1]).toEqual({ id, cancel: true })
    const study = { id: 's1', series: [{ id: 's1-1', slices: [], sliceCount: 1 }] }
    readers[1].answer({ id, ok: true, answer: { studies: [study], problems: [], cancelled: true } as never })
    expect(await asked).toMatchObject({ cancelled: true, studies: [{ series: [{ slices: [] }] }] })
  })

  it('starts no reader before it is needed, and none after it was disposed of', () => {
    const { readers, client } = fakeReader()
    expect(readers).toHaveLength(0)
    void client.ask({ kind: 'open', paths: [] })
    client.dispose()
    expect(readers[0].killed).toBe(true)
    readers[0].die()
    expect(readers).toHaveLength(1)
  })
})
