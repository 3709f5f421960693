import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import type { OpenedStudies } from '../../src-main/contract/study'
import { openStudies } from '../../src-main/study/open-studies'
import { readSlice } from '../../src-main/study/read-slice'
import { buildDicom, concat, imageElements, pixelData, sq, text, words } from '../helpers/build-dicom'
import { buildZip, type ZipEntrySpec } from '../helpers/build-zip'
import { putFile } from '../helpers/put-file'
import { temporaryFolder } from '../helpers/temporary-folder'

const work = temporaryFolder()
let folder = ''
let folders = 0
beforeEach(() => (folder = join(work, String(++folders))))

const put = (name: string, bytes: Uint8Array): string => putFile(folder, name, bytes)

/** A square slice at that height, whose pixels have the value of it. */
const slice = (z: number, side = 20): Uint8Array =>
  buildDicom(
    imageElements(
      {
        rows: side,
        columns: side,
        instanceUid: `2.25.1${z}`,
        position: [0, 0, z],
        orientation: [1, 0, 0, 0, 1, 0],
        window: ['40', '80']
      },
      pixelData(words(...new Array<number>(side * side).fill(z)))
    )
  )

const entry = (z: number, more: Partial<ZipEntrySpec> = {}): ZipEntrySpec => ({
  name: `IM${z}`,
  content: slice(z),
  ...more
})

const bytesOf = (words: string): Uint8Array => new TextEncoder().encode(words)

/** The values of all slices, in their order: what came out is told by what it shows. */
async function valuesOf({ studies }: OpenedStudies): Promise<number[]> {
  const all = studies.flatMap(({ series }) =>
    series.flatMap((one) => one.slices.map((each) => ({ one, each })))
  )
  return Promise.all(all.map(async ({ one, each }) => (await readSlice(one, each)).modality[0] as number))
}

const sourcesOf = ({ studies }: OpenedStudies): string[] =>
  studies.flatMap(({ series }) => series.flatMap(({ slices }) => slices.map(({ source }) => source.path)))

/** Problems as `name of the file: message`. */
const said = ({ problems }: OpenedStudies): string[] =>
  problems.map(({ path, message }) => `${basename(path)}: ${message}`)

describe('an archive in an archive', () => {
  it.each([
    ['stored', false],
    ['deflated', true]
  ])('opens like a folder, %s, three deep', async (_, deflate) => {
    const innermost = buildZip([entry(3, { deflate: true }), entry(4)])
    const inner = buildZip([entry(2), { name: 'more/third.zip', content: innermost, deflate }])
    const path = put('outer.zip', buildZip([entry(1), { name: 'second.ZIP', content: inner, deflate }]))
    const opened = await openStudies([path])
    expect(said(opened)).toEqual([])
    expect(await valuesOf(opened)).toEqual([1, 2, 3, 4])
    expect(sourcesOf(opened).pop()).toBe(`${path}!/second.ZIP!/more/third.zip!/IM4`)
  })

  it('is not followed beyond that, and it is said how many are left', async () => {
    let content = buildZip([entry(5)])
    for (let z = 4; z > 0; z--)
      content = buildZip([entry(z), { name: 'a.zip', content }, { name: 'b.zip', content }])
    const path = put('deep.zip', content)
    const opened = await openStudies([path])
    expect([...new Set(await valuesOf(opened))]).toEqual([1, 2, 3])
    // two at the third level in each of the four archives there
    expect(said(opened).filter((line) => line.startsWith('deep.zip'))).toEqual([
      'deep.zip: 8 archives inside of it left out: nested too deep, too many or too large; unpack the outer one first'
    ])
  })

  it('is listed by itself where it is damaged, and the rest opens', async () => {
    const path = put(
      'outer.zip',
      buildZip([entry(1), { name: 'bad.zip', content: bytesOf('no archive at all') }])
    )
    const opened = await openStudies([path])
    expect(await valuesOf(opened)).toEqual([1])
    expect(said(opened)).toEqual(['bad.zip: no zip archive: it has no list of its files'])
  })

  it('is a file like others where a folder has a name of that kind', async () => {
    const path = put('outer.zip', buildZip([entry(1, { name: 'a.zip!/b.zip!/IM' })]))
    expect(await valuesOf(await openStudies([path]))).toEqual([1])
  })
})

