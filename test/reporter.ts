import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'
import { countResults } from './count-results'

/**
 * Says why tests were skipped, and writes the counts as JSON to the file named by NIDUS_TEST_COUNTS, where
 * scripts/test.mjs sums them with the other suites.
 */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], strayErrors: readonly SerializedError[]): void {
    const counts = countResults(modules, strayErrors.length)
    for (const [reason, count] of Object.entries(counts.skippedBecause)) {
      console.log(`skipped ${count}: ${reason}`)
    }
    const path = process.env.NIDUS_TEST_COUNTS
    if (path !== undefined) writeFileSync(path, JSON.stringify(counts))
  }
}
