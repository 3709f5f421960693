import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIfStale } from '../../scripts/build-if-stale.mjs'

/** `npm start` with a program in Electron's place that says how it was called and does as FAKE_ELECTRON bids. */
const root = resolve(__dirname, '../..')
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nidus-start-')))
const fakeElectron = join(folder, 'electron')

beforeAll(async () => {
  writeFileSync(
    fakeElectron,
    `#!${process.execPath}
if (process.argv[2] === '-p' || process.argv[2] === 'process.versions.electron') { console.log('1.2.3'); process.exit(0) }
console.log('CALLED ' + JSON.stringify({ args: process.argv.slice(2), screenshot: process.env.NIDUS_SCREENSHOT ?? null }))
if (process.env.FAKE_ELECTRON === 'write') require('node:fs').writeFileSync(process.env.NIDUS_SCREENSHOT, 'PNG')
process.exit(process.env.FAKE_ELECTRON === 'fail' ? 1 : 0)
`,
    { mode: 0o755 }
  )
  await buildIfStale(() => {})
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function start(args: string[], bidding = '') {
  const result = spawnSync(process.execPath, [join(root, 'scripts', 'start.mjs'), ...args], {
    encoding: 'utf8',
    // A display that nobody opens: the stand-in has no window.
    env: {
      ...process.env,
      NIDUS_ELECTRON: fakeElectron,
      FAKE_ELECTRON: bidding,
      INIT_CWD: folder,
      DISPLAY: ':none'
    }
  })
  const called = /^CALLED (.*)$/m.exec(result.stdout)?.[1]
  return { code: result.status, output: result.stdout + result.stderr, called: called && JSON.parse(called) }
}

describe.skipIf(process.platform === 'win32')('npm start', () => {
  it('does not build again what is up to date', async () => {
    expect(await buildIfStale(() => {})).toEqual({ built: false })
  })

  it('names the Electron, and passes paths as seen from where it was called', () => {
    const { code, output, called } = start(['study/one', '/abs/two'])
    expect(output).toContain('Electron 1.2.3 (named by NIDUS_ELECTRON)')
    const asRoot = process.getuid?.() === 0
    expect(called.args).toEqual([
      root,
      ...(asRoot ? ['--no-sandbox'] : []),
      '--',
      join(folder, 'study/one'),
      '/abs/two'
    ])
    expect(called.screenshot).toBeNull()
    expect(output.includes('--no-sandbox)')).toBe(asRoot)
    expect(code).toBe(0)
  })

  it('ends with 0 when the screenshot was written', () => {
    const { code, called } = start(['--screenshot', 'shot.png'], 'write')
    expect(called.screenshot).toBe(join(folder, 'shot.png'))
    expect(existsSync(join(folder, 'shot.png'))).toBe(true)
    expect(code).toBe(0)
  })

  it('ends with 1 when the app fails, or leaves no file, an old one included', () => {
    writeFileSync(join(folder, 'old.png'), 'from an earlier run')
    expect(start(['--screenshot', 'old.png']).code).toBe(1)
    expect(existsSync(join(folder, 'old.png'))).toBe(false)
    expect(start(['--screenshot', 'other.png'], 'fail').code).toBe(1)
  })

  it('refuses unknown options', () => {
    const { code, output } = start(['--nonsense'])
    expect(code).toBe(2)
    expect(output).toContain('usage: npm start')
  })
})
