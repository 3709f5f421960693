import { beforeEach, describe, expect, it, vi } from 'vitest'
import { channelNames, type ChannelName } from '../../../../src-main/contract/channel-names'
import type { AppFacts } from '../../../../src-main/contract/channels'
import { defaultSettings } from '../../../../src-main/contract/settings'
import { NidusError } from '../../../../src-main/contract/errors'
import { electronDouble } from '../../../helpers/electron-double'
import { calibrationCases, calibrationServices } from './calibration-cases'
import { feedbackCases, feedbackServices } from './feedback-cases'
import { modelCases, modelServices } from './model-cases'

const electron = vi.hoisted(() => ({ ipcMain: { handle: vi.fn() } }))
vi.mock('electron', () => electron)

const { createHandle, isFromPage } = await import('../../../../src-main/ipc/handle')
const { registerAnalysisHandlers } = await import('../../../../src-main/ipc/analysis-handlers')
const { registerAppHandlers } = await import('../../../../src-main/ipc/app-handlers')
const { registerModelHandlers } = await import('../../../../src-main/ipc/model-handlers')
const { registerEvidenceHandlers } = await import('../../../../src-main/ipc/evidence-handlers')
const { registerSettingsHandlers } = await import('../../../../src-main/ipc/settings-handlers')
const { registerCalibrationHandlers } = await import('../../../../src-main/ipc/calibration-handlers')
const { registerFeedbackHandlers } = await import('../../../../src-main/ipc/feedback-handlers')
const { registerStudyHandlers } = await import('../../../../src-main/ipc/study-handlers')

const pageUrl = 'file:///app/out/renderer/index.html'
const opened = { studies: [], problems: [] }
const facts = { version: '1' } as AppFacts

function setUp(launched: Promise<unknown> = Promise.resolve()) {
  const double = electronDouble()
  electron.ipcMain.handle = double.module.ipcMain.handle
  const services = {
    studies: {
      open: vi.fn(async () => opened),
      list: vi.fn(() => opened),
      closeAll: vi.fn(),
      cancelOpening: vi.fn(),
      slices: vi.fn(() => 'slices' as never),
      pixels: vi.fn(async () => 'pixels' as never),
      thumbnail: vi.fn(async () => 'thumbnail' as never)
    },
    choosePaths: vi.fn(async (): Promise<string[] | null> => ['/picked']),
    models: { list: vi.fn(async () => ({ models: [], suits: {} })) },
    analyses: {
      start: vi.fn(async () => 'started' as never),
      addMap: vi.fn(async () => 'added' as never),
      cancel: vi.fn(),
      state: vi.fn(() => 'state' as never),
      layer: vi.fn(() => 'layer' as never),
      findings: vi.fn(async () => 'findings' as never),
      histogram: vi.fn(async () => 'histogram' as never)
    },
    engineState: vi.fn(() => ({ status: 'idle' as const, provider: null, message: '' })),
    onFirstHeatmap: vi.fn(),
    settings: {
      current: defaultSettings,
      takeWarning: vi.fn(() => null),
      change: vi.fn(() => defaultSettings)
    },
    ...feedbackServices(),
    ...calibrationServices(),
    ...modelServices()
  }
  const handle = createHandle((event) => isFromPage(event, pageUrl))
  registerStudyHandlers(handle, { ...services, demoFolder: '/demo', launched })
  registerAnalysisHandlers(handle, services)
  registerModelHandlers(handle, services.imports)
  registerEvidenceHandlers(handle, services)
  registerSettingsHandlers(handle, services.settings)
  registerFeedbackHandlers(handle, services)
  registerCalibrationHandlers(handle, services)
  registerAppHandlers(handle, { facts, onFirstHeatmap: services.onFirstHeatmap })
  return { ...double, services }
}

let running: ReturnType<typeof setUp>
beforeEach(() => {
  running = setUp()
})

const start = { jobId: 'j', seriesId: 's', modelId: 'm', provider: 'auto', firstSlice: 0 }