describe('a DICOMDIR in an archive', () => {
  const index = buildDicom([
    sq(
      [0x0004, 0x1220],
      ...['A\\IM1', 'A\\IM2', 'B\\IM1'].map((file) => [text([0x0004, 0x1500], 'CS', file)])
    )
  ])
  const indexEntry = { name: 'disc/DICOMDIR', content: index, deflate: true }

  it('says what is missing, by place and not by name alone', async () => {
    const files = [entry(1, { name: 'disc/a/im1.;1' }), entry(2, { name: 'disc/a/im2.;1' })]
    const path = put('disc.zip', buildZip([indexEntry, ...files]))
    expect(said(await openStudies([path]))).toEqual([
      'DICOMDIR: 1 of the 3 files that this DICOMDIR lists are missing, the first is B/IM1'
    ])
  })

  it('is content where all is there, here or moved', async () => {
    const names = ['disc/A/IM1', 'disc/A/IM2', 'disc/B/IM1']
    for (const moved of [false, true]) {
      const files = names.map((name, z) => entry(z + 1, { name: moved ? `other/${name}` : name }))
      const path = put('disc.zip', buildZip([...files, indexEntry]))
      const opened = await openStudies([path])
      expect(said(opened)).toEqual([])
      expect(await valuesOf(opened)).toEqual([1, 2, 3])
    }
  })
})

describe('what archives are made of', () => {
  const whole = [entry(1), entry(2, { deflate: true }), entry(3)]

  it.each<[string, Uint8Array]>([
    [
      'zip64',
      buildZip(
        [1, 2, 3].map((z) => entry(z, { zip64: true, deflate: z === 2 })),
        { zip64: true }
      )
    ],
    ['zip64 behind other bytes', buildZip(whole, { zip64: true, prefix: bytesOf('MZ program') })],
    [
      'sizes behind the files',
      buildZip([1, 2, 3].map((z) => entry(z, { descriptor: 'signed', deflate: true })))
    ],
    [
      'something before it, as those that unpack themselves',
      buildZip(whole, { prefix: bytesOf('MZ program') })
    ],
    ['something behind it', concat(buildZip(whole), bytesOf('a signature, or line ends'))],
    [
      'a comment that holds the signature of its end',
      buildZip(whole, { comment: concat(Uint8Array.of(0x50, 0x4b, 5, 6), new Uint8Array(30)) })
    ],
    ['a comment that is an archive', buildZip(whole, { comment: buildZip([]).subarray(0, 20) })]
  ])('%s', async (_, bytes) => {
    const path = put('study.zip', bytes)
    const opened = await openStudies([path])
    expect(said(opened)).toEqual([])
    expect(await valuesOf(opened)).toEqual([1, 2, 3])
  })

  it('ways of packing that are not read, by name and number', async () => {
    const others = [9, 12, 14, 95, 77].map((method, at) => entry(10 + at, { method }))
    const path = put('study.zip', buildZip([entry(1), ...others, entry(20, { method: 9 })]))
    const opened = await openStudies([path])
    expect(await valuesOf(opened)).toEqual([1])
    expect(said(opened)).toEqual([
      'study.zip: 2 of its 7 files are each packed with Deflate64, which is not read: unpack the archive first',
      'IM11: packed with bzip2, which is not read: unpack the archive first',
      'IM12: packed with LZMA, which is not read: unpack the archive first',
      'IM13: packed with XZ, which is not read: unpack the archive first',
      'IM14: packed with method 77, which is not read: unpack the archive first'
    ])
  })

  it('encrypted files, in one line for all of them', async () => {
    const locked = Array.from({ length: 50 }, (_, z) => entry(z + 2, { encrypted: true }))
    const path = put('study.zip', buildZip([entry(1), ...locked]))
    const opened = await openStudies([path])
    expect(await valuesOf(opened)).toEqual([1])
    expect(said(opened)).toEqual([
      'study.zip: 50 of its 51 files are each encrypted: unpack the archive with its password first'
    ])
  })

  it('symbolic links, which lead nowhere', async () => {
    const link = { name: 'link', content: bytesOf('/etc/passwd'), unixMode: 0o120777 }
    const opened = await openStudies([put('study.zip', buildZip([entry(1, { unixMode: 0o100644 }), link]))])
    expect(await valuesOf(opened)).toEqual([1])
    expect(said(opened)).toEqual(['link: a symbolic link, which is not followed'])
  })

  it('a content that is not that of its checksum is not shown', async () => {
    const path = put('study.zip', buildZip([entry(1), entry(2, { content: slice(2, 200), crc: 12345 })]))
    const opened = await openStudies([path])
    // its header is whole, and read without the rest
    expect(sourcesOf(opened)).toHaveLength(2)
    await expect(valuesOf(opened)).rejects.toMatchObject({
      code: 'file-unreadable',
      context: { reason: 'the archive is damaged: a checksum is wrong' }
    })
  })

  it.each([
    ['less', 999],
    ['more', 99_999]
  ])('a deflated file that claims to be of %s bytes than it has', async (_, claimedSize) => {
    const content = concat(
      slice(1),
      Uint8Array.from({ length: 200 }, (__, at) => (at * 7919) % 251)
    )
    const path = put('study.zip', buildZip([entry(1, { content, deflate: true, claimedSize })]))
    const { studies, problems } = await openStudies([path])
    expect(studies).toEqual([])
    expect(problems[0]?.message).toContain('the archive is damaged: the file unpacks to')
  })
})

