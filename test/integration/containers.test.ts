import { join, normalize, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import type { OpenedStudies } from '../../src-main/contract/study'
import { openStudies } from '../../src-main/study/open-studies'
import { readSlice } from '../../src-main/study/read-slice'
import {
  buildDicom,
  concat,
  imageElements,
  pixelData,
  sq,
  text,
  words,
  us,
  type ElementSpec,
  type FileOptions,
  type ImageOptions
} from '../helpers/build-dicom'
import { buildZip } from '../helpers/build-zip'
import { putFile } from '../helpers/put-file'
import { temporaryFolder } from '../helpers/temporary-folder'

const work = temporaryFolder()
let folder = ''
let folders = 0
beforeEach(() => (folder = join(work, String(++folders))))

const put = (name: string, bytes: Uint8Array): string => putFile(folder, name, bytes)

/** A 1 x 1 slice at that height, whose only pixel has the value of it. */
const slice = (z: number, options: FileOptions = {}): Uint8Array =>
  buildDicom(
    imageElements(
      {
        rows: 1,
        columns: 1,
        instanceUid: `2.25.1${z}`,
        position: [0, 0, z],
        orientation: [1, 0, 0, 0, 1, 0],
        window: ['40', '80']
      },
      pixelData(words(z))
    ),
    options
  )

/** A DICOMDIR with one record a file, and one of a patient, which refers to none. */
const index = (...files: string[]): Uint8Array =>
  buildDicom([
    sq(
      [0x0004, 0x1220],
      [text([0x0004, 0x1430], 'CS', 'PATIENT')],
      ...files.map((file) => [text([0x0004, 0x1430], 'CS', 'IMAGE'), text([0x0004, 0x1500], 'CS', file)])
    )
  ])

/** The values of all slices, in their order: what came out is told by what it shows. */
async function valuesOf({ studies }: OpenedStudies): Promise<number[]> {
  const all = studies.flatMap(({ series }) =>
    series.flatMap((one) => one.slices.map((each) => ({ one, each })))
  )
  return Promise.all(all.map(async ({ one, each }) => (await readSlice(one, each)).modality[0] as number))
}

describe('a DICOMDIR', () => {
  it('says which of its files are missing; the others open', async () => {
    put('DICOM/A/IM1', slice(1))
    put('DICOM/A/IM2', slice(2))
    const path = put('DICOMDIR', index('DICOM\\A\\IM1', 'DICOM\\A\\IM2', 'DICOM\\A\\IM3', 'DICOM\\B\\IM4'))
    const opened = await openStudies([path])
    expect(await valuesOf(opened)).toEqual([1, 2])
    expect(opened.problems).toEqual([
      {
        code: 'dicomdir-incomplete',
        path,
        message: '2 of the 4 files that this DICOMDIR lists are missing, the first is DICOM/A/IM3'
      }
    ])
    // its folder opens in the same way
    expect(await openStudies([folder])).toEqual(opened)
  })

  it('is content where its files were moved, or stand in lower case as some systems mount discs', async () => {
    put('disc/dicomdir', index('DICOM\\IM1', 'DICOM\\IM2', 'DICOM\\IM3'))
    put('disc/dicom/im1', slice(1))
    put('disc/dicom/im2.;1', slice(2))
    put('copied from disc/IM3', slice(3))
    const opened = await openStudies([folder])
    expect(await valuesOf(opened)).toEqual([1, 2, 3])
    expect(opened.problems).toEqual([])
  })

  it('that misses files hides none of them, nor does one that lies in a folder of its own', async () => {
    put('index/DICOMDIR', index('IM1'))
    put('IM1', slice(1))
    put('more/IM2', slice(2))
    const opened = await openStudies([folder])
    expect(await valuesOf(opened)).toEqual([1, 2])
    expect(opened.problems).toEqual([])
  })

  it('counts files of one name each by itself, and none that it calls inactive', async () => {
    const record = (file: string, inUse: number) => [
      us([0x0004, 0x1410], inUse),
      text([0x0004, 0x1500], 'CS', file)
    ]
    const path = put(
      'DICOMDIR.;1',
      buildDicom([
        sq([0x0004, 0x1220], record('A/IM1.dcm', 0xffff), record('B/IM1.dcm', 0xffff), record('C\\\\IM1', 0))
      ])
    )
    put('a/im1.dcm', slice(1))
    const opened = await openStudies([path])
    expect(await valuesOf(opened)).toEqual([1])
    expect(opened.problems).toMatchObject([
      { path, message: '1 of the 2 files that this DICOMDIR lists are missing, the first is B/IM1.dcm' }
    ])
  })

  it('opens nothing where nothing of what it lists is there, and says so', async () => {
    const path = put('DICOMDIR', index('IM1'))
    const { studies, problems } = await openStudies([path])
    expect(studies).toEqual([])
    expect(problems).toMatchObject([{ code: 'dicomdir-incomplete', path }])
  })

  it('that is damaged, or points out of its disc, keeps no file from being opened', async () => {
    put('one/DICOMDIR', new TextEncoder().encode('this is no directory'))
    put('one/IM1', slice(1))
    put('two/DICOMDIR', index('..\\..\\etc\\passwd', 'C:\\IM1'))
    put('two/IM2', slice(2))
    const opened = await openStudies([folder])
    expect(await valuesOf(opened)).toEqual([1, 2])
    expect(opened.problems.filter(({ path }) => !path.includes('one'))).toEqual([])
  })
})

describe('files that say less of themselves than they should', () => {
  it.each<[string, FileOptions]>([
    ['without preamble and group 2', { part10: false }],
    ['without them and implicit', { part10: false, encoding: { explicit: false, littleEndian: true } }],
    ['without them and big endian', { part10: false, encoding: { explicit: true, littleEndian: false } }]
  ])('%s open from a folder', async (_, options) => {
    put('a', slice(3, options))
    put('b', slice(1, options))
    const opened = await openStudies([folder])
    const values = await valuesOf(opened)
    // big-endian words were written as they lie in memory, which is the other way round
    expect(values).toEqual(options.encoding?.littleEndian === false ? [256, 768] : [1, 3])
  })

  const meta = (length: number): ElementSpec => ({
    ...us([0x0002, 0x0000]),
    vr: 'UL',
    value: new Uint8Array(Uint32Array.of(length).buffer)
  })
  const syntax = text([0x0002, 0x0010], 'UI', '1.2.840.10008.1.2.1')
  const implicit = { explicit: false, littleEndian: true }
  const big = { explicit: true, littleEndian: false }
  const bare = (encoding?: FileOptions['encoding']): Uint8Array => slice(5, { part10: false, encoding })
  const group2 = (elements: ElementSpec[], encoding?: FileOptions['encoding']): Uint8Array =>
    buildDicom(elements, { part10: false, encoding })
  const preamble = concat(new Uint8Array(128), new TextEncoder().encode('DICM'))
  const tiffPreamble = concat(Uint8Array.of(0x49, 0x49, 0x2a, 0), preamble.subarray(4))

  it.each<[string, Uint8Array, number]>([
    ['a group 2 that claims to be shorter', concat(preamble, group2([meta(4), syntax]), bare()), 5],
    ['a group 2 that claims to be longer', concat(preamble, group2([meta(4000), syntax]), bare()), 5],
    ['a group 2 whose length is 4 GB', concat(preamble, group2([meta(0xffffffff), syntax]), bare()), 5],
    ['a group 2 without preamble', concat(group2([meta(28), syntax]), bare()), 5],
    ['a preamble without group 2', concat(preamble, bare()), 5],
    ['a preamble without group 2, implicit', concat(preamble, bare(implicit)), 5],
    // 5 as a little-endian word, read as a big-endian one
    ['a preamble without group 2, big endian', concat(preamble, bare(big)), 0x0500],
    ['an implicit group 2', concat(preamble, group2([meta(28), syntax], implicit), bare()), 5],
    ['a transfer syntax that is not theirs', concat(preamble, group2([meta(28), syntax]), bare(implicit)), 5],
    ['the preamble of a TIFF', concat(tiffPreamble, group2([meta(28), syntax]), bare()), 5]
  ])('%s', async (_, bytes, value) => {
    put('a', bytes)
    const opened = await openStudies([folder])
    expect(await valuesOf(opened)).toEqual([value])
    expect(opened.problems.filter(({ code }) => code !== 'header-doubtful')).toEqual([])
  })

  it('in gzip open beside those that are not', async () => {
    put('a.dcm.gz', new Uint8Array(gzipSync(slice(2))))
    put('b.dcm', slice(1))
    put('c', new Uint8Array(gzipSync(slice(3, { part10: false }))))
    const opened = await openStudies([folder])
    expect(await valuesOf(opened)).toEqual([1, 2, 3])
    expect(opened.problems.filter(({ code }) => code !== 'header-doubtful')).toEqual([])
  })
})

describe('files that name themselves the same image', () => {
  const copy = (value: number, more: Partial<ImageOptions> = {}, options: FileOptions = {}): Uint8Array =>
    buildDicom(
      imageElements(
        {
          rows: 1,
          columns: 2,
          position: [0, 0, 1],
          orientation: [1, 0, 0, 0, 1, 0],
          window: ['1', '2'],
          ...more
        },
        pixelData(words(value, 7))
      ),
      options
    )

  it('are left out where they show the same, whatever else their headers say', async () => {
    put('a', copy(5))
    put('b', copy(5, { extra: [text([0x0008, 0x1030], 'LO', 'another description')] }))
    put('c', copy(5, {}, { part10: false }))
    const opened = await openStudies([folder])
    expect(await valuesOf(opened)).toEqual([5])
    expect(opened.problems.filter(({ code }) => code === 'duplicate-image')).toMatchObject([
      { path: join(folder, 'b'), message: 'the same image as a; left out' },
      { path: join(folder, 'c') }
    ])
  })

  it('are all shown where they do not, and it is said', async () => {
    put('a', copy(5))
    put('b', copy(6))
    const opened = await openStudies([folder])
    expect(await valuesOf(opened)).toEqual([5, 6])
    expect(opened.problems[0]).toMatchObject({
      code: 'header-doubtful',
      path: join(folder, 'b'),
      message: expect.stringContaining(
        'carries the UID of another image of this series, but has other pixels'
      )
    })
  })
})

const names = [
  'Zoë Müller 画像 Ω.dcm',
  'e\u0301 and é',
  '😀',
  'line\nbreak',
  'tab\tand "quotes" and \\ slash',
  '-rf',
  '--help',
  '$(touch x) `y` ; z & w | v',
  '%2e%2e%2fup',
  ' leading and trailing ',
  'CON',
  'nul.dcm',
  'a'.repeat(255),
  'aé'.repeat(85),
  '#1',
  '100 %.dcm',
  'trailing dot.',
  'مريض',
  '?*|<>',
  '\u202egnp.exe',
  '__proto__',
  'archive.zip!',
  'x.img',
  'x.hdr.gz'
]

describe('names', () => {
  // Windows refuses several of them
  it.skipIf(process.platform === 'win32')('of any kind are opened as they are', async () => {
    names.forEach((name, at) => put(join(name.startsWith('a') ? 'long' : 'names', name), slice(at + 1)))
    put('sub\nfolder/ö/x/one', slice(names.length + 1))
    const opened = await openStudies([folder])
    expect(opened.problems).toEqual([])
    expect(await valuesOf(opened)).toEqual(Array.from({ length: names.length + 1 }, (_, at) => at + 1))
  })

  it('in a zip archive lead nowhere else, whatever they say', async () => {
    const entries = ['deep/er/and/deeper/Ω 画像', 'deep/😀', '__proto__', 'CON'].map((name, at) => ({
      name,
      content: slice(at + 1),
      deflate: at % 2 === 0
    }))
    put('outer/inner/study.zip', buildZip(entries))
    const opened = await openStudies([folder])
    expect(opened.problems).toEqual([])
    expect(await valuesOf(opened)).toEqual([1, 2, 3, 4])
    const escaping = ['../../escaped', '/etc/escaped', 'C:/escaped']
    for (const name of escaping) {
      const path = put('bad.zip', buildZip([entries[1] as (typeof entries)[0], { name, content: slice(9) }]))
      const opened = await openStudies([path])
      expect(await valuesOf(opened)).toEqual([2, 9])
      const sources = opened.studies.flatMap(({ series }) =>
        series.flatMap(({ slices }) => slices.map((one) => one.source.path))
      )
      expect(sources.map((source) => normalize(source).startsWith(`${path}!${sep}`))).toEqual([true, true])
      expect(opened.problems).toEqual([])
    }
  })
})

describe('what lies beside the images of a disc', () => {
  const bytesOf = (words: string): Uint8Array => new TextEncoder().encode(words)

  it('is noted, many files of a kind in one line, and hides no problem', async () => {
    put('DICOM/IM1', slice(1))
    for (const at of [1, 2, 3, 4]) put(`VIEWER/lib${at}.dll`, bytesOf('MZ\0\0'))
    put('VIEWER/readme.txt', bytesOf('Double-click the viewer.'))
    put(
      'report',
      buildDicom(
        imageElements({ extra: [text([0x0008, 0x0016], 'UI', '1.2.840.10008.5.1.4.1.1.88.33')] }, null)
      )
    )
    put('key.gif', bytesOf('GIF89a'))
    put('@eaDir/thumb.jpg', new Uint8Array(9))
    const opened = await openStudies([folder])
    expect(await valuesOf(opened)).toEqual([1])
    const found = opened.problems.map(({ path, message, note }) => [
      relative(folder, path),
      message,
      note ?? false
    ])
    expect(found).toEqual([
      ['key.gif', 'a GIF picture', false],
      ['report', 'a structured report, which holds no image', true],
      ['VIEWER', '4 files: a Windows program', true],
      [join('VIEWER', 'readme.txt'), 'a text file', true]
    ])
  })
})
