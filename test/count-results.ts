import type { TestCase, TestModule, TestSuite } from 'vitest/node'

/** Tests by outcome; `skippedBecause` counts skipped tests by their reason. */
export interface ResultCounts {
  passed: number
  failed: number
  skipped: number
  skippedBecause: Record<string, number>
}

/** The part of vitest's result tree that counting needs. */
export type CountedModule = Pick<TestModule, 'relativeModuleId' | 'errors' | 'children'>

/** Whether a describe block around the test, or its file, broke: vitest then calls its tests skipped. */
function brokeAround(test: TestCase): boolean {
  for (let around: TestSuite | TestModule = test.parent; ; around = around.parent) {
    if (around.errors().length > 0) return true
    if (around.type === 'module') return false
  }
}

/**
 * Counts a finished run. A test that never finished counts as failed, and so do the tests of a file or describe
 * block whose set-up broke. A block or file that broke without tests, and every error outside of them all, count as
 * one failure each: otherwise they would look like nothing.
 *
 * @param modules the test files of the run
 * @param strayErrors how many errors were caught outside the tests
 */
export function countResults(modules: readonly CountedModule[], strayErrors: number): ResultCounts {
  const counts: ResultCounts = { passed: 0, failed: strayErrors, skipped: 0, skippedBecause: {} }
  for (const module of modules) {
    let failed = 0
    for (const test of module.children.allTests()) {
      const result = test.result()
      if (result.state === 'passed') counts.passed++
      else if (result.state !== 'skipped' || brokeAround(test)) failed++
      else {
        counts.skipped++
        const line = `${module.relativeModuleId}: ${result.note ?? test.fullName}`
        counts.skippedBecause[line] = (counts.skippedBecause[line] ?? 0) + 1
      }
    }
    const suites = [...module.children.allSuites()]
    const broken = module.errors().length + suites.reduce((sum, suite) => sum + suite.errors().length, 0)
    counts.failed += Math.max(failed, broken > 0 ? 1 : 0)
  }
  return counts
}