/** For every channel: a request that it takes, what it answers, and requests that it must refuse. */
const cases: Record<ChannelName, { good: unknown; answer: unknown; bad: unknown[] }> = {
  'app:facts': { good: undefined, answer: facts, bad: [{}, null, 'x'] },
  'app:first-heatmap-shown': { good: undefined, answer: null, bad: [1] },
  'study:open-dialog': { good: { what: 'files' }, answer: opened, bad: [undefined, { what: 'disk' }] },
  'study:open-demo': { good: undefined, answer: opened, bad: [{ path: '/etc' }] },
  'study:open-dropped': {
    good: { paths: ['/a'] },
    answer: opened,
    bad: [{ paths: [] }, { paths: [7] }, { paths: [''] }, { paths: ['x'.repeat(5000)] }]
  },
  'study:list': { good: undefined, answer: opened, bad: [[]] },
  'study:close-all': { good: undefined, answer: null, bad: [true] },
  'study:cancel-opening': { good: undefined, answer: null, bad: [{ path: '/a' }] },
  'study:slices': {
    good: { seriesId: 's', from: 0 },
    answer: 'slices',
    bad: [{ seriesId: 's' }, { seriesId: 's', from: -1 }, { seriesId: '', from: 0 }]
  },
  'study:pixels': {
    good: { seriesId: 's', sliceIndex: 0 },
    answer: 'pixels',
    bad: [
      { seriesId: 's' },
      { seriesId: 's', sliceIndex: -1 },
      { seriesId: 's', sliceIndex: 0.5 },
      { seriesId: 's', sliceIndex: 0, sliceId: 7 },
      { seriesId: 's', sliceIndex: 0, sliceId: '' },
      { seriesId: '', sliceIndex: 0 }
    ]
  },
  'study:thumbnail': { good: { seriesId: 's' }, answer: 'thumbnail', bad: [{}, { seriesId: 3 }] },
  'model:list': { good: undefined, answer: { models: [], suits: {} }, bad: [{}] },
  'analysis:start': {
    good: start,
    answer: 'started',
    bad: [undefined, { ...start, provider: 'gpu' }, { ...start, jobId: '' }, { ...start, firstSlice: NaN }]
  },
  'analysis:add-map': {
    good: { ...start, map: 'context' },
    answer: 'added',
    bad: [undefined, start, { ...start, map: 'heat' }, { ...start, map: 'rec', firstSlice: -1 }]
  },
  'analysis:cancel': { good: { jobId: 'j' }, answer: null, bad: [{}, { jobId: 'x'.repeat(101) }] },
  'analysis:state': { good: { seriesId: 's' }, answer: 'state', bad: [undefined] },
  'analysis:map': {
    good: { seriesId: 's', sliceIndex: 1, layer: 'reconstruction' },
    answer: 'layer',
    bad: [{ seriesId: 's', sliceIndex: 1, layer: 'nothing' }]
  },
  'analysis:findings': {
    good: { seriesId: 's', map: 'rec', threshold: 2 },
    answer: 'findings',
    bad: [
      { seriesId: 's', map: 'rec', threshold: Infinity },
      { seriesId: 's', map: 'reconstruction', threshold: 2 }
    ]
  },
  'engine:state': { good: undefined, answer: { status: 'idle', provider: null, message: '' }, bad: ['x'] },
  'evidence:histogram': {
    good: { seriesId: 's', map: 'rec', low: 0, high: 10, bins: 50 },
    answer: 'histogram',
    bad: [
      { seriesId: 's', map: 'rec', low: 10, high: 0, bins: 50 },
      { seriesId: 's', map: 'reconstruction', low: 0, high: 10, bins: 50 },
      { seriesId: 's', map: 'rec', low: 0, high: 10, bins: 1e9 }
    ]
  },
  'settings:get': { good: undefined, answer: { settings: defaultSettings, warning: null }, bad: [{}] },
  'settings:set': {
    good: { firstLook: false, heatmapOpacity: 0.25 },
    answer: defaultSettings,
    bad: [undefined, { firstLook: 1 }, { heatmapOpacity: 1.5 }, { heatmapStyle: 'blur' }, { path: '/etc' }]
  },
  ...feedbackCases,
  ...calibrationCases,
  ...modelCases
}

