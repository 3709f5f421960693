import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ModelManifest } from '../../src-main/contract/manifest'
import type { AnalysisReport } from '../../src-main/export/analysis-report'
import { openFeedbackStore } from '../../src-main/feedback/store/open-store'
import { approveThreshold } from '../../src-main/feedback/thresholds/threshold-versions'
import { feedbackDatabasePath } from '../../src-main/platform/user-data-folder'
import { buildEntries } from '../helpers/build-entries'
import { runNidus, type Ended } from '../helpers/run-nidus'
import { seedVerdicts } from '../helpers/seed-verdicts'
import { temporaryFolder } from '../helpers/temporary-folder'

const folder = temporaryFolder()
const userData = join(folder, 'data')
const demo = resolve(__dirname, '../../resources/demo-study')
let entries: Awaited<ReturnType<typeof buildEntries>>
let manifest: ModelManifest

const nidus = (...argv: string[]): Promise<Ended> =>
  runNidus(entries.folder, folder, { NIDUS_DATA: userData }, argv)
const analyze = async (...argv: string[]): Promise<AnalysisReport> =>
  JSON.parse((await nidus('analyze', demo, '--provider', 'cpu', '--json', ...argv)).stdout) as AnalysisReport

/** Approves a threshold in the store of the user-data folder. */
async function approve(value: number, modality: string | null): Promise<void> {
  const path = feedbackDatabasePath(userData)
  const store = await openFeedbackStore({ path, now: () => new Date(), appVersion: '0.1.0' })
  approveThreshold(store, {
    scope: {
      ...{ modelId: manifest.id, modelSha256: manifest.sha256, map: manifest.maps.default, level: 'slice' },
      ...{ modality, scanner: { manufacturer: null, model: null, protocol: null } }
    },
    ...{ thresholdId: 'site', value, method: 'percentile', approvedBy: 'Dr. B', reason: 'monthly' },
    proposal: { options: { percent: 95 }, until: Date.parse('2026-07-01T00:00:00.000Z') }
  })
  store.close()
}

beforeAll(async () => {
  entries = await buildEntries(['engine', 'cli'])
  ;({ manifest } = await seedVerdicts(userData, { studies: 220, changeAt: 170 }))
})
afterAll(() => entries.remove())

describe('thresholds of the site on the command line', () => {
  it('drift: compares with the first normals until a threshold is approved', async () => {
    const { code, stdout } = await nidus('drift', '--json')
    expect(code).toBe(0)
    const drift = JSON.parse(stdout) as Record<string, unknown>
    expect(drift).toMatchObject({
      modelId: manifest.id,
      map: manifest.maps.default,
      version: null,
      comparedWith: 'first-patients',
      scanners: ['MR · ACME Field 1', 'MR · ACME Field 2', 'MR · ACME Field 3'],
      kind: 'drift',
      drifted: true,
      advice: 'recalibrate'
    })
    const text = (await nidus('drift')).stdout
    expect(text).toContain('recalibrate on recent confirmed normals')
    expect(text).toMatch(/2026-\d\d-\d\d to 2026-\d\d-\d\d: 2\d patients/)
    expect((await nidus('drift', '--model', 'other')).stderr).toContain(
      `${manifest.id} ${manifest.maps.default}`
    )
    expect((await nidus('drift', '--db', join(folder, 'none.db'))).code).toBe(3)
  })

  it('analyze: names the threshold of the model until one is approved', async () => {
    const { threshold, studies } = await analyze()
    expect(threshold.id).toBe(manifest.thresholds[0].id)
    expect(studies[0].series[0].threshold).toEqual(threshold)
  })

  it('analyze: uses the approved one, of the most specific scope, and says which', async () => {
    await approve(12, null)
    await approve(11, 'CT')
    const { threshold, studies, warnings } = await analyze()
    expect(threshold).toEqual({ id: 'site', version: 'site-1', value: 12, map: manifest.maps.default })
    expect(studies[0].series[0].threshold).toEqual(threshold)
    for (const { findings } of studies[0].series[0].slices)
      for (const { peak } of findings) expect(peak).toBeGreaterThanOrEqual(12)
    expect(warnings.map(({ code }) => code)).not.toContain('site-thresholds-unreadable')
    await approve(13, 'MR')
    expect((await analyze()).threshold.version).toBe('site-3')
    expect((await nidus('analyze', demo, '--provider', 'cpu')).stdout).toContain(
      '13 score units or more (site-3)'
    )
  })

  it('analyze: takes the model’s own by its name all the same', async () => {
    const { id, version } = manifest.thresholds[0]
    expect((await analyze('--threshold', id)).threshold).toMatchObject({ id, version })
  })

  it('drift: compares with what taught the approved threshold', async () => {
    const { stdout } = await nidus('drift', '--json', '--modality', 'MR')
    expect(JSON.parse(stdout)).toMatchObject({
      comparedWith: 'taught-threshold',
      version: 'site-3',
      threshold: 13,
      percent: 95
    })
  })
})
