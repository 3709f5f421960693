import { describe, expect, it, vi } from 'vitest'

vi.mock('electron', () => ({ app: {} }))
const { forbidNetwork, isOwn } = await import('../../../../src-main/platform/forbid-network')

const folder = 'file:///opt/nidus/out/renderer/'

describe('isOwn', () => {
  it('lets the page and what it makes itself through', () => {
    for (const url of [
      `${folder}index.html`,
      `${folder}assets/index-a.b.js`,
      'data:image/png;base64,AA',
      'blob:null/1'
    ]) {
      expect(isOwn(url, folder)).toBe(true)
    }
  })

  it('stops every other scheme, host, file and way out of the folder', () => {
    for (const url of [
      'https://example.org/',
      'http://localhost:1/',
      'ws://127.0.0.1/',
      'ftp://x/',
      'file:///etc/passwd',
      'file:///opt/nidus/out/main/index.js',
      `${folder}../main/index.js`,
      `${folder}%2e%2E/main/index.js`,
      `${folder}.%2e/main/index.js`,
      'devtools://devtools/bundled/inspector.html',
      'chrome-extension://x/y'
    ]) {
      expect(isOwn(url, folder)).toBe(false)
    }
  })
})

describe('forbidNetwork', () => {
  it('denies requests, permissions, devices and downloads', () => {
    let request:
      ((details: { url: string }, answer: (verdict: { cancel: boolean }) => void) => void) | undefined
    let permission:
      ((contents: unknown, name: string, answer: (granted: boolean) => void) => void) | undefined
    let check: (() => boolean) | undefined
    let device: (() => boolean) | undefined
    let download: ((event: { preventDefault(): void }) => void) | undefined
    forbidNetwork(
      {
        webRequest: { onBeforeRequest: (listener: typeof request) => (request = listener) },
        setPermissionRequestHandler: (listener: typeof permission) => (permission = listener),
        setPermissionCheckHandler: (listener: typeof check) => (check = listener),
        setDevicePermissionHandler: (listener: typeof device) => (device = listener),
        setSpellCheckerEnabled: vi.fn(),
        setSpellCheckerDictionaryDownloadURL: vi.fn(),
        on: (_: string, listener: typeof download) => (download = listener)
      } as never,
      folder
    )
    const verdicts: boolean[] = []
    request?.({ url: 'https://example.org/' }, ({ cancel }) => verdicts.push(cancel))
    request?.({ url: `${folder}index.html` }, ({ cancel }) => verdicts.push(cancel))
    expect(verdicts).toEqual([true, false])
    const granted = vi.fn()
    permission?.({}, 'geolocation', granted)
    expect(granted).toHaveBeenCalledWith(false)
    expect([check?.(), device?.()]).toEqual([false, false])
    const preventDefault = vi.fn()
    download?.({ preventDefault })
    expect(preventDefault).toHaveBeenCalled()
  })
})
