import type { TestModule } from 'vitest/node'

/** Tests by outcome; `skippedBecause` counts skipped tests by their reason. */
export interface ResultCounts {
  passed: number
  failed: number
  skipped: number
  skippedBecause: Record<string, number>
}

/** The part of vitest's result tree that counting needs. */
export type CountedModule = Pick<TestModule, 'relativeModuleId' | 'errors' | 'children'>

/**
 * Counts a finished run. A test that never finished counts as failed; so does every file or describe block that
 * broke outside its tests (import error, failing hook), and every error outside of them all: otherwise a broken
 * file without tests would look like nothing.
 *
 * @param modules the test files of the run
 * @param strayErrors how many errors were caught outside the tests
 */
export function countResults(modules: readonly CountedModule[], strayErrors: number): ResultCounts {
  const counts: ResultCounts = { passed: 0, failed: strayErrors, skipped: 0, skippedBecause: {} }
  for (const module of modules) {
    counts.failed += module.errors().length > 0 ? 1 : 0
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length > 0 ? 1 : 0
    for (const test of module.children.allTests()) {
      const result = test.result()
      if (result.state === 'passed') counts.passed++
      else if (result.state === 'skipped') {
        counts.skipped++
        const reason = result.note ?? `no reason given: ${test.fullName}`
        const line = `${module.relativeModuleId}: ${reason}`
        counts.skippedBecause[line] = (counts.skippedBecause[line] ?? 0) + 1
      } else counts.failed++
    }
  }
  return counts
}
