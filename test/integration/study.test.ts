import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NidusError } from '../../src-main/contract/errors'
import type { Series } from '../../src-main/contract/study'
import { openSource } from '../../src-main/study/open-source'
import { openStudies } from '../../src-main/study/open-studies'
import { readSlice } from '../../src-main/study/read-slice'
import { buildDicom, imageElements, pixelData, sq, text, words } from '../helpers/build-dicom'
import { buildZip } from '../helpers/build-zip'
import { flatSlice } from '../helpers/flat-slice'
import { putFile } from '../helpers/put-file'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nidus-study-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const put = (name: string, bytes: Uint8Array): string => putFile(folder, name, bytes)

function sourceNames(series: Series | undefined): string[] {
  return (series?.slices ?? []).map(({ source }) => basename(source.path))
}

describe('opening folders', () => {
  it('finds slices without extensions in nested folders and puts them in order', async () => {
    put('a/x3', flatSlice(30, { instanceNumber: 1 }))
    put('a/b/x1', flatSlice(10, { instanceNumber: 2 }))
    put('x2', flatSlice(20, { instanceNumber: 3 }))
    const seen: number[] = []
    const { studies, problems } = await openStudies([folder], { onProgress: ({ done }) => seen.push(done) })
    expect(problems).toEqual([])
    const series = studies[0]?.series[0]
    expect(sourceNames(series)).toEqual(['x1', 'x2', 'x3'])
    expect(series).toMatchObject({ id: 's1-1', modality: 'MR', valueUnit: 'signal', orderedBy: 'position' })
    expect(series?.slices[1]).toMatchObject({
      // it was listed last of the three
      id: 's1-1/2',
      index: 1,
      spacingMm: [0.5, 0.25],
      distanceAlongNormalMm: 20
    })
    expect(seen).toEqual([1, 2, 3])
    const pixels = await readSlice(series as Series, (series as Series).slices[1]!)
    expect(Array.from(pixels.modality)).toEqual([200, 200, 200, 200, 200, 200])
    expect(pixels).toMatchObject({
      rows: 2,
      columns: 3,
      minimum: 200,
      maximum: 200,
      inverted: false,
      spacingMm: [0.5, 0.25]
    })
  })

  it('parts orientations, sizes, echoes and repeated acquisitions', async () => {
    put('ax1', flatSlice(1))
    put('ax2', flatSlice(2))
    put(
      'co1',
      flatSlice(1, { instanceUid: '2.25.71', orientation: [1, 0, 0, 0, 0, -1], position: [0, 1, 0] })
    )
    put(
      'big',
      buildDicom(
        imageElements(
          {
            instanceUid: '2.25.72',
            rows: 1,
            columns: 2,
            position: [0, 0, 1],
            orientation: [1, 0, 0, 0, 1, 0],
            window: ['1', '2']
          },
          pixelData(words(1, 2))
        )
      )
    )
    const acquisition = (number: string) => [text([0x0020, 0x0012], 'IS', number)]
    put('r1', flatSlice(1, { seriesUid: '2.25.201', instanceUid: '2.25.81', extra: acquisition('1') }))
    put('r2', flatSlice(2, { seriesUid: '2.25.201', instanceUid: '2.25.82', extra: acquisition('1') }))
    put('r3', flatSlice(1, { seriesUid: '2.25.201', instanceUid: '2.25.83', extra: acquisition('2') }))
    put('r4', flatSlice(2, { seriesUid: '2.25.201', instanceUid: '2.25.84', extra: acquisition('2') }))
    const { studies } = await openStudies([folder])
    const names = studies[0]?.series.map(sourceNames).sort()
    expect(names).toEqual([['ax1', 'ax2'], ['big'], ['co1'], ['r1', 'r2'], ['r3', 'r4']])
  })

  it('opens what it can and lists the rest with reasons', async () => {
    put('good', flatSlice(1))
    put('cut', flatSlice(2, { instanceUid: '2.25.91' }).subarray(0, -8))
    put('empty', new Uint8Array(0))
    put('notes.txt', new TextEncoder().encode('only words'))
    put('.hidden', flatSlice(3))
    put('Thumbs.db', new Uint8Array(10))
    put('.DS_Store', new Uint8Array(10))
    const { studies, problems } = await openStudies([folder, join(folder, 'missing')])
    expect(sourceNames(studies[0]?.series[0])).toEqual(['good'])
    const found = problems.map(({ code, path }) => [basename(path), code]).sort()
    expect(found).toEqual([
      ['cut', 'dicom-truncated'],
      ['empty', 'file-empty'],
      ['missing', 'file-not-found'],
      ['notes.txt', 'format-unknown']
    ])
    expect(problems.every(({ message }) => message.length > 0)).toBe(true)
  })

  it('leaves copies out and reports gaps, tilt and missing positions', async () => {
    for (const z of [0, 1, 2, 5]) put(`gap${z}`, flatSlice(z))
    put('copy', flatSlice(5))
    for (const z of [0, 1, 2]) {
      put(
        `tilt${z}`,
        flatSlice(z, { seriesUid: '2.25.301', instanceUid: `2.25.40${z}`, position: [0, z * 0.3, z] })
      )
    }
    for (const number of [2, 1]) {
      const nowhere = imageElements(
        {
          seriesUid: '2.25.302',
          instanceUid: `2.25.50${number}`,
          instanceNumber: number,
          window: ['1', '2']
        },
        pixelData(words(0, 0, 0, 0, 0, 0))
      )
      put(`nowhere${number}`, buildDicom(nowhere))
    }
    const { studies, problems } = await openStudies([folder])
    const codes = problems.map(({ code }) => code).sort()
    expect(codes).toEqual(['duplicate-image', 'gantry-tilt', 'order-fallback', 'slice-gap'])
    // atan(0.3) = 16.7 degrees
    expect(problems.find(({ code }) => code === 'gantry-tilt')?.message).toContain('16.7')
    expect(problems.find(({ code }) => code === 'slice-gap')?.message).toContain('3.00 mm where 1.00 mm')
    expect(studies[0]?.series.map(({ orderedBy }) => orderedBy).sort()).toEqual([
      'instance-number',
      'position',
      'position'
    ])
  })

  it('makes a slice of every frame, placed by its own functional group', async () => {
    const group = (z: number) => [sq([0x0020, 0x9113], [text([0x0020, 0x0032], 'DS', `0\\0\\${z}`)])]
    const shared = [
      sq([0x0020, 0x9116], [text([0x0020, 0x0037], 'DS', '1\\0\\0\\0\\1\\0')]),
      sq([0x0028, 0x9110], [text([0x0028, 0x0030], 'DS', '0.7\\0.7')])
    ]
    const extra = [sq([0x5200, 0x9229], shared), sq([0x5200, 0x9230], group(30), group(10), group(20))]
    const options = { rows: 1, columns: 1, frames: 3, extra, window: ['1', '2'] as [string, string] }
    const path = put('enhanced', buildDicom(imageElements(options, pixelData(words(300, 100, 200)))))
    const { studies, problems } = await openStudies([path])
    const series = studies[0]?.series[0] as Series
    expect(problems).toEqual([])
    expect(series.slices.map(({ source }) => source.frame)).toEqual([1, 2, 0])
    expect(series.slices.map(({ positionMm }) => positionMm?.[2])).toEqual([10, 20, 30])
    expect(series.slices[0]?.spacingMm).toEqual([0.7, 0.7])
    const values = await Promise.all(
      series.slices.map(async (one) => (await readSlice(series, one)).modality[0])
    )
    expect(values).toEqual([100, 200, 300])
  })

  it('walks circles of symbolic links once', async () => {
    put('real/one', flatSlice(1))
    symlinkSync(folder, join(folder, 'real', 'loop'))
    symlinkSync(join(folder, 'real', 'one'), join(folder, 'again'))
    const { studies, problems } = await openStudies([folder, folder])
    expect(studies[0]?.series[0]?.slices).toHaveLength(1)
    expect(problems).toEqual([])
  })

  it.skipIf(process.platform === 'win32')('opens files whatever they are called', async () => {
    const names = [
      '-rf',
      '%2e%2e%2f',
      '<img src=x onerror=alert(1)>',
      'a\'b"c`d$(e)',
      'line\nbreak',
      '\u202egpj.exe',
      '患者 山田太郎 🧠',
      'e\u0301', // decomposed, as macOS writes it
      `${'n'.repeat(250)}.dcm`,
      'x.zip!'
    ]
    names.forEach((name, at) => put(name, flatSlice(at)))
    put('folder.zip!/inside', flatSlice(names.length))
    const { studies, problems } = await openStudies([folder])
    expect(problems).toEqual([])
    const series = studies[0]!.series[0]!
    expect(sourceNames(series)).toEqual([...names, 'inside'])
    for (const one of series.slices) expect((await readSlice(series, one)).rows).toBe(2)
  })

  it.skipIf(process.platform !== 'linux')('says so where a name is not valid Unicode', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xe9, 0x31])]), flatSlice(1))
    const { problems } = await openStudies([folder])
    expect(problems).toMatchObject([
      {
        code: 'file-not-found',
        message: 'its name is not valid Unicode; it can be opened once it is renamed'
      }
    ])
  })

  it('opens the folder of a DICOMDIR', async () => {
    put('DICOM/ONE', flatSlice(1))
    const index = put('DICOMDIR', buildDicom([sq([0x0004, 0x1220], [text([0x0004, 0x1430], 'CS', 'IMAGE')])]))
    const { studies, problems } = await openStudies([index])
    expect(sourceNames(studies[0]?.series[0])).toEqual(['ONE'])
    expect(problems).toEqual([])
  })

  it('stops when told to', async () => {
    put('one', flatSlice(1))
    const controller = new AbortController()
    controller.abort(new Error('stopped'))
    await expect(openStudies([folder], { signal: controller.signal })).rejects.toThrow('stopped')
  })

  it('finds a window where the header has none', async () => {
    const range = words(0, 0, 1000, 1500, 1800, 2000)
    put('one', buildDicom(imageElements({ modality: 'MR' }, pixelData(range))))
    const { studies } = await openStudies([folder])
    expect(studies[0]?.series[0]?.windows).toEqual([
      { center: 1500, width: 1000, explanation: 'from the values', function: 'linear-exact' }
    ])
  })

  it("keeps the windows of slices, and of frames, where they differ from the series'", async () => {
    for (const z of [1, 2, 3, 4])
      put(`s${z}`, flatSlice(z, { window: z === 4 ? ['50\\70', '100\\10'] : ['40', '80'] }))
    const voi = (center: string) => [
      sq([0x0028, 0x9132], [text([0x0028, 0x1050], 'DS', center), text([0x0028, 0x1051], 'DS', '20')])
    ]
    const extra = [sq([0x5200, 0x9230], voi('5'), voi('6'), voi('7'))]
    const options = { rows: 1, columns: 1, frames: 3, extra, seriesUid: '2.25.777', instanceUid: '2.25.778' }
    put('enhanced', buildDicom(imageElements(options, pixelData(words(300, 100, 200)))))
    const { studies } = await openStudies([folder])
    const [plain, frames] = studies[0]!.series.sort((a, b) => b.slices.length - a.slices.length)
    expect(plain?.windows).toEqual([{ center: 40, width: 80 }])
    expect(plain?.slices.map(({ windows }) => windows?.map(({ center }) => center))).toEqual([
      undefined,
      undefined,
      undefined,
      [50, 70]
    ])
    expect(frames?.windows).toEqual([{ center: 6, width: 20 }])
    expect(frames?.slices.map(({ windows }) => windows?.[0]?.center)).toEqual([5, undefined, 7])
  })

  it('keeps identifiers out of ids and problems', async () => {
    const extra = [text([0x0010, 0x0010], 'PN', 'Secret^Name'), text([0x0010, 0x0020], 'LO', 'ID-4711')]
    put('a', flatSlice(1, { extra }))
    put('b', flatSlice(1, { extra, instanceUid: '2.25.99' }))
    put('c', flatSlice(2, { extra, rows: 50 }))
    const { studies, problems } = await openStudies([folder])
    expect(studies[0]?.patientLabel).toBe('Secret Name')
    expect(problems.length).toBeGreaterThan(0)
    const { patientLabel: _label, ...rest } = studies[0]!
    expect(JSON.stringify({ rest, problems })).not.toMatch(/Secret|4711/)
  })
})

