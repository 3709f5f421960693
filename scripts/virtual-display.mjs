import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lastLine } from './run-command.mjs'

/** True on Linux where no display server is named. */
export const hasNoDisplay = () =>
  process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY

/** One Xauthority entry (Xau library): any host, any display, MIT-MAGIC-COOKIE-1. */
function authorityEntry(cookie) {
  const field = (bytes) => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(bytes.length, 0)
    return Buffer.concat([length, bytes])
  }
  const anyFamily = Buffer.of(0xff, 0xff)
  const nothing = Buffer.alloc(0)
  return Buffer.concat([
    anyFamily,
    field(nothing),
    field(nothing),
    field(Buffer.from('MIT-MAGIC-COOKIE-1')),
    field(cookie)
  ])
}

/**
 * Starts an Xvfb on a free display; only holders of its cookie may connect, so that other users of the machine
 * cannot look at what is shown.
 * @returns {Promise<{ environment: { DISPLAY: string, XAUTHORITY: string }, stop: () => void }>}
 * @throws {Error} when Xvfb does not come up
 */
export async function startVirtualDisplay() {
  const folder = mkdtempSync(join(tmpdir(), 'nidus-display-'))
  const authority = join(folder, 'authority')
  writeFileSync(authority, authorityEntry(randomBytes(16)), { mode: 0o600 })
  const child = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset', '-auth', authority],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true }
  )
  const stop = () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', stop)
  const display = await new Promise((resolve, reject) => {
    let complaint = ''
    let answer = ''
    const timer = setTimeout(() => reject(new Error('Xvfb did not come up within 20 s')), 20_000)
    const fail = (reason) => {
      clearTimeout(timer)
      reject(new Error(`Xvfb did not start: ${reason}`))
    }
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      complaint = (complaint + chunk).slice(-4000)
    })
    child.stdio[3].setEncoding('utf8').on('data', (chunk) => {
      answer += chunk
      if (!answer.includes('\n')) return
      clearTimeout(timer)
      resolve(`:${answer.trim()}`)
    })
    child.on('error', (error) => fail(error.message))
    child.on('exit', () => fail(lastLine(complaint)))
  }).catch((error) => {
    stop()
    throw error
  })
  // The display must not keep this process alive.
  child.unref()
  child.stderr.unref?.()
  child.stdio[3].unref?.()
  return {
    environment: { DISPLAY: display, XAUTHORITY: authority },
    stop: () => {
      process.removeListener('exit', stop)
      stop()
    }
  }
}
