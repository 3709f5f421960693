import { beforeEach, describe, expect, it, vi } from 'vitest'
import { channelNames, eventNames } from '../../../../src-main/contract/channel-names'

const electron = vi.hoisted(() => ({
  ipcRenderer: { invoke: vi.fn(), on: vi.fn(), removeListener: vi.fn() },
  webUtils: { getPathForFile: vi.fn((file: { real?: string }) => file.real ?? '') } as
    { getPathForFile(file: { real?: string }): string } | undefined
}))
vi.mock('electron', () => electron)
const { exposedApi } = await import('../../../../src-main/preload/exposed-api')
const { listenForDrops } = await import('../../../../src-main/preload/dropped-paths')

beforeEach(() => vi.clearAllMocks())

describe('exposedApi', () => {
  it('reaches every channel by a function of its own, except the one for paths', async () => {
    const api = exposedApi as unknown as Record<string, (argument: unknown) => unknown>
    for (const [name, ask] of Object.entries(api)) if (!name.startsWith('on')) await ask({})
    const reached = electron.ipcRenderer.invoke.mock.calls.map(([channel]) => channel as string)
    expect(reached.sort()).toEqual(channelNames.filter((name) => name !== 'study:open-dropped').sort())
  })

  it('hands on events without the event object, and stops when told', () => {
    const api = exposedApi as unknown as Record<string, (listener: (payload: unknown) => void) => () => void>
    const names = Object.keys(api).filter((name) => name.startsWith('on') && name !== 'onDrop')
    expect(names).toHaveLength(eventNames.length)
    for (const name of names) {
      const listener = vi.fn()
      const stop = api[name](listener)
      const [event, forward] = electron.ipcRenderer.on.mock.lastCall as [string, (...args: unknown[]) => void]
      expect(eventNames).toContain(event)
      forward({ sender: 'secret' }, 'payload')
      expect(listener).toHaveBeenCalledWith('payload')
      stop()
      expect(electron.ipcRenderer.removeListener).toHaveBeenLastCalledWith(event, forward)
    }
  })
})

describe('listenForDrops', () => {
  const drop = (files: object[]) =>
    Object.assign(new Event('drop', { cancelable: true }), {
      dataTransfer: { files }
    }) as unknown as DragEvent

  it('opens the paths behind dropped files and reports the start and the end', async () => {
    const target = new EventTarget()
    const open = vi.fn(async () => ({ ok: true, value: 'opened' }) as never)
    const report = vi.fn()
    const stop = listenForDrops(target as never, open, report)
    const event = drop([{ real: '/a.dcm' }, {}, { real: '/b' }])
    target.dispatchEvent(event as never)
    await vi.waitFor(() => expect(report).toHaveBeenCalledTimes(2))
    expect(event.defaultPrevented).toBe(true)
    expect(open).toHaveBeenCalledWith(['/a.dcm', '/b'])
    expect(report.mock.calls).toEqual([
      [{ phase: 'started', count: 2 }],
      [{ phase: 'ended', answer: { ok: true, value: 'opened' } }]
    ])
    stop()
    target.dispatchEvent(drop([{ real: '/c' }]) as never)
    expect(open).toHaveBeenCalledTimes(1)
  })

  it('keeps the window from navigating to a drop without files on disk, and opens nothing', () => {
    const target = new EventTarget()
    const open = vi.fn()
    listenForDrops(target as never, open, vi.fn())
    const event = drop([{}])
    target.dispatchEvent(event as never)
    expect(event.defaultPrevented).toBe(true)
    expect(open).not.toHaveBeenCalled()
  })

  it('takes the path from the file itself where Electron has no webUtils', async () => {
    const { webUtils } = electron
    electron.webUtils = undefined
    const target = new EventTarget()
    const open = vi.fn(async () => ({ ok: true }) as never)
    listenForDrops(target as never, open, vi.fn())
    target.dispatchEvent(drop([{ path: '/old.dcm' }]) as never)
    electron.webUtils = webUtils
    expect(open).toHaveBeenCalledWith(['/old.dcm'])
  })
})
