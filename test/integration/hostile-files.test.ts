import { execFile, execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDicom, concat, encapsulated, imageElements, pixelData, us, words } from '../helpers/build-dicom'
import { buildEntries } from '../helpers/build-entries'
import { buildPng } from '../helpers/build-png'
import { buildZip } from '../helpers/build-zip'
import type { HostileOutcome } from '../helpers/open-hostile-child'
import { temporaryFolder } from '../helpers/temporary-folder'

/** Files made to fill memory or to keep a reader waiting, each opened in a process of its own. */
const folder = temporaryFolder()
let built: { folder: string; remove(): void }
beforeAll(async () => {
  built = await buildEntries([], { 'open-hostile-child': 'test/helpers/open-hostile-child.ts' })
})
afterAll(() => built.remove())

const longestMs = 5_000
const mostBytes = 600 * 2 ** 20

async function openInChild(path: string): Promise<HostileOutcome> {
  const child = [join(built.folder, 'open-hostile-child.js'), path]
  const { stdout } = await promisify(execFile)(process.execPath, child, { timeout: 60_000 })
  const outcome = JSON.parse(stdout) as HostileOutcome
  expect(outcome.peakBytes).toBeLessThan(mostBytes)
  expect(outcome.elapsedMs).toBeLessThan(longestMs)
  return outcome
}