describe('names in an archive', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['in UTF-8', 'Bildgröße 画像', 'Bildgröße 画像'],
    ['in UTF-8 that nobody calls so', bytesOf('Bildgröße 画像'), 'Bildgröße 画像'],
    // code page 437: 0x94 is o with diaeresis, 0xe1 is sharp s
    ['in code page 437', Uint8Array.of(0x47, 0x72, 0x94, 0xe1, 0x65), 'Größe'],
    ['with backslashes', 'DICOM\\A\\IM1', 'DICOM/A/IM1'],
    ['that lead upwards', '../../etc/./IM1', 'etc/IM1'],
    ['that begin at the root', '/etc/IM1', 'etc/IM1'],
    ['on another drive', 'C:\\IM1', 'IM1'],
    ['of nothing', '', 'unnamed']
  ])('%s', async (_, name, shown) => {
    const path = put('study.zip', buildZip([entry(1, { name })]))
    const opened = await openStudies([path])
    expect(said(opened)).toEqual([])
    expect(sourcesOf(opened)).toEqual([`${path}!/${shown}`])
    expect(await valuesOf(opened)).toEqual([1])
  })

  it('that several files have, each of which opens', async () => {
    const name = 'DICOM/IM.dcm'
    const path = put('study.zip', buildZip([1, 2, 3].map((z) => entry(z, { name }))))
    const opened = await openStudies([path])
    expect(await valuesOf(opened)).toEqual([1, 2, 3])
    expect(sourcesOf(opened).map((source) => source.slice(path.length + 2))).toEqual([
      'DICOM/IM.dcm',
      'DICOM/IM (2).dcm',
      'DICOM/IM (3).dcm'
    ])
  })
})

describe('an archive that is cut', () => {
  const specs: [string, Partial<ZipEntrySpec>][] = [
    ['stored', {}],
    ['deflated', { deflate: true }],
    ['deflated, sizes behind the files', { deflate: true, descriptor: 'signed' }],
    ['deflated, sizes without a signature', { deflate: true, descriptor: 'bare' }],
    ['stored, sizes behind the files', { descriptor: 'signed' }],
    ['zip64', { zip64: true }]
  ]

  it.each(specs)('gives the files that are whole: %s', async (_, more) => {
    const bytes = buildZip([1, 2, 3].map((z) => entry(z, more)))
    // right behind the last file, where the list begins
    const list = Buffer.from(bytes).indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
    const path = put('cut.zip', bytes.subarray(0, list))
    const opened = await openStudies([path])
    expect(await valuesOf(opened)).toEqual([1, 2, 3])
    expect(said(opened)).toEqual([
      'cut.zip: damaged: it has no list of its files; 3 files were found by going through it'
    ])
  })

  it('shows what there is of the last one, and marks it', async () => {
    const bytes = buildZip([1, 2].map((z) => entry(z)))
    const list = Buffer.from(bytes).indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
    // 400 of the 800 bytes of pixels are missing
    const path = put('cut.zip', bytes.subarray(0, list - 400))
    const opened = await openStudies([path])
    const slices = opened.studies[0]?.series[0]?.slices ?? []
    expect(slices.map(({ partial }) => partial ?? false)).toEqual([false, true])
    expect(said(opened)).toEqual([
      'cut.zip: damaged: it has no list of its files; 2 files were found by going through it',
      'IM2: the archive ends inside of this file',
      'IM2: partial: the file ends inside its pixels; 10 of 20 rows are there'
    ])
  })

  it('gives what lies behind a hole', async () => {
    const bytes = buildZip([entry(1), entry(2), entry(3)])
    const second = Buffer.from(bytes).indexOf(Buffer.from([0x50, 0x4b, 3, 4]), 10)
    const damaged = bytes.slice()
    damaged.fill(0, second, second + 100)
    const opened = await openStudies([put('hole.zip', damaged)])
    expect(sourcesOf(opened).map((source) => basename(source))).toEqual(['IM1', 'IM3'])
    expect(said(opened)).toEqual(['IM2: the archive is damaged: the file is not where its list says'])
  })

  it('says so where it is one part of several', async () => {
    const bytes = buildZip([entry(1)])
    new DataView(bytes.buffer).setUint16(bytes.length - 22 + 4, 2, true) // number of this disk
    const opened = await openStudies([put('part.zip', bytes)])
    expect(said(opened)).toContainEqual(expect.stringContaining('one of several parts: join them first'))
  })
})

