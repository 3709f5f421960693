import { describe, expect, it } from 'vitest'
import { lastLine, runCommand } from '../../../scripts/run-command.mjs'

describe('runCommand', () => {
  it('collects the output and the exit code', async () => {
    const result = await runCommand(process.execPath, [
      '-e',
      'console.log("out"); console.error("why"); process.exit(3)'
    ])
    expect(result.code).toBe(3)
    expect(result.output).toContain('out')
    expect(lastLine(result.output)).toMatch(/out|why/)
  })

  it('says when the program does not exist', async () => {
    expect(await runCommand('no-such-program-here', [])).toMatchObject({ code: null, missing: true })
  })

  it.skipIf(process.platform === 'win32')('kills the program and its children past the limit', async () => {
    // The child sleeps far longer than the limit and holds the output open: close comes only when it is dead too.
    const result = await runCommand('sh', ['-c', 'sleep 600 & wait'], { limitMs: 200 })
    expect(result).toMatchObject({ code: null, timedOut: true })
  })
})
