import { describe, expect, it } from 'vitest'
import { siteThreshold, versionsInUse } from '../../../../../src-main/calibration/site-threshold'
import type { ThresholdApproval, ThresholdScope } from '../../../../../src-main/contract/feedback'
import {
  activeThreshold,
  approveThreshold,
  rollbackThreshold,
  thresholdHistory,
  withdrawThreshold
} from '../../../../../src-main/feedback/thresholds/threshold-versions'
import { temporaryStore } from '../temporary-store'

const anyScanner = { manufacturer: null, model: null, protocol: null }
const scope: ThresholdScope = {
  ...{ modelId: 'm', modelSha256: 'cd'.repeat(32), map: 'combi', level: 'finding', modality: null },
  scanner: anyScanner
}
const approval = (value: number, changes: Partial<ThresholdApproval> = {}): ThresholdApproval => ({
  ...{ scope, thresholdId: 'p99', value, method: 'percentile', approvedBy: 'Dr. A', reason: 'monthly' },
  ...{ proposal: { falsePositivesPerStudy: [0.4, 0.2] }, ...changes }
})

describe('threshold versions', () => {
  it('puts each approval on top of the last and rolls back by going forward', async () => {
    const store = await temporaryStore()
    expect(activeThreshold(store, scope, 'p99')).toBe(null)
    const first = approveThreshold(store, approval(4))
    const second = approveThreshold(store, approval(5))
    expect([first.version, first.previous, second.version, second.previous]).toEqual([
      'site-1',
      null,
      'site-2',
      first.id
    ])
    const third = rollbackThreshold(store, first.id, 'Dr. B', 'too few findings')
    expect(third).toMatchObject({ value: 4, version: 'site-3', previous: second.id, rollbackTo: first.id })
    expect(activeThreshold(store, { ...scope }, 'p99')).toEqual(third)
    expect(thresholdHistory(store)).toEqual([first, second, third])
    expect(store.verify().ok).toBe(true)
  })

  it('wants a name, a reason and a number', async () => {
    const store = await temporaryStore()
    for (const bad of [approval(4, { approvedBy: ' ' }), approval(4, { reason: '' }), approval(Number.NaN)]) {
      expect(() => approveThreshold(store, bad)).toThrow(expect.objectContaining({ code: 'request-invalid' }))
    }
    const { id } = approveThreshold(store, approval(4))
    expect(() => rollbackThreshold(store, id, 'A', ' ')).toThrow(
      expect.objectContaining({ code: 'request-invalid' })
    )
    expect(() => rollbackThreshold(store, 'none', 'A', 'why')).toThrow(
      expect.objectContaining({ code: 'not-found' })
    )
    expect(thresholdHistory(store)).toHaveLength(1)
  })

  it('takes a threshold out of use by going forward', async () => {
    const store = await temporaryStore()
    const site = approveThreshold(store, approval(4, { thresholdId: 'site' }))
    const by = { approvedBy: 'Dr. C', reason: 'new scanner' }
    const gone = withdrawThreshold(store, scope, 7.7, by)
    expect(gone).toMatchObject({
      version: 'site-2',
      method: 'withdrawn',
      value: 7.7,
      previous: site.id,
      ...by
    })
    expect(siteThreshold(thresholdHistory(store), scope)).toBe(null)
    expect(() => withdrawThreshold(store, scope, 7.7, { ...by, reason: '' })).toThrow(
      expect.objectContaining({ code: 'request-invalid' })
    )
    expect(rollbackThreshold(store, site.id, 'Dr. C', 'again').value).toBe(4)
    expect(siteThreshold(thresholdHistory(store), scope)).toMatchObject({ version: 'site-3', value: 4 })
  })

  it('prefers the profile that says most about the scanner, the newest at whatever level', async () => {
    const store = await temporaryStore()
    const site = (value: number, changes: Partial<ThresholdScope> = {}) =>
      approveThreshold(store, approval(value, { thresholdId: 'site', scope: { ...scope, ...changes } }))
    const acme = { ...anyScanner, manufacturer: 'ACME' }
    site(3, { modality: 'MR', scanner: acme })
    site(4)
    site(5, { modality: 'CT' })
    approveThreshold(store, approval(9))
    const image = (manufacturer: string, modality = 'MR') => ({
      ...scope,
      modality,
      scanner: { manufacturer, model: 'X', protocol: null }
    })
    const valueFor = (wanted: ThresholdScope) => siteThreshold(thresholdHistory(store), wanted)?.value
    expect(valueFor(image('ACME'))).toBe(3)
    expect(valueFor(image('Other'))).toBe(4)
    expect(valueFor(image('Other', 'CT'))).toBe(5)
    expect(valueFor({ ...image('ACME'), modelSha256: '00'.repeat(32) })).toBe(undefined)
    site(6, { level: 'slice' })
    expect(valueFor(image('Other'))).toBe(6)
    expect(versionsInUse(thresholdHistory(store), scope).map(({ value }) => value)).toEqual([3, 5, 6])
    withdrawThreshold(store, { ...scope, modality: 'MR', scanner: acme }, 6, { approvedBy: 'A', reason: 'b' })
    expect(valueFor(image('ACME'))).toBe(6)
  })
})
