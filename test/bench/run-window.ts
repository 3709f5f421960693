import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { WindowRun } from './measure-window'

/**
 * Measures the window of the built app in a process of its own, under Xvfb where there is no display.
 * @returns why there are no figures where the app could not be driven
 */
export async function runWindow(seriesFolder: string): Promise<WindowRun | { reason: string }> {
  const hidden = process.platform === 'linux' && !process.env.DISPLAY
  const script = [process.execPath, join(__dirname, 'window.js'), seriesFolder]
  const [program, ...argv] = hidden ? ['xvfb-run', '-a', '-s', '-screen 0 1440x900x24', ...script] : script
  return new Promise((resolve) => {
    let text = ''
    const child = spawn(program as string, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', (part: Buffer) => (text += part.toString()))
    let complaint = ''
    child.stderr.on('data', (part: Buffer) => (complaint += part.toString()))
    child.once('error', (error) => resolve({ reason: error.message }))
    child.once('close', (code) => {
      const line = text.split('\n').find((each) => each.startsWith('{'))
      if (code === 0 && line) resolve(JSON.parse(line) as WindowRun)
      else resolve({ reason: complaint.split('\n')[0] || `ended with exit code ${code}` })
    })
  })
}
