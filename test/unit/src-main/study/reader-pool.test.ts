import { describe, expect, it } from 'vitest'
import { countReaders, ReaderPool } from '../../../../src-main/study/reader-pool'
import type { FromReader, ToReader } from '../../../../src-main/study/reader-protocol'

/** Readers that answer when the test says so. */
function pool(size: number) {
  const readers: { asked: ToReader[]; answer(message: FromReader): void; killed: boolean }[] = []
  const made = new ReaderPool(() => {
    let listener: (message: FromReader) => void = () => undefined
    const reader = {
      asked: [] as ToReader[],
      answer: (message: FromReader) => listener(message),
      killed: false
    }
    readers.push(reader)
    return {
      post: (message) => void reader.asked.push(message),
      onMessage: (given) => (listener = given),
      onExit: () => undefined,
      kill: () => (reader.killed = true)
    }
  }, size)
  return { readers, pool: made }
}

const pixels = (index: number) =>
  ({ kind: 'pixels', series: {}, slice: { index, source: { path: '/a', frame: index } } }) as never

describe('ReaderPool', () => {
  it('starts a further reader only while the others are busy', async () => {
    const { readers, pool: made } = pool(3)
    const first = made.ask(pixels(0))
    readers[0].answer({ id: readers[0].asked[0].id, ok: true, answer: 'first' as never })
    expect(await first).toBe('first')
    void made.ask(pixels(0))
    expect(readers).toHaveLength(1)
    void made.ask(pixels(0))
    expect(readers).toHaveLength(2)
  })

  it('does not let a slice wait for a folder that is being opened', () => {
    const { readers, pool: made } = pool(2)
    void made.ask({ kind: 'open', paths: ['/big'] })
    void made.ask(pixels(0))
    expect(
      readers.map(({ asked }) => asked.map((message) => 'question' in message && message.question.kind))
    ).toEqual([['open'], ['pixels']])
  })

  it('shares questions out evenly, and failures come back to who asked', async () => {
    const { readers, pool: made } = pool(2)
    const asked = [0, 1, 2, 3, 4, 5].map((index) => made.ask(pixels(index)))
    expect(readers.map((reader) => reader.asked.length)).toEqual([3, 3])
    for (const reader of readers) {
      for (const { id } of reader.asked)
        reader.answer({ id, ok: false, code: 'file-unreadable', context: { reason: 'gone' } })
    }
    for (const one of asked) await expect(one).rejects.toMatchObject({ code: 'file-unreadable' })
  })

  it('ends all its readers', () => {
    const { readers, pool: made } = pool(2)
    void made.ask(pixels(0))
    void made.ask(pixels(1))
    made.dispose()
    expect(readers.map(({ killed }) => killed)).toEqual([true, true])
  })
})

describe('countReaders', () => {
  it('leaves half the cores to the engine', () => {
    expect([1, 2, 4, 6, 8, 64].map(countReaders)).toEqual([2, 2, 2, 3, 4, 4])
  })
})
