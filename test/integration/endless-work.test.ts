import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forkReader } from '../../src-main/platform/fork-reader'
import { ReaderClient } from '../../src-main/study/reader-client'
import type { ReaderProcess } from '../../src-main/study/reader-protocol'
import { buildEntries } from '../helpers/build-entries'

/** Real processes that compute without end, and hear nothing meanwhile. */
let built: { folder: string; remove(): void }
let started: ReaderProcess[] = []
let reader: ReaderClient
beforeAll(async () => {
  built = await buildEntries([], { 'endless-reader': 'test/helpers/endless-reader.ts' })
  const spawn = forkReader(join(built.folder, 'endless-reader.js'))
  reader = new ReaderClient(() => {
    started.push(spawn())
    return started[started.length - 1] as ReaderProcess
  })
})
afterAll(() => {
  reader.dispose()
  built.remove()
})

const decode = (path: string) => reader.ask({ kind: 'decode', path, target: '' })

describe('work without end', () => {
  it('ends with the process, is not begun again, and costs the others nothing', async () => {
    const innocent = decode('quick')
    const guilty = expect(decode('endless')).rejects.toMatchObject({
      code: 'file-unreadable',
      context: { path: 'endless' }
    })
    const later = decode('later')
    expect(await innocent).toBeNull()
    await guilty
    expect(await later).toBeNull()
    expect(started).toHaveLength(2)
  })

  it('leaves a folder with the one file less', async () => {
    started = []
    const opened = await reader.ask({ kind: 'open', paths: ['a', 'endless', 'b'] })
    expect(opened.problems.map(({ path }) => path)).toEqual(['endless'])
    expect(started).toHaveLength(1)
  })

  it('is told from work that takes as long as it was said to', async () => {
    started = []
    expect(await decode('long')).toBeNull()
    expect(started).toHaveLength(0)
  })
})