describe('opening archives', () => {
  it('reads the slices of a zip archive where they lie', async () => {
    const bytes = buildZip([
      { name: 'DICOM/b', content: flatSlice(20), deflate: true },
      { name: 'DICOM/a', content: flatSlice(30) },
      { name: 'DICOMDIR', content: new Uint8Array(10) },
      { name: '__MACOSX/._a', content: new Uint8Array(10) },
      { name: 'DICOM/', content: new Uint8Array(0) }
    ])
    const path = put('export.ZIP', bytes)
    const { studies, problems } = await openStudies([path])
    expect(problems).toEqual([])
    const series = studies[0]?.series[0] as Series
    expect(series.slices.map(({ source }) => source.path)).toEqual([`${path}!/DICOM/b`, `${path}!/DICOM/a`])
    const pixels = await Promise.all(series.slices.map((one) => readSlice(series, one)))
    expect(pixels.map(({ maximum }) => maximum)).toEqual([200, 300])
  })

  it('lists what an archive cannot give', async () => {
    const bytes = buildZip([
      { name: 'good', content: flatSlice(1) },
      { name: 'locked', content: flatSlice(2), deflate: true, encrypted: true },
      { name: 'bomb', content: new Uint8Array(1000), deflate: true, claimedSize: 0x7fffffff }
    ])
    put('some.zip', bytes)
    put('cut.zip', bytes.subarray(0, 20))
    const { studies, problems } = await openStudies([folder])
    expect(studies[0]?.series[0]?.slices).toHaveLength(1)
    const found = problems.map(({ code, path }) => [basename(path), code]).sort()
    expect(found).toEqual([
      ['bomb', 'file-unreadable'],
      ['cut.zip', 'file-unreadable'],
      ['locked', 'file-unreadable']
    ])
  })
})

