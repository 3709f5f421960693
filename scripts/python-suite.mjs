import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from './cache-folder.mjs'
import { holdLock } from './hold-lock.mjs'
import { lastLine, runCommand } from './run-command.mjs'

const project = resolve(fileURLToPath(import.meta.url), '../../models/training')

/** Modules whose presence tells that a Python can run the tests of models/training. */
const modules = [
  'pytest',
  'numpy',
  'scipy',
  'sklearn',
  'torch',
  'onnx',
  'onnxruntime',
  'onnxscript',
  'PIL',
  'pydicom'
]

const readRequirements =
  'import json, tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; ' +
  'print(json.dumps(p["dependencies"] + p["optional-dependencies"]["dev"]))'

/** The first Python that has every module, or undefined. */
async function findPython() {
  const candidates = [process.env.NIDUS_PYTHON, join(project, '.venv', 'bin', 'python'), 'python3']
  const probe = `import importlib.util as u, sys; sys.exit(any(u.find_spec(m) is None for m in ${JSON.stringify(modules)}))`
  for (const candidate of candidates.filter((name) => name !== undefined && name !== '')) {
    if ((await runCommand(candidate, ['-c', probe])).code === 0) return candidate
  }
  return undefined
}

/**
 * Makes an environment with the packages of models/training in the cache folder, or takes the one made before.
 * @returns {Promise<string>} its Python
 */
function makeEnvironment() {
  const cache = cacheFolder()
  const wanted = createHash('sha256')
    .update(readFileSync(join(project, 'pyproject.toml')))
    .digest('hex')
  const folder = join(cache, `python-${wanted.slice(0, 16)}`)
  const program = join(folder, 'bin', 'python')
  const marker = join(folder, 'complete')
  return holdLock(join(cache, 'python.lock'), async () => {
    if (existsSync(marker)) return program
    console.log('Installing the Python packages of models/training (about 3 GB, once)')
    rmSync(folder, { recursive: true, force: true })
    const requirements = JSON.parse(await output('python3', ['-c', readRequirements]))
    await output('python3', ['-m', 'venv', folder])
    await output(program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements])
    writeFileSync(`${marker}.part`, '')
    renameSync(`${marker}.part`, marker)
    return program
  })
}

async function output(program, args) {
  const result = await runCommand(program, args, { cwd: project, limitMs: 15 * 60_000 })
  if (result.code !== 0) throw new Error(`${program} ${args[0]} ${args[1]}: ${lastLine(result.output)}`)
  return result.output
}

/**
 * Runs the tests of models/training with a Python that has its packages. On continuous integration (CI=true) one is
 * made where there is none; elsewhere nobody is made to fetch 3 GB, and the suite counts as one skipped test.
 * @returns {Promise<import('./test-suites.mjs').SuiteResult>}
 */
export async function runPythonSuite() {
  if (!existsSync(join(project, 'tests'))) return { passed: 0, failed: 0, skipped: 0 }
  let program = await findPython()
  let obstacle = 'they need a Python with its packages: '
  if (program === undefined && process.env.CI === 'true') {
    try {
      program = await makeEnvironment()
    } catch (error) {
      obstacle = `an environment for them could not be made (${error.message}): `
    }
  }
  if (program === undefined) {
    const remedy =
      "python3 -m venv models/training/.venv && models/training/.venv/bin/pip install -e 'models/training[dev]'"
    return {
      passed: 0,
      failed: 0,
      skipped: 1,
      remark: `the tests of models/training did not run; ${obstacle}${remedy}`
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'nidus-pytest-'))
  try {
    const report = join(folder, 'report.xml')
    await runCommand(program, ['-m', 'pytest', '-q', `--junitxml=${report}`], { cwd: project, show: true })
    if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0, remark: 'pytest left no report' }
    const suite = /<testsuite\b[^>]*>/.exec(readFileSync(report, 'utf8'))?.[0] ?? ''
    const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0)
    const broken = count('errors') + count('failures')
    return { passed: count('tests') - broken - count('skipped'), failed: broken, skipped: count('skipped') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
