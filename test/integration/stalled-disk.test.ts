import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenedStudies } from '../../src-main/contract/study'
import { forkReader } from '../../src-main/platform/fork-reader'
import { ReaderClient } from '../../src-main/study/reader-client'
import type { ReaderProcess } from '../../src-main/study/reader-protocol'
import { buildDicom, imageElements, pixelData, words } from '../helpers/build-dicom'
import { buildEntries } from '../helpers/build-entries'
import { runNidus } from '../helpers/run-nidus'
import { makeStalledDisk, type Stall } from '../helpers/stalled-disk'
import { temporaryFolder } from '../helpers/temporary-folder'

/**
 * Disks that give no answer, for real: threads of real reader processes sleep inside the system's calls. Whatever
 * stalls, its outcome is there within five seconds of the question to a process that runs, and nothing else is lost.
 */
const longestMs = 5_000
const folder = temporaryFolder()
const disk = makeStalledDisk(join(folder, 'disk-itself'))
let built: { folder: string; remove(): void }
beforeAll(async () => {
  built = await buildEntries(['cli'])
})
afterAll(() => built?.remove())

/** A series of slices of 256 x 256 pixels. */
function makeSeries(name: string, count: number): string {
  const place = join(folder, name)
  mkdirSync(place, { recursive: true })
  for (let number = 0; number < count; number++) {
    const options = {
      rows: 256,
      columns: 256,
      instanceNumber: number,
      instanceUid: `1.2.3.${number}`,
      seriesUid: `1.2.4.${name.length}.${count}`,
      position: [0, 0, number] as [number, number, number],
      orientation: [1, 0, 0, 0, 1, 0],
      spacing: [1, 1] as [number, number],
      window: ['1', '2'] as [string, string]
    }
    const pixels = words(...new Array<number>(256 * 256).fill(number))
    writeFileSync(join(place, `${name}-${number}`), buildDicom(imageElements(options, pixelData(pixels))))
  }
  return place
}

/** A reader that lives on that disk, and runs. */
async function readerOfDisk(started: ReaderProcess[] = []): Promise<ReaderClient> {
  const spawn = forkReader(join(built.folder, 'reader.js'))
  const reader = new ReaderClient(() => {
    Object.assign(process.env, disk?.env)
    try {
      const reader = spawn()
      started.push(reader)
      return reader
    } finally {
      for (const name of Object.keys(disk?.env ?? {})) delete process.env[name]
    }
  })
  await reader.ask({ kind: 'open', paths: [] })
  return reader
}

async function within<T>(mostMs: number, work: Promise<T>): Promise<T> {
  const started = performance.now()
  const outcome = await work
  expect(performance.now() - started).toBeLessThan(mostMs)
  return outcome
}

const slicesOf = ({ studies }: OpenedStudies) =>
  studies.flatMap(({ series }) =>
    series.flatMap(({ slices, ...facts }) => slices.map((slice) => ({ slice, series: facts })))
  )

/** Without the gaps that missing slices leave. */
const unreadable = ({ problems }: OpenedStudies) => problems.filter(({ code }) => code === 'file-unreadable')

