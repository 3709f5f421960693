/**
 * npm test                     every test; the last line reads 'N passed, N failed'
 * npm run fuzz                 20,000 damaged files, every night (NIDUS_FUZZ: another number)
 * npm run check                format, lint, typecheck, build, unit and integration tests
 * node scripts/test.mjs SUITE... the named suites only
 * Exit code 1 when anything failed or nothing ran.
 */
import { repositoryRoot, suites } from './test-suites.mjs'

// Stages run one after the other, the suites of a stage side by side.
const everything = [['typecheck', 'lint', 'build'], ['unit+integration+corpus'], ['e2e'], ['python']]
const check = [['format', 'typecheck', 'lint', 'build'], ['unit+integration']]

function chooseStages(names) {
  if (names.length === 0) return everything
  if (names.length === 1 && names[0] === '--check') return check
  const unknown = names.filter((name) => !(name in suites))
  if (unknown.length > 0) {
    console.error(`No suite ${unknown.join(', ')}; there are: ${Object.keys(suites).join(', ')}`)
    process.exit(2)
  }
  return names.map((name) => [name])
}

function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

async function runSuite(name) {
  const startedAt = process.hrtime.bigint()
  let result
  try {
    result = await suites[name]()
  } catch (error) {
    result = { passed: 0, failed: 1, skipped: 0, remark: error.stack ?? String(error) }
  }
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9
  const remark = result.remark === undefined ? '' : `\n  ${result.remark.replaceAll('\n', '\n  ')}`
  console.log(`[${name}] ${describe(result)} (${seconds.toFixed(1)} s)${remark}`)
  return result
}

process.chdir(repositoryRoot)
const total = { passed: 0, failed: 0, skipped: 0 }
for (const stage of chooseStages(process.argv.slice(2))) {
  for (const result of await Promise.all(stage.map(runSuite))) {
    total.passed += result.passed
    total.failed += result.failed
    total.skipped += result.skipped
  }
}
if (total.failed > 0 || total.passed === 0) process.exitCode = 1
console.log(describe(total))