function put(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

/** Deflate blocks that unpack to so many times 64 MiB of zeros: each block ends on a byte and refers to no other. */
function zeros(times: number): Uint8Array {
  const block = zlib.deflateRawSync(Buffer.alloc(64 << 20), {
    level: 1,
    finishFlush: zlib.constants.Z_FULL_FLUSH
  })
  return concat(...new Array<Uint8Array>(times).fill(block))
}

const image = imageElements({}, pixelData(words(1, 2, 3, 4, 5, 6)))
/** A sound DICOM header up to a private element of more than a gibibyte, whose content does not follow. */
function headOfBomb(deflated: boolean): Uint8Array {
  const element = Uint8Array.of(9, 0, 1, 0x10, 0x4f, 0x42, 0, 0, 0, 0, 0, 0x70)
  const syntax = deflated ? { transferSyntaxUid: '1.2.840.10008.1.2.1' } : {}
  return concat(buildDicom(image.slice(0, 3), syntax), element)
}

describe('what would fill memory', () => {
  it('a gzip file of 4 GiB of zeros', async () => {
    const member = new Uint8Array(zlib.gzipSync(Buffer.alloc(64 << 20), { level: 1 }))
    const path = put('zeros.dcm.gz', concat(...new Array<Uint8Array>(64).fill(member)))
    const { problems, slices } = await openInChild(path)
    expect(problems).toHaveLength(1)
    expect(slices).toEqual([])
  })

  it('a gzip file of a DICOM header and 4 GiB of zeros', async () => {
    const head = new Uint8Array(zlib.gzipSync(headOfBomb(false)))
    const member = new Uint8Array(zlib.gzipSync(Buffer.alloc(64 << 20), { level: 1 }))
    const path = put('bomb.dcm.gz', concat(head, ...new Array<Uint8Array>(64).fill(member)))
    const { problems } = await openInChild(path)
    expect(problems).toMatchObject([{ code: 'raster-malformed', message: 'it unpacks to more than 256 MiB' }])
  })

  it('a deflated DICOM file of 4 GiB of zeros', async () => {
    const whole = buildDicom(image, { transferSyntaxUid: '1.2.840.10008.1.2.1.99' })
    const meta = buildDicom([], { transferSyntaxUid: '1.2.840.10008.1.2.1.99' })
    const start = Buffer.from(whole).indexOf('1.2.840.10008.1.2.1.99') + 22
    expect(meta.length).toBeGreaterThanOrEqual(start)
    const body = headOfBomb(true).subarray(buildDicom([], {}).length)
    const head = zlib.deflateRawSync(body, { finishFlush: zlib.constants.Z_FULL_FLUSH })
    const path = put('deflated', concat(whole.subarray(0, start), new Uint8Array(head), zeros(64)))
    const { problems } = await openInChild(path)
    expect(problems).toHaveLength(1)
    expect(problems[0]?.code).toMatch(/^dicom-/)
  })

  it('a zip archive whose file unpacks to a gibibyte that it does not own up to', async () => {
    const path = put(
      'bomb.zip',
      buildZip([{ name: 'bomb', content: new Uint8Array(1000), deflate: true, claimedSize: 0x3fffffff }])
    )
    const { problems } = await openInChild(path)
    expect(problems).toHaveLength(1)
  })

  it('a zip archive of archives that unpack to zeros, and one whose list is cut off', async () => {
    const head = (name: string): Uint8Array => buildZip([{ name, content: new Uint8Array(1), deflate: true }])
    // the only file of the archive made to unpack to 4 GiB, its head saying nothing of the size
    const open = head('inner').slice()
    const view = new DataView(open.buffer)
    view.setUint16(6, 0x808, true)
    for (const at of [14, 18, 22]) view.setUint32(at, 0, true)
    const bomb = concat(open.subarray(0, 30 + 'inner'.length), zeros(64))
    const cut = await openInChild(put('cut.zip', bomb))
    expect(cut.slices).toEqual([])
    expect(cut.problems).toMatchObject([{ code: 'file-unreadable' }])
    const inner = { content: bomb, deflate: true, crc: 0 }
    const nested = buildZip(Array.from({ length: 6 }, (_, at) => ({ ...inner, name: `${at}.zip` })))
    const { problems } = await openInChild(put('nested.zip', nested))
    expect(problems.map(({ message }) => message)).toContainEqual(expect.stringContaining('left out'))
  })

  it.each([
    ['RGB', { rows: 65_535, columns: 65_535, samplesPerPixel: 3, photometric: 'RGB', bitsAllocated: 8 }],
    ['single bits', { rows: 65_535, columns: 65_535, bitsAllocated: 1, bitsStored: 1 }]
  ])('65,535 x 65,535 pixels of %s in a small DICOM file', async (_, options) => {
    const path = put('wide', buildDicom(imageElements(options, pixelData(words(1, 2, 3, 4)))))
    expect((await openInChild(path)).problems).toMatchObject([{ code: 'dicom-pixel-layout-unsupported' }])
  })

  it('a million frames in a file of a few bytes', async () => {
    const options = { rows: 1, columns: 1, frames: 1_000_000, window: ['1', '2'] as [string, string] }
    const path = put('frames', buildDicom(imageElements(options, pixelData(words(1, 2, 3, 4)))))
    const { problems, slices } = await openInChild(path)
    expect(problems[0]?.message).toContain('4 of 1000000 frames are whole')
    expect(slices).toEqual(['whole', 'whole'])
  })

  it.each([
    ['more pixels than are taken', 60_000],
    ['as many pixels as are taken', 11_500]
  ])('a PNG that claims %s', async (_, side) => {
    const { problems, slices } = await openInChild(put(`${side}.png`, buildPng(side, side, 16, 2, [[0]])))
    expect([...problems.map(({ code }) => code), ...slices]).not.toContain('whole')
    expect(problems.length).toBeGreaterThan(0)
    for (const { code } of problems) expect(code).toMatch(/^raster-/)
  })

  it('a NIfTI volume of 2^31 planes of one voxel', async () => {
    const head = new DataView(new ArrayBuffer(352))
    head.setInt32(0, 348, true)
    ;[5, 1, 1, 32_767, 32_767, 2].forEach((size, at) => head.setInt16(40 + 2 * at, size, true)) // dim
    head.setInt16(70, 2, true) // uint8
    head.setFloat32(108, 352, true) // vox_offset
    ;[0x6e, 0x2b, 0x31, 0].forEach((byte, at) => head.setUint8(344 + at, byte)) // n+1
    const path = put('planes.nii', new Uint8Array(head.buffer))
    expect((await openInChild(path)).problems).toMatchObject([{ code: 'raster-malformed' }])
  })

  it('a sequence without end, a length of 4 GB and a wrong representation before sound pixels', async () => {
    for (const [name, element] of [
      [
        'endless',
        { tag: [0x0008, 0x1140], vr: 'SQ', value: new Uint8Array(0), items: [[]], lyingLength: 0xfffffffe }
      ],
      ['long', { tag: [0x0009, 0x1001], vr: 'OB', value: words(1), lyingLength: 0xfffffff0 }],
      ['wrong', { ...us([0x0018, 0x0050], 7), vr: 'SQ' }]
    ] as const) {
      const extra = [element as never]
      const outcome = await openInChild(
        put(name, buildDicom(imageElements({ extra }, pixelData(words(1, 2, 3, 4, 5, 6)))))
      )
      // what has a wrong representation but a true length is passed over
      if (name === 'wrong') expect(outcome).toMatchObject({ problems: [], slices: ['whole'] })
      else expect(outcome).toMatchObject({ problems: [{ code: 'dicom-truncated' }], slices: [] })
    }
  })
})

/**
 * A progressive JPEG (ISO 10918-1) of 8,000 x 8,000 grey pixels with so many scans that each add nothing to them: tables
 * with one code of one bit, and no blocks but those that a decoder makes of missing data.
 */
function scansWithoutEnd(scans: number): Uint8Array {
  const huffman = (kind: number): number[] => [
    0xff,
    0xc4,
    0,
    20,
    kind,
    1,
    ...new Array<number>(15).fill(0),
    0
  ]
  const quantization = [0xff, 0xdb, 0, 67, 0, ...new Array<number>(64).fill(1)]
  const side = [8_000 >> 8, 8_000 & 0xff]
  const frame = [0xff, 0xc2, 0, 11, 8, ...side, ...side, 1, 1, 0x11, 0]
  const scan = Uint8Array.of(0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)
  const head = Uint8Array.from([0xff, 0xd8, ...quantization, ...frame, ...huffman(0), ...huffman(0x10)])
  return concat(head, ...new Array<Uint8Array>(scans).fill(scan), Uint8Array.of(0xff, 0xd9))
}

describe('what would compute without end', () => {
  it('a JPEG of 8,000 x 8,000 pixels with 20,000 scans', async () => {
    const outcome = await openInChild(put('scans.jpg', scansWithoutEnd(20_000)))
    expect([...outcome.problems.map(({ code }) => code), ...outcome.slices]).toContain('raster-malformed')
    expect(outcome.slices).not.toContain('whole')
  })

  it('the same in a DICOM file', async () => {
    const options = { rows: 8_000, columns: 8_000, bitsAllocated: 8, window: ['1', '2'] as [string, string] }
    const elements = imageElements(options, encapsulated([], scansWithoutEnd(20_000)))
    const path = put('scans', buildDicom(elements, { transferSyntaxUid: '1.2.840.10008.1.2.4.50' }))
    expect((await openInChild(path)).slices).toEqual(['pixel-decode-failed'])
  })
})

describe.skipIf(process.platform === 'win32')('what is no file', () => {
  it('pipes, sockets and devices in a folder are listed, and the rest opens', async () => {
    const place = join(folder, 'mixed')
    mkdirSync(place)
    execFileSync('mkfifo', [join(place, 'pipe')])
    symlinkSync('/dev/zero', join(place, 'device'))
    symlinkSync(join(place, 'nowhere'), join(place, 'broken-link'))
    symlinkSync(join(place, 'circle'), join(place, 'circle'))
    const server = createServer().listen(join(place, 'socket'))
    writeFileSync(
      join(place, 'good'),
      buildDicom(imageElements({ window: ['1', '2'] }, pixelData(words(1, 2, 3, 4, 5, 6))))
    )
    const { problems, slices } = await openInChild(place).finally(() => server.close())
    expect(slices).toEqual(['whole'])
    expect(problems.map(({ code, message }) => `${code}: ${message}`).sort()).toEqual([
      'file-not-found: there is no such file or folder',
      'file-unreadable: its symbolic links go in circles',
      'file-unreadable: neither a file nor a folder',
      'file-unreadable: neither a file nor a folder',
      'file-unreadable: neither a file nor a folder'
    ])
  })
  it('folders whose paths are longer than the system allows are listed, and the rest opens', async () => {
    const place = join(folder, 'deep')
    mkdirSync(place)
    writeFileSync(
      join(place, 'good'),
      buildDicom(imageElements({ window: ['1', '2'] }, pixelData(words(1, 2, 3, 4, 5, 6))))
    )
    // 30 folders of 200 letters; no single call takes such a path
    const script = `for (let at = 0; at < 30; at++) {
      require('fs').mkdirSync('d'.repeat(200))
      process.chdir('d'.repeat(200))
    }`
    execFileSync(process.execPath, ['-e', script], { cwd: place })
    try {
      const { problems, slices } = await openInChild(place)
      expect(slices).toEqual(['whole'])
      expect(problems).toMatchObject([
        { code: 'file-unreadable', message: 'its path is longer than the system allows' }
      ])
    } finally {
      execFileSync('rm', ['-rf', place])
    }
  })

  it('links that lead out, hard links and empty files', async () => {
    const place = join(folder, 'links')
    mkdirSync(place)
    const image = (z: number): Uint8Array =>
      buildDicom(
        imageElements(
          { instanceUid: `2.25.1${z}`, instanceNumber: z, window: ['1', '2'] },
          pixelData(words(1, 2, 3, 4, 5, z))
        )
      )
    const outside = put('outside.dcm', image(1))
    symlinkSync(outside, join(place, 'a'))
    writeFileSync(join(place, 'b'), image(2))
    linkSync(join(place, 'b'), join(place, 'c'))
    writeFileSync(join(place, 'empty'), '')
    const { problems, slices } = await openInChild(place)
    expect(slices).toEqual(['whole', 'whole'])
    expect(problems.map(({ code }) => code).sort()).toEqual([
      'duplicate-image',
      'file-empty',
      'order-fallback'
    ])
  })
})