describe.skipIf(!disk)('a disk that gives no answer', () => {
  it.each<[Stall]>([['open'], ['read']])(
    'keeps a folder from nothing but the file that it is asked for (%s)',
    async (how) => {
      const place = makeSeries(`series-${how}`, 300)
      disk?.stall(`series-${how}-150`, how)
      const reader = await readerOfDisk()
      const opened = await within(longestMs, reader.ask({ kind: 'open', paths: [place] }))
      expect(unreadable(opened)).toEqual([
        {
          code: 'file-unreadable',
          path: join(place, `series-${how}-150`),
          message: 'its disk gave no answer for 4 seconds'
        }
      ])
      expect(slicesOf(opened)).toHaveLength(299)
      // all the others can be looked at, by the same process
      const { slice, series } = slicesOf(opened)[298] as ReturnType<typeof slicesOf>[number]
      const pixels = await within(longestMs, reader.ask({ kind: 'pixels', slice, series }))
      expect(new Set(pixels.values)).toEqual(new Set([299]))
      reader.dispose()
    }
  )

  it('keeps more files waiting than a process has threads by default, all at the same time', async () => {
    const place = makeSeries('many', 120)
    for (let number = 0; number < 120; number += 10) disk?.stall(`many-${number}`, 'open')
    const reader = await readerOfDisk()
    const opened = await within(longestMs, reader.ask({ kind: 'open', paths: [place] }))
    expect(unreadable(opened)).toHaveLength(12)
    expect(slicesOf(opened)).toHaveLength(108)
    reader.dispose()
  })

  it('is given up where a folder is all silence, without a wait for each of its files', async () => {
    const place = makeSeries('gone', 100)
    const here = makeSeries('here', 20)
    for (let number = 0; number < 100; number++) disk?.stall(`gone-${number}`, 'open')
    const reader = await readerOfDisk()
    const opened = await within(3 * longestMs, reader.ask({ kind: 'open', paths: [place, here] }))
    expect(opened.problems).toHaveLength(100)
    expect(new Set(opened.problems.map(({ message }) => message))).toEqual(
      new Set([
        'its disk gave no answer for 4 seconds',
        'it was not tried, as the disk gave no answer to many files before it'
      ])
    )
    expect(slicesOf(opened)).toHaveLength(20)
    reader.dispose()
  })

  it('that goes away while a study is open fails the slices asked for, and those alone', async () => {
    const place = makeSeries('later', 3)
    const started: ReaderProcess[] = []
    const reader = await readerOfDisk(started)
    const opened = await reader.ask({ kind: 'open', paths: [place] })
    const [first, second, third] = slicesOf(opened) as ReturnType<typeof slicesOf>
    disk?.stall('later-0', 'read')
    disk?.stall('later-1', 'open')
    const outcomes = await within(
      longestMs,
      Promise.all([
        reader.ask({ kind: 'pixels', ...first }).catch((error: unknown) => error),
        reader.ask({ kind: 'thumbnail', ...first }).catch((error: unknown) => error),
        reader.ask({ kind: 'origin', slice: second.slice }).catch((error: unknown) => error),
        reader.ask({ kind: 'pixels', ...third })
      ])
    )
    for (const [at, { slice }] of [first, first, second].entries())
      expect(outcomes[at]).toMatchObject({ code: 'file-unreadable', context: { path: slice.source.path } })
    expect(outcomes[3]).toMatchObject({ rows: 256 })
    expect(started).toHaveLength(1)
    // once it is back
    disk?.mend('later-0', 'read')
    expect((await reader.ask({ kind: 'pixels', ...first })).values[0]).toBe(0)
    reader.dispose()
  })

  it('is waited for where it is slow and gives bytes, however long they take in all', async () => {
    const place = makeSeries('slow', 2)
    disk?.stall('slow-1', 'slow')
    const reader = await readerOfDisk()
    const opened = await reader.ask({ kind: 'open', paths: [place] })
    expect(opened.problems).toEqual([])
    const { slice, series } = slicesOf(opened)[1] as ReturnType<typeof slicesOf>[number]
    const started = performance.now()
    const pixels = await reader.ask({ kind: 'pixels', slice, series })
    expect(new Set(pixels.values)).toEqual(new Set([1]))
    // 128 KiB, 8 KiB in 0.7 seconds
    expect(performance.now() - started).toBeGreaterThan(10_000)
    reader.dispose()
  })

  it('under an archive, a DICOMDIR, a packed file and a pair of files is told by their names', async () => {
    const place = makeSeries('kinds', 2)
    const names = ['all.zip', 'DICOMDIR', 'one.dcm.gz', 'pair.hdr', 'pair.img']
    for (const name of names) writeFileSync(join(place, name), gzipSync(new Uint8Array(1000)))
    for (const name of names.slice(0, 4)) disk?.stall(name, 'read')
    const reader = await readerOfDisk()
    const opened = await within(3 * longestMs, reader.ask({ kind: 'open', paths: [place] }))
    const told = opened.problems.map(({ path, code }) => `${path.slice(place.length + 1)}: ${code}`).sort()
    expect(told).toEqual([
      'DICOMDIR: dicomdir-incomplete',
      'all.zip: file-unreadable',
      'one.dcm.gz: file-unreadable',
      'pair.hdr: file-unreadable'
    ])
    expect(slicesOf(opened)).toHaveLength(2)
    reader.dispose()
  })

  it('holds the command line up for one file, and not at its end', async () => {
    const place = makeSeries('line', 3)
    disk?.stall('line-1', 'read')
    const out = join(folder, 'decoded')
    const files = [0, 1, 2].map((number) => join(place, `line-${number}`))
    const ended = await within(
      2 * longestMs,
      runNidus(built.folder, folder, disk?.env ?? {}, ['decode', ...files, '--out', out])
    )
    expect(ended).toMatchObject({ code: 5, stdout: '2 decoded, 1 failed\n' })
    expect(ended.stderr).toBe(`${files[1]}: file-unreadable: its disk gave no answer for 4 seconds\n`)
  })
})

describe.skipIf(process.platform === 'win32')('a reader process that stands still', () => {
  it('is replaced, and what it owed is answered', async () => {
    const place = makeSeries('stopped', 3)
    const started: ReaderProcess[] = []
    const spawn = forkReader(join(built.folder, 'reader.js'))
    const reader = new ReaderClient(() => {
      started.push(spawn())
      return started[started.length - 1] as ReaderProcess
    })
    const opened = await reader.ask({ kind: 'open', paths: [place] })
    const pid = execFileSync('pgrep', ['-n', '-P', String(process.pid), '-f', 'reader.js'], {
      encoding: 'utf8'
    })
    process.kill(Number(pid), 'SIGSTOP')
    const { slice, series } = slicesOf(opened)[2] as ReturnType<typeof slicesOf>[number]
    const asked = reader.ask({ kind: 'pixels', slice, series })
    expect((await within(2 * longestMs, asked)).values[0]).toBe(2)
    expect(started).toHaveLength(2)
    reader.dispose()
  })
})