describe.each(channelNames.map((name) => [name] as const))('%s', (name) => {
  const { good, answer, bad } = cases[name]

  it('accepts what its schema says', async () => {
    expect(await running.ask(name, good, running.ours)).toEqual({ ok: true, value: answer })
  })

  it('refuses anything else without calling its service', async () => {
    for (const request of bad) {
      expect(await running.ask(name, request, running.ours)).toMatchObject({
        ok: false,
        error: { code: 'request-invalid', context: { channel: name } }
      })
    }
    const { studies, analyses, settings, askFeedback, calibration, imports } = running.services
    const { reader: _, ...feedback } = running.services.feedback
    const called = Object.values({
      ...studies,
      ...analyses,
      ...feedback,
      ...calibration,
      ...imports,
      askFeedback,
      change: settings.change
    }).filter((service) => service.mock.calls.length > 0)
    expect(called).toEqual([])
  })

  it('refuses foreign senders: other pages, embedded frames, frames that are gone', async () => {
    const page = running.ours.senderFrame
    const strangers = [
      { sender: { mainFrame: page }, senderFrame: { url: pageUrl } },
      ...['https://example.org/', `${pageUrl}?x`, 'file:///app/out/renderer/other.html'].map((url) => {
        const frame = { url }
        return { sender: { mainFrame: frame }, senderFrame: frame }
      }),
      { sender: { mainFrame: page }, senderFrame: null }
    ]
    for (const stranger of strangers) {
      expect(await running.ask(name, good, stranger)).toMatchObject({
        ok: false,
        error: { code: 'sender-foreign' }
      })
    }
  })
})

describe('the envelope', () => {
  it('carries code and context of what a service throws', async () => {
    running.services.studies.pixels.mockRejectedValueOnce(
      new NidusError('dicom-truncated', { path: '/a.dcm', reason: '10 of 20 bytes' })
    )
    expect(await running.ask('study:pixels', { seriesId: 's', sliceIndex: 0 }, running.ours)).toEqual({
      ok: false,
      error: { code: 'dicom-truncated', context: { path: '/a.dcm', reason: '10 of 20 bytes' } }
    })
  })

  it('turns the unforeseen into an internal error', async () => {
    running.services.analyses.start.mockRejectedValueOnce(new TypeError('x is undefined'))
    expect(await running.ask('analysis:start', start, running.ours)).toMatchObject({
      ok: false,
      error: { code: 'internal', context: { reason: 'x is undefined' } }
    })
  })
})

describe('verdicts', () => {
  it('leave and return by the person’s own choice of place, and not at all where they changed their mind', async () => {
    const { askFeedback, chooseExportPlace, chooseImport } = running.services
    await running.ask('feedback:export', { format: 'png' }, running.ours)
    expect(chooseExportPlace).toHaveBeenCalledWith('png')
    expect(askFeedback).toHaveBeenLastCalledWith('exportFeedback', {
      format: 'png',
      out: '/out',
      studies: []
    })
    await running.ask('feedback:import', { what: 'files' }, running.ours)
    expect(askFeedback).toHaveBeenLastCalledWith('importFeedback', { paths: ['/in'], reader: 'A. Reader' })
    chooseExportPlace.mockResolvedValueOnce(null)
    chooseImport.mockResolvedValueOnce(null)
    expect(await running.ask('feedback:export', { format: 'csv' }, running.ours)).toEqual({
      ok: true,
      value: null
    })
    expect(await running.ask('feedback:import', { what: 'files' }, running.ours)).toEqual({
      ok: true,
      value: null
    })
    expect(askFeedback).toHaveBeenCalledTimes(2)
  })

  it('carry the reader’s name without the blanks around it', async () => {
    await running.ask('feedback:start-session', { reader: ' A.  Reader ' }, running.ours)
    expect(running.services.feedback.startSession).toHaveBeenCalledWith('A. Reader')
  })
})

describe('opening', () => {
  it('opens what the person picked, and nothing where they changed their mind', async () => {
    await running.ask('study:open-dialog', { what: 'folder' }, running.ours)
    expect(running.services.studies.open).toHaveBeenCalledWith(['/picked'])
    running.services.choosePaths.mockResolvedValueOnce(null)
    expect(await running.ask('study:open-dialog', { what: 'files' }, running.ours)).toEqual({
      ok: true,
      value: null
    })
    expect(running.services.studies.open).toHaveBeenCalledTimes(1)
  })

  it('opens the bundled study and no other for the demo', async () => {
    await running.ask('study:open-demo', undefined, running.ours)
    expect(running.services.studies.open).toHaveBeenCalledWith(['/demo'])
  })

  it('tells of a failed start once, and lists from then on', async () => {
    const failed = setUp(Promise.reject(new NidusError('internal', { reason: 'reader' })))
    expect(await failed.ask('study:list', undefined, failed.ours)).toMatchObject({ ok: false })
    expect(await failed.ask('study:list', undefined, failed.ours)).toEqual({ ok: true, value: opened })
  })
})
