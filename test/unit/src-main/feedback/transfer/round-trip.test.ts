import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { packMask, unpackMask } from '../../../../../src-main/feedback/masks/slice-mask'
import { recordReading } from '../../../../../src-main/feedback/reading/record-reading'
import { startSession } from '../../../../../src-main/feedback/reading/reader-sessions'
import { unblind } from '../../../../../src-main/feedback/reading/unblind'
import type { FeedbackStore } from '../../../../../src-main/feedback/store/open-store'
import { readBundle } from '../../../../../src-main/feedback/transfer/bundle'
import { parseCsv } from '../../../../../src-main/feedback/transfer/csv'
import type { ExportFormat } from '../../../../../src-main/contract/feedback-channels'
import { exportFeedback } from '../../../../../src-main/feedback/transfer/export-feedback'
import { importFeedback } from '../../../../../src-main/feedback/transfer/import-feedback'
import { decodeNifti, encodeNifti } from '../../../../../src-main/feedback/transfer/nifti'
import { addVerdict, retractVerdict } from '../../../../../src-main/feedback/verdicts/add-verdict'
import { currentVerdicts } from '../../../../../src-main/feedback/verdicts/query-verdicts'
import { boxMask, makeImage, makeRejection, makeVerdict } from '../make-verdict'
import { temporaryFolder, temporaryStore } from '../temporary-store'

const study = makeImage().studyInstanceUid
const mask = (box: number[], sliceIndex = 3) =>
  packMask(boxMask(box), 8, 10, { sliceIndex, sopInstanceUid: `1.2.826.1.1.${sliceIndex}` })

/** Two readers, every kind of verdict, a change of mind, a retraction, formulas in the text, overlapping masks. */
async function filledStore(): Promise<FeedbackStore> {
  const store = await temporaryStore()
  const [a, b] = [startSession(store, '=A"1"').id, startSession(store, 'Bé').id]
  recordReading(store, a, study, 'opened')
  addVerdict(store, a, makeVerdict({ kind: 'unsure', text: '=cmd|\' /C calc\'!A0\nsecond, "line"' }))
  addVerdict(store, a, makeVerdict({ masks: [mask([2, 1, 3, 4]), mask([2, 1, 3, 3], 4)] }))
  addVerdict(store, b, makeRejection([4, 4], { text: '-1+1', masks: [mask([4, 2, 4, 4])] }))
  const stroke: [number, number][] = [
    [1.5, 2.25],
    [4, 2]
  ]
  addVerdict(
    store,
    b,
    makeVerdict({ kind: 'missed', analysis: null, drawing: { tool: 'brush', stroke, radiusPx: 1.5 } })
  )
  const bare = { region: null, masks: [], analysis: null }
  addVerdict(
    store,
    a,
    makeVerdict({
      ...bare,
      kind: 'slice-normal',
      image: makeImage({ sliceIndex: 0, sopInstanceUid: '1.2.826.1.1.0' })
    })
  )
  retractVerdict(store, a, addVerdict(store, a, makeVerdict({ ...bare, kind: 'study-normal' })).id)
  recordReading(store, a, study, 'completed')
  unblind(store, a, study, '+reason')
  return store
}

/** Everything of a store but what is its own. */
const content = (store: FeedbackStore) => ({ ...readBundle(store), thresholdVersions: [] })

async function carry(format: ExportFormat): Promise<{ from: FeedbackStore; to: FeedbackStore; out: string }> {
  const [from, to] = [await filledStore(), await temporaryStore()]
  const out = join(temporaryFolder(), format === 'coco' ? 'out.json' : 'out')
  await exportFeedback(from, { format, out })
  return { from, to, out }
}

