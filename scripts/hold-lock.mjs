import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const freshMs = 5_000

/** A lock is abandoned when its owner no longer runs, or died before it could write its number. */
function isAbandoned(folder) {
  let owner
  try {
    owner = Number(readFileSync(join(folder, 'owner'), 'utf8'))
  } catch {
    try {
      return Date.now() - statSync(folder).mtimeMs > freshMs
    } catch {
      return false
    }
  }
  try {
    process.kill(owner, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

/**
 * Runs a task while holding a lock that other processes on this machine respect.
 * @template T
 * @param {string} folder path of the lock: a folder, because making one is atomic everywhere
 * @param {() => Promise<T>} task
 * @param {{ onWait?: () => void, limitMs?: number }} [options] `onWait` is called once if another process holds it
 * @returns {Promise<T>}
 */
export async function holdLock(folder, task, { onWait, limitMs = 20 * 60_000 } = {}) {
  const giveUpAt = Date.now() + limitMs
  let told = false
  for (;;) {
    try {
      mkdirSync(folder)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isAbandoned(folder)) {
      rmSync(folder, { recursive: true, force: true })
      continue
    }
    if (Date.now() > giveUpAt)
      throw new Error(`Another process has held ${folder} for too long; remove it if none runs.`)
    if (!told) onWait?.()
    told = true
    await sleep(250)
  }
  const release = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', release)
  try {
    writeFileSync(join(folder, 'owner'), String(process.pid))
    return await task()
  } finally {
    process.removeListener('exit', release)
    release()
  }
}
