import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildIfStale } from './build-if-stale.mjs'
import { ensureDicomTools } from './dicom-tools.mjs'
import { ensureElectron } from './electron-runtime.mjs'
import { runPythonSuite } from './python-suite.mjs'
import { runCommand } from './run-command.mjs'
import { ensureSystemLibraries } from './system-libraries.mjs'
import { hasNoDisplay, startVirtualDisplay } from './virtual-display.mjs'

/**
 * @typedef {{ passed: number, failed: number, skipped: number, remark?: string }} SuiteResult `remark` says why
 *   something failed or was skipped
 */

export const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..')

const tool = (...parts) => join(repositoryRoot, 'node_modules', ...parts)
const passed = { passed: 1, failed: 0, skipped: 0 }
const failed = (remark) => ({ passed: 0, failed: 1, skipped: 0, remark })

/** A tool that passes or fails as a whole: one test. */
async function runCheck(args) {
  const { code, output } = await runCommand(process.execPath, args, { cwd: repositoryRoot })
  return code === 0 ? passed : failed(output.trim())
}

const typecheck = () => runCheck([tool('typescript', 'bin', 'tsc'), '--noEmit', '-p', '.'])

const lint = () =>
  runCheck([
    tool('eslint', 'bin', 'eslint.js'),
    '--config',
    'scripts/eslint.config.mjs',
    '--max-warnings',
    '0',
    '.'
  ])

const format = () =>
  runCheck([tool('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'])

async function build() {
  try {
    await buildIfStale()
    return passed
  } catch (error) {
    return failed(error.message)
  }
}

/** Runs vitest projects in their own process; its reporter leaves the counts in a file. */
async function runVitest(projects, extraEnvironment = {}, files = []) {
  const folder = mkdtempSync(join(tmpdir(), 'nidus-test-'))
  const countsPath = join(folder, 'counts.json')
  const env = { NIDUS_CORPUS: resolve(repositoryRoot, '../shared/data'), ...process.env, ...extraEnvironment }
  if (projects.includes('corpus') && existsSync(env.NIDUS_CORPUS)) {
    const without = await ensureDicomTools()
    if (without) console.log(`corpus: ${without}`)
  }
  env.NIDUS_TEST_COUNTS = countsPath
  const args = [tool('vitest', 'vitest.mjs'), 'run', '--config', 'test/vitest.config.ts', '--passWithNoTests']
  try {
    const { code } = await runCommand(
      process.execPath,
      [...args, ...projects.flatMap((project) => ['--project', project]), ...files],
      { cwd: repositoryRoot, env, show: true }
    )
    const counts = existsSync(countsPath) ? JSON.parse(readFileSync(countsPath, 'utf8')) : undefined
    if (counts === undefined) return failed(`vitest ended with ${code} and without counts`)
    // vitest knows of a failure that the tree does not show, a crashed worker for one.
    if (code !== 0 && counts.failed === 0) counts.failed = 1
    return counts
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function endToEnd() {
  const folder = join(repositoryRoot, 'test', 'e2e')
  if (
    !existsSync(folder) ||
    !readdirSync(folder, { recursive: true }).some((name) => name.endsWith('.test.ts'))
  ) {
    return failed('test/e2e holds no tests')
  }
  let display
  try {
    const electron = await ensureElectron()
    const needsXvfb = hasNoDisplay()
    await ensureSystemLibraries(electron.executablePath, { needsXvfb })
    console.log(electron.line)
    if (needsXvfb) {
      display = await startVirtualDisplay()
      console.log(`No display: the windows open under Xvfb ${display.environment.DISPLAY}`)
    }
    return await runVitest(['e2e'], { NIDUS_ELECTRON_PATH: electron.executablePath, ...display?.environment })
  } catch (error) {
    return failed(error.message)
  } finally {
    display?.stop()
  }
}

/** Every suite by name; each answers how many of its tests passed, failed and were skipped. */
export const suites = /** @type {Record<string, () => Promise<SuiteResult>>} */ ({
  format,
  typecheck,
  lint,
  build,
  unit: () => runVitest(['unit']),
  integration: () => runVitest(['integration']),
  corpus: () => runVitest(['corpus']),
  // The three in one go: one start of vitest, all workers busy.
  'unit+integration+corpus': () => runVitest(['unit', 'integration', 'corpus']),
  'unit+integration': () => runVitest(['unit', 'integration']),
  fuzz: () =>
    runVitest(['corpus'], { NIDUS_FUZZ: process.env.NIDUS_FUZZ ?? '20000' }, [
      'test/corpus/fuzz-decode.test.ts'
    ]),
  e2e: endToEnd,
  python: runPythonSuite
})
