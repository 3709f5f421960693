import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { ImageFacts } from '../../src-main/contract/feedback'
import { packMask } from '../../src-main/feedback/masks/slice-mask'
import { startSession } from '../../src-main/feedback/reading/reader-sessions'
import { recordReading } from '../../src-main/feedback/reading/record-reading'
import type { FeedbackStore } from '../../src-main/feedback/store/open-store'
import { writeTrainingFolder, type ReadImage } from '../../src-main/feedback/transfer/training-folder'
import { addVerdict } from '../../src-main/feedback/verdicts/add-verdict'
import { boxMask, makeImage, makeVerdict } from '../unit/src-main/feedback/make-verdict'
import { temporaryFolder, temporaryStore } from '../unit/src-main/feedback/temporary-store'

/** Read by models/training/tests/test_label_export.py. Written anew with NIDUS_WRITE_FIXTURES=1. */
const fixture = resolve(__dirname, '..', 'fixtures', 'label-export')

/** Values of an 8 x 10 slice that anybody can work out: 100 * patient + 10 * slice + row + column / 16. */
const valueAt = (patient: number, slice: number, row: number, column: number): number =>
  100 * patient + 10 * slice + row + column / 16

const imageOf = (patient: number, sliceIndex: number): ImageFacts =>
  makeImage({
    studyInstanceUid: `1.2.${patient}`,
    seriesInstanceUid: `1.2.${patient}.1`,
    sopInstanceUid: `1.2.${patient}.1.${sliceIndex}`,
    sliceIndex,
    patientKey: String(patient).repeat(64)
  })

const readImage: ReadImage = async ({ seriesInstanceUid, sliceIndex }) => {
  const patient = Number(seriesInstanceUid.split('.')[2])
  // the images of patient 4 are not at hand
  if (patient === 4) return null
  const values = Float32Array.from({ length: 80 }, (_, i) =>
    valueAt(patient, sliceIndex, Math.floor(i / 10), i % 10)
  )
  return { rows: 8, columns: 10, values }
}

/** A store whose keyed hashes are the same in every run. */
async function storeOfReading(): Promise<FeedbackStore> {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'patient.salt'), `${'5a'.repeat(32)}\n`)
  const store = await temporaryStore({ path: join(folder, 'feedback.db') })
  const { id } = startSession(store, 'A. Reader')
  const normal = (patient: number, sliceIndex: number) =>
    addVerdict(store, id, {
      ...makeVerdict({ kind: 'slice-normal', image: imageOf(patient, sliceIndex) }),
      region: null,
      masks: [],
      analysis: null
    })
  // patient 1: a confirmed finding on slice 3, slice 0 normal
  const mask = packMask(boxMask([2, 1, 3, 4]), 8, 10, { sliceIndex: 3, sopInstanceUid: '1.2.1.1.3' })
  addVerdict(store, id, makeVerdict({ image: imageOf(1, 3), masks: [mask] }))
  normal(1, 0)
  // patient 2: two normal slices, a missed finding on slice 4
  normal(2, 1)
  normal(2, 2)
  const missed = packMask(boxMask([0, 0, 2, 2]), 8, 10, { sliceIndex: 4, sopInstanceUid: '1.2.2.1.4' })
  addVerdict(
    store,
    id,
    makeVerdict({ kind: 'missed', image: imageOf(2, 4), masks: [missed], analysis: null })
  )
  // patient 3: rejected, the study not read completely: nobody said that the slice is normal
  addVerdict(store, id, makeVerdict({ kind: 'reject', reason: 'artefact', image: imageOf(3, 3) }))
  // patient 4: normal, without its image; patient 5: rejected in a study that was read completely
  normal(4, 1)
  const rejected = packMask(boxMask([2, 1, 3, 4]), 8, 10, { sliceIndex: 2, sopInstanceUid: '1.2.5.1.2' })
  addVerdict(
    store,
    id,
    makeVerdict({ kind: 'reject', reason: 'normal-variant', image: imageOf(5, 2), masks: [rejected] })
  )
  recordReading(store, id, '1.2.5', 'completed')
  return store
}

const filesOf = (folder: string): string[] =>
  ['images', 'masks'].flatMap((name) =>
    readdirSync(join(folder, name))
      .sort()
      .map((file) => `${name}/${file}`)
  )

describe('the training folder that nidus-train reads', () => {
  it('is still what the exporter writes', async () => {
    const store = await storeOfReading()
    const out = process.env.NIDUS_WRITE_FIXTURES ? fixture : temporaryFolder()
    if (out === fixture) {
      rmSync(fixture, { recursive: true, force: true })
      mkdirSync(fixture, { recursive: true })
    }
    // 1/0, 2/1, 2/2, 4/1 and 5/2 are normal, 1/3 and 2/4 are not, 3/3 is left out
    expect(await writeTrainingFolder(store, out, readImage)).toEqual({
      normal: 5,
      anomalous: 2,
      withoutImage: 1,
      leftOut: 1
    })
    expect(filesOf(out)).toEqual(filesOf(fixture))
    for (const file of ['index.csv', 'left-out.csv']) {
      // git keeps text with line feeds alone
      const [written, kept] = [out, fixture].map((folder) => readFileSync(join(folder, file), 'utf8'))
      expect(written.replace(/\r/g, ''), file).toBe(kept.replace(/\r/g, ''))
    }
    for (const file of filesOf(out).filter((name) => name.endsWith('.npy'))) {
      expect(readFileSync(join(out, file)).equals(readFileSync(join(fixture, file))), file).toBe(true)
    }
    for (const file of filesOf(out).filter((name) => name.endsWith('.png'))) {
      const [written, kept] = await Promise.all(
        [out, fixture].map((folder) => sharp(join(folder, file)).raw().toBuffer())
      )
      expect(written.equals(kept), file).toBe(true)
    }
  })
})
