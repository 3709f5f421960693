import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ProposalFacts } from '../../../../src-main/contract/calibration-channels'
import type { ModelManifest } from '../../../../src-main/contract/manifest'
import type { Series } from '../../../../src-main/contract/study'
import { answerFeedbackQuestion } from '../../../../src-main/feedback/service/feedback-questions'
import { StoreKeeper } from '../../../../src-main/feedback/service/store-keeper'
import { CalibrationService } from '../../../../src-main/jobs/calibration-service'
import type { AskFeedback } from '../../../../src-main/jobs/feedback-service'
import { feedbackDatabasePath } from '../../../../src-main/platform/user-data-folder'
import { seedVerdicts } from '../../../helpers/seed-verdicts'
import { temporaryFolder } from '../feedback/temporary-store'

const any = { modality: null, scanner: { manufacturer: null, model: null, protocol: null } }
const signed = { approvedBy: 'Dr. B', reason: 'monthly review' }
const series = { id: 's1', modality: 'MR' } as Series

/** Filled once and copied for each test, because every row of a store waits for the disk. */
const filled = mkdtempSync(join(tmpdir(), 'nidus-calibration-'))
let manifest: ModelManifest
beforeAll(async () => {
  for (const studies of [160, 30]) {
    ;({ manifest } = await seedVerdicts(join(filled, String(studies)), { studies }))
  }
})
afterAll(() => rmSync(filled, { recursive: true, force: true }))

async function setUp(studies: number) {
  const userData = temporaryFolder()
  cpSync(join(filled, String(studies)), userData, { recursive: true })
  const keeper = new StoreKeeper({
    path: feedbackDatabasePath(userData),
    now: () => new Date('2026-12-01T10:00:00.000Z'),
    appVersion: '1'
  })
  const model = { id: manifest.id, folder: join(userData, 'none'), manifest }
  const needs = {
    // as the process that keeps the store answers
    ask: ((name: string, argument: unknown) => answerFeedbackQuestion(keeper, name, argument)) as AskFeedback,
    model: vi.fn(async () => model),
    origin: vi.fn(async () => ({
      patientId: null,
      scanner: { manufacturer: 'ACME', model: 'Field 2', protocol: 'FLAIR ax' }
    })),
    onChange: vi.fn(async () => undefined)
  }
  const service = new CalibrationService(needs)
  const map = manifest.maps.default
  const ofMap = { modelId: manifest.id, map }
  const propose = (more: object = {}): Promise<ProposalFacts> =>
    service.propose({
      ...{ ...ofMap, profile: any, level: 'slice', method: 'percentile', options: { percent: 95 } },
      ...more
    })
  return { service, needs, keeper, model, map, ofMap, propose }
}

let own: Awaited<ReturnType<typeof setUp>>
beforeEach(async () => {
  own = await setUp(160)
})
afterEach(() => own.keeper.close())

