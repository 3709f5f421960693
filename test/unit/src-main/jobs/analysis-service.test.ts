import { describe, expect, it, vi } from 'vitest'
import type { ProviderReport, ThresholdChoice } from '../../../../src-main/contract/analysis'
import { NidusError } from '../../../../src-main/contract/errors'
import type { Series } from '../../../../src-main/contract/study'
import type {
  AnalysedSlice,
  AnalyseEvents,
  AnalyseRequest
} from '../../../../src-main/inference/engine-protocol'
import { analysisOrder } from '../../../../src-main/jobs/analysis-order'
import { AnalysisService } from '../../../../src-main/jobs/analysis-service'
import { makeManifest } from '../../../helpers/make-manifest'

const series = {
  id: 's',
  slices: [0, 1, 2, 3].map((index) => ({ index, spacingMm: [1, 2] }))
} as unknown as Series
// the model's grid is the slice's own: 4 x 4 pixels of 1 mm
const manifest = makeManifest({
  input: { name: 'x', layout: 'NCHW', channels: 1, height: 4, width: 4 },
  findings: { minAreaMm2: 0, minAreaPx: 1 }
})
const model = { id: manifest.id, folder: '/m', manifest }
const cpu: ProviderReport = { requested: 'auto', used: 'cpu', reason: '', tried: [] }

/** A slice whose combi map is 0 but for one pixel of the given score. */
function analysed(index: number, peak: number): AnalysedSlice {
  const map = new Float32Array(16)
  map[5] = peak
  return {
    analysis: {
      index,
      score: peak,
      scoreStandardised: peak,
      rec: 0,
      kl: 0,
      maps: ['combi'],
      peaks: { combi: peak },
      findings: [],
      hasForeground: true
    },
    placement: {
      centreRow: 1.5,
      centreColumn: 1.5,
      mmPerModelPx: 1,
      spacingMm: [1, 1],
      rows: 4,
      columns: 4,
      height: 4,
      width: 4
    } as AnalysedSlice['placement'],
    eroded: new Uint8Array(16).fill(1),
    modelMask: new Uint8Array(16).fill(1),
    offset: 10,
    factor: 0.5,
    maps: { combi: map },
    reconstruction: new Float32Array(16).fill(0.25)
  }
}

/** An engine that the test plays: each call of analyse waits to be ended. */
function setUp() {
  const runs: {
    request: AnalyseRequest
    events: AnalyseEvents
    signal: AbortSignal
    end(outcome: 'done' | 'cancelled'): void
    fail(error: Error): void
  }[] = []
  const engine = {
    analyse: (request: AnalyseRequest, events: AnalyseEvents, signal?: AbortSignal) =>
      new Promise<never>((resolve, reject) => {
        runs.push({
          request,
          events,
          signal: signal as AbortSignal,
          end: (outcome) => resolve({ outcome, provider: cpu, timingsMs: {} } as never),
          fail: reject
        })
        events.onProvider?.(cpu)
      })
  }
  const needs = {
    engine,
    series: vi.fn(() => series),
    model: vi.fn(async () => model),
    siteThresholds: vi.fn(async (): Promise<ThresholdChoice[]> => []),
    appVersion: '1.2.3',
    onProgress: vi.fn(),
    onSlice: vi.fn(),
    onEnd: vi.fn()
  }
  const service = new AnalysisService(needs)
  const start = async (jobId: string, firstSlice = 1) => {
    const ended = service.start({ jobId, seriesId: 's', modelId: model.id, provider: 'auto', firstSlice })
    await vi.waitFor(() => expect(service.state('s').jobId).toBe(jobId))
    return ended
  }
  return { runs, needs, service, start }
}

describe('analysisOrder', () => {
  it('goes outwards from the slice looked at and takes every slice once', () => {
    expect(analysisOrder(5, 1)).toEqual([1, 2, 0, 3, 4])
    expect(analysisOrder(3, 99)).toEqual([2, 1, 0])
    expect(analysisOrder(0, 0)).toEqual([])
  })
})

