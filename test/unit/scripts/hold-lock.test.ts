import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { holdLock } from '../../../scripts/hold-lock.mjs'

const folder = mkdtempSync(join(tmpdir(), 'nidus-lock-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('holdLock', () => {
  it('lets one task in at a time and releases also after a failure', async () => {
    const lock = join(folder, 'busy')
    let inside = 0
    let most = 0
    const task = async () => {
      inside++
      most = Math.max(most, inside)
      await new Promise((resolve) => setTimeout(resolve, 20))
      inside--
    }
    const failing = holdLock(lock, async () => {
      await task()
      throw new Error('broken')
    })
    await Promise.all([expect(failing).rejects.toThrow('broken'), holdLock(lock, task), holdLock(lock, task)])
    expect(most).toBe(1)
    expect(existsSync(lock)).toBe(false)
  })

  it('takes over the lock of a process that is gone', async () => {
    const lock = join(folder, 'left')
    mkdirSync(lock)
    // Linux numbers processes up to 4,194,304 at most.
    writeFileSync(join(lock, 'owner'), '4194999')
    expect(await holdLock(lock, async () => 'done')).toBe('done')
  })

  it('gives up after its limit while the owner lives', async () => {
    const lock = join(folder, 'held')
    mkdirSync(lock)
    writeFileSync(join(lock, 'owner'), String(process.pid))
    await expect(holdLock(lock, async () => 'done', { limitMs: 0 })).rejects.toThrow(/held .* for too long/)
  })
})