describe('other archives are called by their names', () => {
  const tar = new Uint8Array(1024)
  tar.set(bytesOf('IM1'))
  tar.set(bytesOf('ustar'), 257)

  it.each<[string, Uint8Array, string]>([
    ['a.tar', tar, 'a tar archive: unpack it first'],
    ['a.tar.gz', new Uint8Array(gzipSync(tar)), 'a tar archive: unpack it first'],
    [
      'a.7z',
      concat(bytesOf('7z'), Uint8Array.of(0xbc, 0xaf, 0x27, 0x1c), new Uint8Array(40)),
      'a 7z archive: unpack it first'
    ],
    ['a.rar', concat(bytesOf('Rar!'), new Uint8Array(40)), 'a RAR archive: unpack it first'],
    ['a.tar.bz2', concat(bytesOf('BZh91AY&SY'), new Uint8Array(40)), 'a bzip2 archive: unpack it first'],
    [
      'a.zst',
      concat(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd), new Uint8Array(40)),
      'a Zstandard archive: unpack it first'
    ],
    ['a.cab', concat(bytesOf('MSCF'), new Uint8Array(40)), 'a Windows cabinet: unpack it first'],
    ['disc.iso', isoImage(), 'an image of a disc (ISO 9660): mount or unpack it first'],
    [
      'export',
      buildZip([entry(1)]),
      'a zip archive: unpack it, or open it under a name that ends in .zip as a study'
    ],
    [
      'report.docx',
      buildZip([{ name: '[Content_Types].xml', content: bytesOf('<x/>') }]),
      'an Office document'
    ],
    [
      'report.odt',
      buildZip([{ name: 'mimetype', content: bytesOf('application/x') }]),
      'an OpenDocument file'
    ]
  ])('%s', async (name, bytes, message) => {
    const { problems } = await openStudies([put(name, bytes)])
    expect(problems).toMatchObject([{ code: 'format-unknown', message }])
  })

  function isoImage(): Uint8Array {
    const image = new Uint8Array(40_000)
    image.set(bytesOf('\x01CD001'), 0x8000)
    return image
  }
})

describe('a NIfTI pair in an archive', () => {
  it('opens once, as it does in a folder', async () => {
    const head = new DataView(new ArrayBuffer(348))
    head.setInt32(0, 348, true)
    ;[3, 2, 1, 1].forEach((size, at) => head.setInt16(40 + 2 * at, size, true)) // dim
    head.setInt16(70, 512, true) // uint16
    ;[1, 1, 1, 1].forEach((size, at) => head.setFloat32(76 + 4 * at, size, true)) // pixdim
    ;[0x6e, 0x69, 0x31, 0].forEach((byte, at) => head.setUint8(344 + at, byte)) // ni1
    for (const packed of [false, true]) {
      const pack = (bytes: Uint8Array): Uint8Array => (packed ? new Uint8Array(gzipSync(bytes)) : bytes)
      const end = packed ? '.gz' : ''
      const files = [
        { name: `v.img${end}`, content: pack(words(7, 8)), deflate: true },
        { name: `v.hdr${end}`, content: pack(new Uint8Array(head.buffer)) }
      ]
      const opened = await openStudies([put('pair.zip', buildZip(files))])
      expect(sourcesOf(opened).map((source) => basename(source))).toEqual([`v.hdr${end}`])
      const series = opened.studies[0]?.series[0]
      expect(series && [...(await readSlice(series, series.slices[0]!)).modality]).toEqual([7, 8])
    }
  })
})