describe('AnalysisService', () => {
  it('keeps slices, failures and the stamp, and tells of slices as they come', async () => {
    const { runs, needs, service, start } = setUp()
    const ended = start('j1')
    await vi.waitFor(() => expect(runs).toHaveLength(1))
    expect(runs[0].request).toMatchObject({
      sliceIndexes: [1, 2, 0, 3],
      threshold: { id: 'p99', map: 'combi', value: 3 }
    })
    runs[0].events.onSlice?.(analysed(1, 7))
    expect(needs.onSlice).toHaveBeenCalledWith({
      seriesId: 's',
      jobId: 'j1',
      analysis: expect.objectContaining({ index: 1 })
    })
    runs[0].events.onSliceFailed?.(2, new NidusError('dicom-truncated', { reason: 'x' }))
    runs[0].end('done')
    const state = await ended
    expect(state.status).toBe('done')
    expect(state.slices.map((slice) => slice?.index ?? null)).toEqual([null, 1, null, null])
    expect(state.problems).toEqual([{ sliceIndex: 2, code: 'dicom-truncated', context: { reason: 'x' } }])
    expect(state.stamp).toMatchObject({
      appVersion: '1.2.3',
      modelId: 'test-vae',
      thresholdVersion: 'p99 test-1',
      researchUseOnly: true
    })
    expect(service.state('s')).toEqual(state)
  })

  it('stops a run when it is told to, or when another starts; what was finished stays and is not done again', async () => {
    const { runs, service, start } = setUp()
    const first = start('j1')
    await vi.waitFor(() => expect(runs).toHaveLength(1))
    runs[0].events.onSlice?.(analysed(1, 7))
    service.cancel('another job')
    expect(runs[0].signal.aborted).toBe(false)
    service.cancel('j1')
    expect(runs[0].signal.aborted).toBe(true)
    runs[0].end('cancelled')
    expect((await first).status).toBe('cancelled')

    const second = start('j2', 3)
    await vi.waitFor(() => expect(runs).toHaveLength(2))
    expect(runs[1].request.sliceIndexes).toEqual([3, 2, 0])
    runs[1].events.onProgress?.({ stage: 'analysing', done: 1, total: 3 })
    const third = start('j3')
    await vi.waitFor(() => expect(runs).toHaveLength(3))
    expect(runs[1].signal.aborted).toBe(true)
    runs[1].end('cancelled')
    runs[2].end('done')
    expect([(await second).status, (await third).status]).toEqual(['cancelled', 'done'])

    const again = start('j4')
    await vi.waitFor(() => expect(runs).toHaveLength(4))
    // a run that was done is done anew
    expect(runs[3].request.sliceIndexes).toHaveLength(4)
    runs[3].end('done')
    await again
  })

  it('counts kept slices into the progress of a continued run', async () => {
    const { runs, needs, service, start } = setUp()
    const first = start('j1')
    await vi.waitFor(() => expect(runs).toHaveLength(1))
    runs[0].events.onSlice?.(analysed(1, 7))
    service.cancel('j1')
    runs[0].end('cancelled')
    await first
    const second = start('j2')
    await vi.waitFor(() => expect(runs).toHaveLength(2))
    runs[1].events.onProgress?.({ stage: 'analysing', done: 1, total: 3 })
    expect(needs.onProgress).toHaveBeenLastCalledWith({ jobId: 'j2', stage: 'analysing', done: 2, total: 4 })
    runs[1].end('done')
    await second
  })

  it('answers a failed run with its error instead of throwing', async () => {
    const { runs, needs, start } = setUp()
    const ended = start('j1')
    await vi.waitFor(() => expect(runs).toHaveLength(1))
    runs[0].fail(new NidusError('engine-crashed', { restarts: 3 }))
    expect(await ended).toMatchObject({
      status: 'failed',
      error: { code: 'engine-crashed', context: { restarts: 3 } }
    })
    expect(needs.onEnd).toHaveBeenCalledWith(expect.objectContaining({ status: 'failed' }))
  })

  it('refuses a model that can not be used before anything is touched', async () => {
    const { needs, service } = setUp()
    needs.model.mockRejectedValueOnce(new NidusError('model-hash-mismatch'))
    await expect(
      service.start({ jobId: 'j', seriesId: 's', modelId: 'm', provider: 'auto', firstSlice: 0 })
    ).rejects.toMatchObject({ code: 'model-hash-mismatch' })
    expect(service.state('s').status).toBe('none')
  })

  it('gives layers on the pixel grid of the slice and findings at any threshold', async () => {
    const { runs, service, start } = setUp()
    const ended = start('j1')
    await vi.waitFor(() => expect(runs).toHaveLength(1))
    runs[0].events.onSlice?.(analysed(0, 7))
    runs[0].events.onSlice?.(analysed(1, 2))
    runs[0].end('done')
    await ended
    const map = service.layer({ seriesId: 's', sliceIndex: 0, layer: 'combi' })
    // the grids are the same, so pixel 5 stays pixel 5
    expect([map.rows, map.columns, map.values[5], map.values[0]]).toEqual([4, 4, 7, 0])
    const reconstruction = service.layer({ seriesId: 's', sliceIndex: 0, layer: 'reconstruction' })
    // 0.25 / 0.5 + 10
    expect(reconstruction.values[5]).toBe(10.5)
    const { findings } = await service.findings({ seriesId: 's', map: 'combi', threshold: 1.5 })
    expect(
      findings.map(({ peakSlice, peak, peakAt, areaMm2 }) => [peakSlice, peak, peakAt, areaMm2])
    ).toEqual([
      // spacing 1 x 2 mm
      [0, 7, [1, 1], 2],
      [1, 2, [1, 1], 2]
    ])
    expect((await service.findings({ seriesId: 's', map: 'combi', threshold: 5 })).findings).toHaveLength(1)
    // two slices of 16 pixels: 7 and 2 on pixel 5, 0 elsewhere; all are foreground
    expect(await service.histogram({ seriesId: 's', map: 'combi', low: 0, high: 5, bins: 5 })).toMatchObject({
      counts: [30, 0, 1, 0, 0],
      below: 0,
      above: 1,
      slices: 2
    })
    expect(() => service.layer({ seriesId: 's', sliceIndex: 3, layer: 'combi' })).toThrow(
      expect.objectContaining({ code: 'not-found' })
    )
  })

  it('forgets closed series and stops their run', async () => {
    const { runs, service, start } = setUp()
    const ended = start('j1')
    await vi.waitFor(() => expect(runs).toHaveLength(1))
    service.forget(['s'])
    expect(runs[0].signal.aborted).toBe(true)
    runs[0].end('cancelled')
    await ended
    expect(service.state('s').status).toBe('none')
  })

  it('keeps a second model beside the first, and lets the run under way end before', async () => {
    const { runs, needs, service, start } = setUp()
    const other = { id: 'other', folder: '/o', manifest: { ...manifest, id: 'other' } }
    const first = start('one')
    await vi.waitFor(() => expect(runs).toHaveLength(1))
    needs.model.mockImplementation(async () => other)
    const request = {
      jobId: 'two',
      seriesId: 's',
      modelId: 'other',
      provider: 'auto',
      firstSlice: 0
    } as const
    const second = service.start({ ...request, beside: true })
    await new Promise((done) => setImmediate(done))
    expect(runs).toHaveLength(1)
    expect(runs[0]?.signal.aborted).toBe(false)
    runs[0]?.events.onSlice?.(analysed(0, 5))
    runs[0]?.end('done')
    await first
    await vi.waitFor(() => expect(runs).toHaveLength(2))
    runs[1]?.events.onSlice?.(analysed(0, 9))
    runs[1]?.end('done')
    await second
    expect(service.state('s').slices[0]?.score).toBe(5)
    expect(service.state('s', manifest.id).slices[0]?.score).toBe(5)
    expect(service.state('s', 'other').slices[0]?.score).toBe(9)
    const peak = (modelId?: string): number =>
      Math.max(...service.layer({ seriesId: 's', sliceIndex: 0, layer: 'combi', modelId }).values)
    expect([peak(), peak('other')]).toEqual([5, 9])
    const found = await service.findings({ seriesId: 's', map: 'combi', threshold: 7, modelId: 'other' })
    expect(found.findings).toHaveLength(1)
    service.forget(['s'])
    expect(service.state('s', 'other').status).toBe('none')
  })
})

