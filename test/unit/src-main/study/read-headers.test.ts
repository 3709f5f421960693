import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { headerOfBeginning } from '../../../../src-main/study/header-of-beginning'
import { ReadAhead } from '../../../../src-main/study/read-ahead'
import { readFileHeader, type FileHeader } from '../../../../src-main/study/read-file-header'
import { readHeaders } from '../../../../src-main/study/read-headers'
import { buildDicom, imageElements, pixelData, text, words } from '../../../helpers/build-dicom'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nidus-headers-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function put(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

const plain = (number: number): Uint8Array =>
  buildDicom(imageElements({ instanceNumber: number }, pixelData(words(1, 2, 3, 4, 5, 6))))

/** 40,000 bytes of private text before the pixels: more than is read at once. */
const long = buildDicom(
  imageElements(
    { extra: [{ ...text([0x0009, 0x1001], 'UN', ' '.repeat(40_000)) }] },
    pixelData(words(1, 2, 3, 4, 5, 6))
  )
)

/** Headers as the thread that reads ahead gives them. */
async function readAhead(paths: string[]): Promise<unknown[]> {
  const ahead = ReadAhead.borrow() as ReadAhead
  try {
    await vi.waitUntil(() => ahead.goOn(paths, 0))
    return paths.map((path) => {
      const beginning = ahead.take(60_000)
      return beginning && beginning !== 'late' ? headerOfBeginning(path, beginning) : beginning
    })
  } finally {
    ahead.giveBack()
  }
}

describe('headers read ahead', () => {
  it('are those that waiting gives, in order, however many they are', async () => {
    const paths = Array.from({ length: 300 }, (_, number) => put(`n${number}`, plain(number)))
    const found = await readAhead(paths)
    expect(found).toEqual(await Promise.all(paths.map((path) => readFileHeader(path))))
    expect(found.map((one) => (one as FileHeader).header.instanceNumber)).toEqual(paths.map((_, at) => at))
    // the same thread, for other files
    expect(await readAhead(paths.slice(7, 9))).toEqual(found.slice(7, 9))
  })

  it('are left to waiting where they are long, packed, of another format, broken or not there', async () => {
    const packed = put('packed.gz', new Uint8Array(gzipSync(plain(1))))
    const broken = put('broken', plain(1).subarray(0, 300))
    const paths = [put('long', long), packed, broken, put('empty', new Uint8Array(0)), folder, '/no/such']
    expect(await readAhead(paths)).toEqual(paths.map(() => null))
  })
})

describe('many headers', () => {
  it('come in the order of their paths, with a reason for each that is missing', async () => {
    symlinkSync(join(folder, 'gone'), join(folder, 'link'))
    const paths = [
      put('a', plain(1)),
      put('text', new TextEncoder().encode('only words, no image at all')),
      put('long', long),
      join(folder, 'link'),
      put('packed.gz', new Uint8Array(gzipSync(plain(2)))),
      put('b', plain(3))
    ]
    const seen: number[] = []
    const { headers, problems } = await readHeaders(paths, { onProgress: ({ done }) => seen.push(done) })
    expect(headers.map((found) => found?.header.instanceNumber)).toEqual([
      1,
      undefined,
      null,
      undefined,
      2,
      3
    ])
    expect(problems.map(({ code, path }) => [code, path]).sort()).toEqual([
      ['file-not-found', join(folder, 'link')],
      ['format-unknown', join(folder, 'text')]
    ])
    expect(seen).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('come of hundreds of files, too, those between that take a longer look included', async () => {
    const paths = Array.from({ length: 500 }, (_, at) =>
      at % 50 === 7
        ? put(`l${at}`, long)
        : at % 50 === 9
          ? put(`t${at}`, words(1, 2))
          : put(`n${at}`, plain(at))
    )
    // a thread that was started before is there at once
    for (let turn = 0; turn < 2; turn++) {
      let most = 0
      const { headers, problems } = await readHeaders(paths, {
        async onPause(soFar, settled) {
          most = Math.max(most, settled)
          const due = paths.slice(0, settled).filter((_, at) => at % 50 !== 9).length
          expect(soFar.slice(0, settled).filter(Boolean)).toHaveLength(due)
        }
      })
      expect(most).toBe(500)
      expect(headers.map((found) => found?.path ?? null)).toEqual(
        paths.map((path, at) => (at % 50 === 9 ? null : path))
      )
      expect(problems).toHaveLength(10)
      for (const { code } of problems) expect(code).toBe('format-unknown')
    }
  })

  it('stop when told to', async () => {
    const controller = new AbortController()
    controller.abort(new Error('stopped'))
    await expect(readHeaders([put('a', plain(1))], { signal: controller.signal })).rejects.toThrow('stopped')
  })
})