describe('an archive whose list contradicts itself', () => {
  it('gives the other files and says so', async () => {
    const broken = { name: 'liar', content: flatSlice(2), claimedSize: 7 }
    const path = put('broken.zip', buildZip([{ name: 'good', content: flatSlice(1) }, broken]))
    const { studies, problems } = await openStudies([path])
    expect(sourceNames(studies[0]?.series[0])).toEqual(['good'])
    expect(problems).toEqual([
      {
        code: 'file-unreadable',
        path: `${path}!/liar`,
        message: 'damaged: its sizes contradict each other'
      }
    ])
  })
})

describe('reading slices', () => {
  it('names path and reason where a file has gone or changed', async () => {
    const path = put('one', flatSlice(1))
    const { studies } = await openStudies([path])
    const series = studies[0]?.series[0] as Series
    writeFileSync(path, flatSlice(1, { rows: 1, columns: 6 }))
    const changed = (await readSlice(series, series.slices[0]!).catch(
      (error: unknown) => error
    )) as NidusError
    expect(changed).toMatchObject({ code: 'file-unreadable', context: { path } })
    writeFileSync(path, flatSlice(7))
    await expect(readSlice(series, series.slices[0]!)).rejects.toMatchObject({
      code: 'file-unreadable',
      context: { reason: 'the file has changed since it was listed' }
    })
    rmSync(path)
    const gone = (await readSlice(series, series.slices[0]!).catch((error: unknown) => error)) as NidusError
    expect(gone).toMatchObject({ code: 'file-not-found', context: { path } })
  })
})

describe('a file that somebody writes to', () => {
  it('is refused where it grows while it is read', async () => {
    const path = put('growing', new Uint8Array(1000))
    const source = await openSource(path)
    writeFileSync(path, new Uint8Array(2000))
    await expect(source.readAll()).rejects.toMatchObject({
      code: 'file-unreadable',
      context: { reason: 'it changed while it was read' }
    })
    await source.close()
  })
})
