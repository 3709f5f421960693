import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readFileHeader } from '../../../../src-main/study/read-file-header'
import { readHeaderNow } from '../../../../src-main/study/read-header-now'
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

describe('headers read at once', () => {
  it('are those that waiting gives', async () => {
    const path = put('one', plain(7))
    expect(readHeaderNow(path)).toEqual(await readFileHeader(path))
    expect(readHeaderNow(path)?.header.instanceNumber).toBe(7)
  })

  it('are left to waiting where they are long, packed, of another format, broken or not there', () => {
    const packed = put('packed.gz', new Uint8Array(gzipSync(plain(1))))
    const broken = put('broken', plain(1).subarray(0, 300))
    for (const path of [
      put('long', long),
      packed,
      broken,
      put('empty', new Uint8Array(0)),
      folder,
      '/no/such'
    ])
      expect(readHeaderNow(path)).toBeNull()
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

  it('stop when told to', async () => {
    const controller = new AbortController()
    controller.abort(new Error('stopped'))
    await expect(readHeaders([put('a', plain(1))], { signal: controller.signal })).rejects.toThrow('stopped')
  })
})