describe('a further map', () => {
  const request = { jobId: 'map', seriesId: 's', modelId: model.id, provider: 'auto', firstSlice: 2 } as const

  /** A slice as a run for one more map gives it: nothing but that map. */
  function withOnly(index: number, peak: number): AnalysedSlice {
    const slice = analysed(index, peak)
    const { maps, analysis } = slice
    return {
      ...slice,
      maps: { 'grad-rec': maps.combi! },
      analysis: { ...analysis, maps: ['grad-rec'], peaks: { 'grad-rec': peak } }
    }
  }

  async function analysedSeries() {
    const setting = setUp()
    const ended = setting.start('first')
    await vi.waitFor(() => expect(setting.runs).toHaveLength(1))
    for (const index of [0, 1, 2]) setting.runs[0].events.onSlice?.(analysed(index, 4))
    setting.runs[0].end('done')
    await ended
    return setting
  }

  it('is made of the slices that were analysed, the one looked at first, and added to what is kept of them', async () => {
    const { runs, service, needs } = await analysedSeries()
    expect(() => service.layer({ seriesId: 's', sliceIndex: 2, layer: 'grad-rec' })).toThrow(
      expect.objectContaining({ code: 'map-unavailable' })
    )
    const adding = service.addMap({ ...request, map: 'grad-rec' })
    await vi.waitFor(() => expect(runs).toHaveLength(2))
    // slice 3 was never analysed; grad-rec has no threshold of its own, so nothing is searched
    expect(runs[1].request).toMatchObject({ maps: ['grad-rec'], sliceIndexes: [2, 1, 0] })
    expect(runs[1].request.threshold).toMatchObject({ map: 'grad-rec', value: Infinity })
    const before = service.state('s').slices[2]!
    runs[1].events.onSlice?.(withOnly(2, 7))
    runs[1].end('cancelled')
    const state = await adding
    expect(state.slices[2]).toEqual({
      ...before,
      maps: ['combi', 'grad-rec'],
      peaks: { combi: 4, 'grad-rec': 7 }
    })
    expect(needs.onSlice).toHaveBeenLastCalledWith({ seriesId: 's', jobId: 'map', analysis: state.slices[2] })
    const { values } = service.layer({ seriesId: 's', sliceIndex: 2, layer: 'grad-rec' })
    expect(values[5]).toBe(7)
    expect(service.layer({ seriesId: 's', sliceIndex: 2, layer: 'combi' }).values[5]).toBe(4)

    const again = service.addMap({ ...request, map: 'grad-rec' })
    await vi.waitFor(() => expect(runs).toHaveLength(3))
    expect(runs[2].request.sliceIndexes).toEqual([1, 0])
    runs[2].end('done')
    await again
  })

  it('can be cancelled, and gives way to a new analysis', async () => {
    const { runs, service, start } = await analysedSeries()
    const adding = service.addMap({ ...request, map: 'grad-rec' })
    await vi.waitFor(() => expect(runs).toHaveLength(2))
    service.cancel('map')
    expect(runs[1].signal.aborted).toBe(true)
    runs[1].end('cancelled')
    await adding
    const second = service.addMap({ ...request, map: 'grad-rec' })
    await vi.waitFor(() => expect(runs).toHaveLength(3))
    const analysis = start('second')
    await vi.waitFor(() => expect(runs[2].signal.aborted).toBe(true))
    runs[2].end('cancelled')
    await second
    await vi.waitFor(() => expect(runs).toHaveLength(4))
    runs[3].end('done')
    await analysis
  })

  it('is refused where the model does not make it, or the series is not analysed', async () => {
    const { service } = await analysedSeries()
    await expect(service.addMap({ ...request, map: 'ensemble' })).rejects.toMatchObject({
      code: 'map-unavailable',
      context: { reason: expect.stringContaining('no other models') as string }
    })
    await expect(service.addMap({ ...request, seriesId: 't', map: 'rec' })).rejects.toMatchObject({
      code: 'not-found'
    })
  })

  it('puts approved thresholds in use at once, in what is analysed and in what still comes', async () => {
    const { runs, needs, service, start } = setUp()
    const site = { id: 'site', version: 'site-1', value: 6, map: 'combi' as const }
    const ended = start('one')
    await vi.waitFor(() => expect(runs).toHaveLength(1))
    expect(runs[0].request.threshold.id).not.toBe('site')
    runs[0].events.onSlice?.(analysed(0, 5))
    runs[0].events.onSlice?.(analysed(1, 8))
    needs.siteThresholds.mockResolvedValue([site])
    expect(await service.renewThresholds()).toEqual(['s'])
    // the run began at the model's threshold: what it still brings is searched again
    runs[0].events.onSlice?.(analysed(2, 9))
    runs[0].end('done')
    await ended
    const { threshold, siteThresholds, stamp, slices } = service.state('s')
    expect([threshold, siteThresholds, stamp?.thresholdVersion]).toEqual([site, [site], 'site-1'])
    expect(slices.map((slice) => slice?.findings.length)).toEqual([0, 1, 1, undefined])
    expect(await service.renewThresholds()).toEqual([])
    const again = start('two')
    await vi.waitFor(() => expect(runs).toHaveLength(2))
    expect(runs[1].request.threshold).toEqual(site)
    runs[1].end('done')
    await again
  })
})