describe('CalibrationService', () => {
  it('starts from the threshold of the model and what there are verdicts on', async () => {
    const { service, ofMap, map, model } = own
    const overview = await service.overview(ofMap)
    const standard = manifest.thresholds.find((known) => known.map === map)!
    expect(overview).toMatchObject({ studies: 160, studiesRead: 160, history: [], verdictsNeeded: 50 })
    // a study normal is one verdict, one in four studies has two: 120 + 2 * 40
    expect(overview.verdicts).toBe(200)
    expect(overview.profiles.map(({ label }) => label)).toEqual([
      'all images',
      'MR',
      'MR · ACME Field 2',
      'MR · ACME Field 1',
      'MR · ACME Field 2 · FLAIR ax',
      'MR · ACME Field 1 · FLAIR ax'
    ])
    expect(overview.profiles[0].threshold).toEqual({
      value: standard.value,
      version: `${standard.id} ${standard.version}`
    })
    expect(overview.methods).toHaveLength(13)
    expect(await service.siteThresholds(series, model)).toEqual([])
  })

  it('makes an approved proposal the threshold of every image, and rolls back to what was before', async () => {
    const { service, needs, ofMap, map, model, propose } = own
    const proposal = await propose()
    const approved = await service.approve({ proposalId: proposal.id!, ...signed })
    expect(needs.onChange).toHaveBeenCalledTimes(1)
    expect(approved.history[0]).toMatchObject({ version: 'site-1', inUse: true, kind: 'approval', ...signed })
    const inUse = { id: 'site', version: 'site-1', value: proposal.proposed!.value, map }
    expect(await service.siteThresholds(series, model)).toEqual([inUse])
    // learnt at another level, it takes the place of the first all the same
    const second = await propose({ level: 'finding', options: { percent: 50 } })
    expect(second.current.version).toBe('site-1')
    const { history } = await service.approve({ proposalId: second.id!, ...signed })
    const [latest, first] = history
    const back = await service.rollBack({ ...ofMap, versionId: latest.id, toVersionId: first.id, ...signed })
    expect(back.history[0]).toMatchObject({ version: 'site-3', kind: 'rollback', restores: 'site-1' })
    expect((await service.siteThresholds(series, model))[0]).toEqual({ ...inUse, version: 'site-3' })
    const [top] = back.history
    const gone = await service.rollBack({ ...ofMap, versionId: top.id, toVersionId: null, ...signed })
    expect(gone.history[0]).toMatchObject({ version: 'site-4', kind: 'withdrawn', inUse: false })
    expect(gone.profiles[0].threshold.value).toBe(manifest.thresholds.find((own) => own.map === map)!.value)
    expect(await service.siteThresholds(series, model)).toEqual([])
  })

  it('keeps a threshold for one scanner to its images', async () => {
    const { service, ofMap, propose, model } = own
    const profiles = (await service.overview(ofMap)).profiles
    const { profile } = profiles.find(({ label }) => label === 'MR · ACME Field 2')!
    const proposal = await propose({ profile })
    expect(proposal.label).toBe('MR · ACME Field 2')
    await service.approve({ proposalId: proposal.id!, ...signed })
    expect(await service.siteThresholds(series, model)).toHaveLength(1)
    expect(await service.siteThresholds({ ...series, modality: 'CT' }, model)).toEqual([])
    own.needs.origin.mockRejectedValue(new Error('gone'))
    expect(await service.siteThresholds(series, model)).toEqual([])
  })

  it('refuses an approval whose ground has moved, one twice, and a rollback that starts elsewhere', async () => {
    const { service, ofMap, propose } = own
    const [first, second] = [await propose(), await propose({ options: { percent: 90 } })]
    const { history } = await service.approve({ proposalId: first.id!, ...signed })
    await expect(service.approve({ proposalId: second.id!, ...signed })).rejects.toMatchObject({
      code: 'threshold-changed'
    })
    await expect(service.approve({ proposalId: first.id!, ...signed })).rejects.toMatchObject({
      code: 'not-found'
    })
    const third = await propose({ options: { percent: 90 } })
    await service.approve({ proposalId: third.id!, ...signed })
    const stale = { ...ofMap, versionId: history[0].id, toVersionId: null, ...signed }
    await expect(service.rollBack(stale)).rejects.toMatchObject({ code: 'threshold-changed' })
    await expect(service.rollBack({ ...stale, versionId: 'x' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(propose({ method: 'magic' })).rejects.toMatchObject({ code: 'request-invalid' })
  })

  it('compares drift with the first normals, and after an approval with those that taught it', async () => {
    const { service, ofMap, propose } = own
    const ask = { ...ofMap, profile: any, level: 'slice' as const }
    const before = await service.drift(ask)
    expect(before).toMatchObject({ comparedWith: 'first-patients', state: 'steady', falseAlarmRate: 0.01 })
    expect(before.points.length).toBeGreaterThan(1)
    const proposal = await propose({ method: 'conformal', options: { rate: 0.1 } })
    await service.approve({ proposalId: proposal.id!, ...signed })
    const after = await service.drift(ask)
    expect(after).toMatchObject({ comparedWith: 'taught-threshold', state: 'none', percent: 90 })
    expect(after.advice).toMatch(/^No check yet/)
    // 120 called normal, and the 40 whose one false finding was rejected in a study read completely
    expect(after.reference.patients).toBe(160)
  })

  it('tells how many verdicts are missing where there are too few', async () => {
    await own.keeper.close()
    own = await setUp(30)
    const { refusal, proposed, id, verdicts } = await own.propose()
    expect([proposed, id]).toEqual([null, null])
    const missing = 50 - verdicts.calibration
    expect(refusal).toContain(`there are ${verdicts.calibration}, so ${missing} are missing`)
  })

  it('works on with the thresholds of models where the store can not be opened', async () => {
    const { model, needs } = own
    const broken = new CalibrationService({
      ...needs,
      ask: (() => Promise.reject(new Error('no store'))) as AskFeedback
    })
    expect(await broken.siteThresholds(series, model)).toEqual([])
  })

  it('tells of versions that came with another store', async () => {
    const { service, needs, propose } = own
    await service.refresh()
    expect(needs.onChange).not.toHaveBeenCalled()
    const other = new CalibrationService(needs)
    const proposal = await other.propose({
      ...{ ...own.ofMap, profile: any, level: 'slice', method: 'percentile', options: { percent: 95 } }
    })
    await propose()
    await other.approve({ proposalId: proposal.id!, ...signed })
    needs.onChange.mockClear()
    await service.refresh()
    expect(needs.onChange).toHaveBeenCalledTimes(1)
  })
})
