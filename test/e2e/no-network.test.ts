import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { internetSockets, processTree } from '../helpers/app-sockets'
import { cleanEnvironment, electronPath, repositoryRoot, rootFlags } from '../helpers/launch-app'
import { temporaryFolder } from '../helpers/temporary-folder'

const folder = temporaryFolder()

interface Run {
  code: number | null
  errors: string
  sockets: Set<string>
  processes: Set<number>
}

/** Starts the app the way npm start does, without a test driver, and watches its sockets until it ends. */
async function run(name: string, env: Record<string, string>, paths: string[] = []): Promise<Run> {
  const flags = [`--user-data-dir=${join(folder, name)}`, `--log-net-log=${join(folder, `${name}.json`)}`]
  const child = spawn(await electronPath(), [repositoryRoot, ...rootFlags, ...flags, '--', ...paths], {
    env: cleanEnvironment(env),
    stdio: ['ignore', 'ignore', 'pipe']
  })
  const seen: Run = { code: null, errors: '', sockets: new Set(), processes: new Set() }
  child.stderr.on('data', (chunk: Buffer) => (seen.errors += chunk.toString()))
  const watch = setInterval(() => {
    const pids = processTree(child.pid as number)
    for (const pid of pids) seen.processes.add(pid)
    for (const socket of internetSockets(pids)) seen.sockets.add(socket)
  }, 10)
  seen.code = await new Promise((resolve) => child.on('close', resolve))
  clearInterval(watch)
  return seen
}

/** Addresses that Chromium's own log of its network stack says it dealt with, and the sockets that it opened. */
function netLog(name: string): { urls: string[]; sockets: number } {
  const text = readFileSync(join(folder, `${name}.json`), 'utf8')
  // the log of a process that was told to exit may lack its end
  const log = JSON.parse(/\]\s*\}\s*$/.test(text) ? text : `${text.trimEnd().replace(/,$/, '')}]}`) as {
    constants: { logSourceType: Record<string, number> }
    events: { source: { type: number }; params?: { url?: string; host?: string } }[]
  }
  const types = log.constants.logSourceType
  const socketTypes = ['SOCKET', 'UDP_SOCKET', 'TRANSPORT_CONNECT_JOB', 'HOST_RESOLVER_IMPL_JOB'].map(
    (type) => types[type]
  )
  return {
    urls: log.events.flatMap(({ params }) => (params?.url ? [params.url] : [])),
    sockets: log.events.filter(({ source }) => socketTypes.includes(source.type)).length
  }
}

describe.runIf(process.platform === 'linux')('a start for a screenshot, without a test driver', () => {
  it('writes a picture with a heatmap, ends with 0, and opens no connection', async () => {
    const picture = join(folder, 'window.png')
    const { code, sockets, processes, errors } = await run('picture', { NIDUS_SCREENSHOT: picture })
    expect(errors).not.toContain('No screenshot')
    expect(code).toBe(0)
    const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    expect(info.width).toBeGreaterThanOrEqual(1000)
    // the middle of the window, where the panes are: the heatmap is the only colour there
    let coloured = 0
    for (let y = Math.round(info.height * 0.15); y < info.height * 0.8; y++) {
      for (let x = Math.round(info.width * 0.25); x < info.width * 0.7; x++) {
        const [r, g, b] = data.subarray(3 * (y * info.width + x))
        if (r - b > 40 && r > 120 && r >= g) coloured++
      }
    }
    expect(coloured).toBeGreaterThan(300)

    // main, zygotes, network service, window, reader, engine
    expect(processes.size).toBeGreaterThanOrEqual(5)
    expect([...sockets]).toEqual([])
    const { urls, sockets: logged } = netLog('picture')
    expect(urls.filter((url) => !/^(file|data|blob|devtools):/.test(url))).toEqual([])
    expect(logged).toBe(0)
  })

  it('ends with 1, one line of reason and no picture where nothing can be read', async () => {
    const picture = join(folder, 'never.png')
    const { code, errors } = await run('nothing', { NIDUS_SCREENSHOT: picture }, [
      join(folder, 'does-not-exist')
    ])
    expect(code).toBe(1)
    expect(errors.split('\n').filter((line) => line.startsWith('No screenshot'))).toEqual([
      'No screenshot: nothing could be read'
    ])
    expect(existsSync(picture)).toBe(false)
  })

  it('would have noticed: the same watch sees a socket of this process', async () => {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.connect(9, '127.0.0.1', resolve))
    expect(internetSockets([process.pid])).toContainEqual(expect.stringMatching(/^udp 0100007F:0009$/))
    socket.close()
  })
})
