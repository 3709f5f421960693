import { spawn } from 'node:child_process'
import { join } from 'node:path'

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/**
 * Runs the built command line as a person would, without a terminal.
 * @param entries folder with cli.js and engine.js
 */
export function runNidus(
  entries: string,
  cwd: string,
  env: Record<string, string>,
  argv: string[]
): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(entries, 'cli.js'), ...argv], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString()))
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()))
    child.on('close', (code) => done({ code, stdout, stderr }))
  })
}
