import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, type RunningApp } from '../helpers/launch-app'

let running: RunningApp
let page: Page

beforeAll(async () => {
  running = await launchApp()
  page = running.page
  await page.getByTestId('viewport-overlay').waitFor()
})
afterAll(() => running.close())

describe('the window', () => {
  it('is isolated, sandboxed and without Node', async () => {
    const preferences = await running.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0].webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>
      }
      return contents.getLastWebPreferences()
    })
    expect(preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false
    })
    // left out by older Electrons where it is off
    expect(preferences.nodeIntegrationInWorker ?? false).toBe(false)
    expect(await running.app.evaluate(({ session }) => session.defaultSession.isSpellCheckerEnabled())).toBe(
      false
    )
    expect(
      await page.evaluate(() =>
        ['require', 'process', 'module', 'global', 'Buffer', 'ipcRenderer', 'electron'].filter(
          (name) => name in window
        )
      )
    ).toEqual([])
  })

  it('gives the page named functions and nothing generic, and they can not be replaced', async () => {
    const members = await page.evaluate(() =>
      Object.entries(window.nidus).map(([name, member]) => [name, typeof member])
    )
    expect(members.length).toBeGreaterThan(10)
    expect(members.filter(([, type]) => type !== 'function')).toEqual([])
    expect(members.map(([name]) => name)).not.toEqual(expect.arrayContaining(['invoke', 'send', 'on']))
    expect(
      await page.evaluate(() => {
        try {
          ;(window as unknown as { nidus: unknown }).nidus = {}
        } catch {
          // refused aloud
        }
        return typeof window.nidus.appFacts
      })
    ).toBe('function')
  })

  it('has a policy that forbids foreign code and inline code', async () => {
    const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toContain('unsafe')
    const ran = await page.evaluate(async () => {
      const script = document.createElement('script')
      script.textContent = 'window.inlineRan = true'
      document.head.append(script)
      await new Promise((resolve) => setTimeout(resolve, 50))
      return 'inlineRan' in window
    })
    expect(ran).toBe(false)
  })

  it('goes nowhere else and opens no other window', async () => {
    const url = page.url()
    await page.evaluate(() => {
      location.href = 'https://example.org/'
    })
    expect(await page.evaluate(() => window.open('https://example.org/'))).toBeNull()
    await page.evaluate(() => {
      const link = Object.assign(document.createElement('a'), {
        href: 'file:///etc/passwd',
        target: '_blank'
      })
      document.body.append(link)
      link.click()
      link.remove()
    })
    await page.waitForTimeout(300)
    expect(page.url()).toBe(url)
    expect(running.app.windows()).toHaveLength(1)
    expect(await page.getByTestId('viewport-overlay').isVisible()).toBe(true)
  })

  it('reaches no address and no file outside of the app', async () => {
    const outcomes = await page.evaluate(() =>
      Promise.all(
        ['https://example.org/', 'http://127.0.0.1:9/', 'file:///etc/passwd', '../main/index.js'].map((url) =>
          fetch(url).then(
            () => `${url} came`,
            () => 'refused'
          )
        )
      )
    )
    expect(outcomes).toEqual(['refused', 'refused', 'refused', 'refused'])
    const session = await running.app.evaluate(async ({ session, net }) => {
      const ask = (url: string): Promise<string> =>
        new Promise((resolve) => {
          const request = net.request({ url, session: session.defaultSession })
          request.on('response', () => resolve('came'))
          request.on('error', () => resolve('refused'))
          request.on('abort', () => resolve('refused'))
          request.end()
        })
      return [
        await ask('http://127.0.0.1:9/'),
        await session.defaultSession.resolveProxy('https://example.org/')
      ]
    })
    expect(session).toEqual(['refused', 'DIRECT'])
  })

  it('gets no permission', async () => {
    const answers = await page.evaluate(async () => [
      await Notification.requestPermission(),
      await navigator.mediaDevices.getUserMedia({ audio: true }).then(
        () => 'granted',
        () => 'denied'
      ),
      await new Promise((resolve) =>
        navigator.geolocation.getCurrentPosition(
          () => resolve('granted'),
          () => resolve('denied')
        )
      )
    ])
    expect(answers).toEqual(['denied', 'denied', 'denied'])
  })
})