describe.each(['coco', 'csv', 'png', 'nifti'] as const)('export and import as %s', (format) => {
  it('loses nothing and doubles nothing', async () => {
    const { from, to, out } = await carry(format)
    const first = await importFeedback(to, out, undefined)
    expect(first).toMatchObject({ unchanged: 0, editedMasks: 0, refused: [] })
    expect(first.added).toEqual({ sessions: 2, readings: 2, unblindings: 1, verdicts: 7 })
    expect(content(to)).toEqual(content(from))
    expect(currentVerdicts(to)).toEqual(currentVerdicts(from))
    const again = await importFeedback(to, out, undefined)
    expect(again).toMatchObject({
      unchanged: 12,
      added: { sessions: 0, readings: 0, unblindings: 0, verdicts: 0 }
    })
    expect(await importFeedback(from, out, undefined)).toMatchObject({ unchanged: 12, refused: [] })
    expect(content(to)).toEqual(content(from))
    expect(to.verify().ok).toBe(true)
  })
})

describe('exportFeedback', () => {
  it('writes COCO that other programs can use', async () => {
    const { out } = await carry('coco')
    const coco = JSON.parse(readFileSync(out, 'utf8')) as {
      images: { id: number; width: number; height: number; file_name: string }[]
      annotations: {
        image_id: number
        category_id: number
        area: number
        bbox: number[]
        segmentation: unknown
      }[]
      categories: { id: number; name: string }[]
    }
    expect(coco.images.map(({ file_name, width, height }) => [file_name, width, height])).toEqual([
      ['1.2.826.1.1.3.dcm', 10, 8],
      ['1.2.826.1.1.4.dcm', 10, 8]
    ])
    const names = coco.annotations.map(
      ({ category_id }) => coco.categories.find(({ id }) => id === category_id)!.name
    )
    expect(names).toEqual(['anomaly', 'anomaly', 'false-positive', 'missed-anomaly'])
    expect(coco.annotations[1]).toMatchObject({ image_id: 2, area: 9, bbox: [2, 1, 3, 3] })
    expect(coco.annotations[0].segmentation).toEqual({ size: [8, 10], counts: mask([2, 1, 3, 4]).counts })
  })

  it('writes tables without a formula', async () => {
    const { out } = await carry('csv')
    for (const file of ['verdicts.csv', 'readings.csv']) {
      const text = readFileSync(join(out, file), 'utf8')
      expect(text).not.toMatch(/(^|[,\n])"?[=+@]/)
      expect(text).toContain('\r\n')
    }
    expect(parseCsv(readFileSync(join(out, 'verdicts.csv'), 'utf8'))[0].text).toBe(
      '=cmd|\' /C calc\'!A0\nsecond, "line"'
    )
  })

  it('writes overlapping verdicts into layers with the geometry of the patient', async () => {
    const { out } = await carry('nifti')
    const index = parseCsv(readFileSync(join(out, 'index.csv'), 'utf8'))
    expect(
      index.map(({ file, label_value, slice_index }) => [file.slice(-9), label_value, slice_index])
    ).toEqual([
      ['_1.nii.gz', '1', '3'],
      ['_1.nii.gz', '1', '4'],
      ['_2.nii.gz', '1', '3'],
      ['_3.nii.gz', '1', '3']
    ])
    const volume = decodeNifti(readFileSync(join(out, index[0].file)))
    expect([volume.columns, volume.rows, volume.slices]).toEqual([10, 8, 5])
    expect(volume.affine).toEqual([
      [-1.5, 0, 0, 10],
      [0, -2, 0, -20],
      [0, 0, 4, 30]
    ])
    // row 1, column 2 of slice 3 is the corner of the box
    expect(volume.labels[3 * 80 + 1 * 10 + 2]).toBe(1)
    expect(volume.labels.reduce((sum, label) => sum + label, 0)).toBe(12 + 9)
  })

  it('takes one reader or study only', async () => {
    const from = await filledStore()
    const out = join(temporaryFolder(), 'one.json')
    expect(await exportFeedback(from, { format: 'coco', out, reader: 'bÉ' })).toMatchObject({
      verdicts: 2,
      current: 2
    })
    expect(await exportFeedback(from, { format: 'coco', out, studyInstanceUids: ['9.9'] })).toMatchObject({
      verdicts: 0
    })
  })
})

describe('a training folder', () => {
  it('has labels, masks and images, and no UID or text of a reader', async () => {
    const store = await filledStore()
    const out = temporaryFolder()
    const readImage = async ({ sliceIndex }: { sliceIndex: number }) =>
      sliceIndex === 4 ? null : { rows: 8, columns: 10, values: new Float32Array(80).fill(sliceIndex) }
    const report = await exportFeedback(store, { format: 'training', out, readImage })
    // slice 3 has a confirmed, a rejected (another one) and a missed finding: anomalous; slice 0 is normal
    expect(report).toMatchObject({ normal: 1, anomalous: 2, withoutImage: 1, leftOut: 0 })
    const text = readFileSync(join(out, 'index.csv'), 'utf8')
    expect(text).not.toContain('1.2.826')
    const rows = parseCsv(text)
    expect(
      rows.map(({ label, slice_index, file, mask }) => [label, slice_index, file !== '', mask !== ''])
    ).toEqual([
      ['anomalous', '3', true, true],
      ['anomalous', '4', false, true],
      ['normal', '0', true, false]
    ])
    expect(new Set(rows.map(({ study }) => study)).size).toBe(1)
    expect(readdirSync(join(out, 'images'))).toHaveLength(2)
    const png = sharp(join(out, rows[0].mask))
    expect(await png.metadata()).toMatchObject({ width: 10, height: 8, channels: 1, depth: 'uchar' })
    const data = await png.toColourspace('b-w').raw().toBuffer()
    const union = boxMask([2, 1, 3, 4])
    expect([...data]).toEqual([...union].map((value) => value * 255))
  })
})

describe('masks that return edited', () => {
  it('become new verdicts of who edited them, once', async () => {
    const { from, out } = await carry('png')
    const index = parseCsv(readFileSync(join(out, 'index.csv'), 'utf8'))
    const edited = boxMask([3, 1, 2, 4])
    const grey = Buffer.from(edited.map((value) => value * 255))
    writeFileSync(
      join(out, index[0].file),
      await sharp(grey, { raw: { width: 10, height: 8, channels: 1 } })
        .png()
        .toBuffer()
    )
    await expect(importFeedback(from, out, undefined)).rejects.toMatchObject({ code: 'request-invalid' })
    const before = readBundle(from)
    expect(await importFeedback(from, out, '=a"1"')).toMatchObject({ editedMasks: 1, refused: [] })
    const current = currentVerdicts(from).find(({ kind }) => kind === 'confirm')!
    expect(Buffer.compare(unpackMask(current.masks[0]), edited)).toBe(0)
    expect(current.masks[1]).toEqual(mask([2, 1, 3, 3], 4))
    expect(current).toMatchObject({ supersedes: index[0].verdict_id, blind: false })
    expect(current.region).toMatchObject({ bbox: [3, 1, 2, 4], areaPx: 8, areaMm2: 24, peak: null })
    expect(await importFeedback(from, out, '=a"1"')).toMatchObject({ editedMasks: 0, refused: [] })
    const after = readBundle(from)
    expect([
      after.verdicts.length - before.verdicts.length,
      after.sessions.length - before.sessions.length
    ]).toEqual([1, 1])
    // another person's edit stands beside it
    expect(await importFeedback(from, out, 'C')).toMatchObject({ editedMasks: 1 })
    expect(currentVerdicts(from).filter(({ subjectKey }) => subjectKey === current.subjectKey)).toHaveLength(
      2
    )
    expect(from.verify().ok).toBe(true)
  })

  it('are refused one by one when they do not fit', async () => {
    const { from, out } = await carry('nifti')
    const index = parseCsv(readFileSync(join(out, 'index.csv'), 'utf8'))
    const volume = decodeNifti(readFileSync(join(out, index[2].file)))
    const small = { ...volume, slices: 1, labels: volume.labels.slice(0, 80) }
    writeFileSync(join(out, index[2].file), encodeNifti(small))
    writeFileSync(join(out, index[3].file), 'no volume')
    const report = await importFeedback(from, out, 'C')
    expect(report.refused.map(({ reason }) => reason)).toEqual([
      'not on the grid of the series',
      expect.stringContaining('no NIfTI')
    ])
    expect(report.unchanged).toBe(12)
  })

  it('do not reach outside the folder', async () => {
    const { from, out } = await carry('png')
    const path = join(out, 'index.csv')
    writeFileSync(path, readFileSync(path, 'utf8').replace(/masks\/[^,]*/, '../../etc/passwd'))
    expect((await importFeedback(from, out, 'C')).refused).toMatchObject([{ reason: 'no name of a mask' }])
  })
})

describe('a merge', () => {
  it('refuses what differs, is incomplete or invalid, and takes the rest', async () => {
    const { to, out } = await carry('coco')
    const coco = JSON.parse(readFileSync(out, 'utf8')) as { nidus: Record<string, Record<string, unknown>[]> }
    const { verdicts, sessions } = coco.nidus
    await importFeedback(to, out, undefined)
    const unchanged = { ...coco, annotations: [] }
    verdicts[2].text = 'another text'
    verdicts.push({
      ...verdicts[3],
      id: '00000000-0000-4000-8000-000000000001',
      supersedes: '00000000-0000-4000-8000-00000000000f'
    })
    verdicts.push({ ...verdicts[3], id: '00000000-0000-4000-8000-000000000002', kind: 'certainly' })
    sessions.push({ ...sessions[0], id: '00000000-0000-4000-8000-000000000003', readerKey: 'someone else' })
    verdicts.push({
      ...verdicts[3],
      id: '00000000-0000-4000-8000-000000000004',
      subjectKey: 'missed:other',
      supersedes: null
    })
    writeFileSync(out, JSON.stringify(unchanged))
    const report = await importFeedback(to, out, undefined)
    expect(report.added).toEqual({ sessions: 0, readings: 0, unblindings: 0, verdicts: 1 })
    expect(report.refused.map(({ id, reason }) => [id.slice(-1), reason]).slice(0, 2)).toEqual([
      ['3', 'invalid'],
      ['2', 'invalid']
    ])
    expect(report.refused.map(({ reason }) => reason).sort()).toEqual([
      'differs-from-stored',
      'invalid',
      'invalid',
      'refers-to-missing'
    ])
    expect(to.verify().ok).toBe(true)
  })

  it('takes branches of two machines: the later word holds', async () => {
    const { from, to, out } = await carry('coco')
    await importFeedback(to, out, undefined)
    const word = currentVerdicts(from).find(({ kind }) => kind === 'confirm')!
    addVerdict(from, startSession(from, word.reader).id, makeVerdict({ kind: 'unsure' }))
    for (let i = 0; i < 30; i += 1) to.now() // its clock runs ahead
    addVerdict(to, startSession(to, word.reader).id, makeRejection([3, 2]))
    await exportFeedback(from, { format: 'coco', out })
    await importFeedback(to, out, undefined)
    const words = currentVerdicts(to).filter(({ subjectKey }) => subjectKey === word.subjectKey)
    expect(words.map(({ kind }) => kind)).toEqual(['reject'])
  })

  it('refuses other files', async () => {
    const store = await temporaryStore()
    const file = join(temporaryFolder(), 'x.json')
    for (const text of ['', '{}', '[]', '{"annotations": []}']) {
      writeFileSync(file, text)
      await expect(importFeedback(store, file, undefined)).rejects.toMatchObject({
        code: 'feedback-import-invalid'
      })
    }
    await expect(importFeedback(store, join(file, '..', 'none'), undefined)).rejects.toMatchObject({
      code: 'file-not-found'
    })
    await expect(importFeedback(store, join(file, '..'), undefined)).rejects.toMatchObject({
      code: 'feedback-import-invalid'
    })
  })
})
