/**
 * npm start [-- [PATH...] [--screenshot FILE]]
 * Builds Nidus when its sources changed, finds or fetches Electron and opens the given studies, or the bundled demo
 * study. With --screenshot it writes a PNG of the window when the first heatmap is up and ends: 0 when the file was
 * written, 1 when it was not.
 */
import { spawn } from 'node:child_process'
import { rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildIfStale } from './build-if-stale.mjs'
import { ensureElectron } from './electron-runtime.mjs'
import { killTree, passSignals } from './run-command.mjs'
import { describeSandboxObstacle } from './sandbox-obstacle.mjs'
import { ensureSystemLibraries } from './system-libraries.mjs'
import { hasNoDisplay, startVirtualDisplay } from './virtual-display.mjs'

const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const screenshotLimitMs = 180_000

const usage = `usage: npm start -- [PATH...] [--screenshot FILE]
  PATH               a study: DICOM or PNG files or folders (none: the bundled demo study)
  --screenshot FILE  write a PNG of the window when the first heatmap is up, then end`

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { screenshot: { type: 'string' }, help: { type: 'boolean', short: 'h' } }
    })
  } catch (error) {
    console.error(`${error.message}\n${usage}`)
    process.exit(2)
  }
}

function wasWritten(file) {
  try {
    return statSync(file).size > 0
  } catch {
    return false
  }
}

/** Runs Electron to its end; past the limit it and its children are killed. */
function runElectron(executablePath, args, env, limitMs) {
  return new Promise((resolveCode) => {
    const child = spawn(executablePath, args, {
      cwd: repositoryRoot,
      env,
      stdio: 'inherit',
      detached: process.platform !== 'win32'
    })
    const stopPassing = passSignals(child)
    const timer =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            console.error(`No heatmap within ${limitMs / 1000} s`)
            killTree(child, 'SIGKILL')
          }, limitMs)
    const finish = (code) => {
      clearTimeout(timer)
      stopPassing()
      resolveCode(code)
    }
    child.on('error', (error) => {
      console.error(`Electron did not start: ${error.message}`)
      finish(1)
    })
    child.on('exit', (code, signal) => finish(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
}

async function start() {
  const { values, positionals } = readArguments()
  if (values.help) {
    console.log(usage)
    return 0
  }
  // npm runs scripts in the package's folder; paths are meant from where the person stands.
  const from = process.env.INIT_CWD ?? process.cwd()
  const paths = positionals.map((path) => resolve(from, path))
  const screenshot = values.screenshot === undefined ? undefined : resolve(from, values.screenshot)

  await buildIfStale()
  const electron = await ensureElectron()
  const needsXvfb = hasNoDisplay()
  await ensureSystemLibraries(electron.executablePath, { needsXvfb })
  console.log(electron.line)

  const asRoot = process.getuid?.() === 0
  if (asRoot) console.log('Running as root: Chromium refuses its sandbox there, so it is off (--no-sandbox)')
  const obstacle = asRoot ? undefined : describeSandboxObstacle(electron.executablePath)
  if (obstacle !== undefined) throw new Error(obstacle)
  const env = { ...process.env }
  delete env.ELECTRON_RUN_AS_NODE
  let display
  if (needsXvfb) {
    display = await startVirtualDisplay()
    Object.assign(env, display.environment)
    console.log(`No display: running under Xvfb ${display.environment.DISPLAY}, the window cannot be seen`)
  }
  if (screenshot !== undefined) {
    rmSync(screenshot, { force: true })
    env.NIDUS_SCREENSHOT = screenshot
  }
  try {
    const args = [repositoryRoot, ...(asRoot ? ['--no-sandbox'] : []), '--', ...paths]
    const limitMs = screenshot === undefined ? undefined : screenshotLimitMs
    const code = await runElectron(electron.executablePath, args, env, limitMs)
    if (screenshot === undefined) return code
    if (code === 0 && wasWritten(screenshot)) {
      console.log(`Screenshot written: ${screenshot}`)
      return 0
    }
    console.error('The first heatmap did not come up: no screenshot')
    return 1
  } finally {
    display?.stop()
  }
}

try {
  process.exitCode = await start()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
