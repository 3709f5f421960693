import { describe, expect, it } from 'vitest'
import { countResults, type CountedModule } from '../../count-results'

interface Shape {
  tests: { state: string; note?: string; fullName?: string }[]
  suiteErrors?: number[]
  errors?: number
}

function moduleOf({ tests, suiteErrors = [], errors = 0 }: Shape): CountedModule {
  return {
    relativeModuleId: 'a.test.ts',
    errors: () => new Array(errors).fill({ message: 'broken' }),
    children: {
      allTests: () =>
        tests.map(({ state, note, fullName = 'a test' }) => ({ fullName, result: () => ({ state, note }) })),
      allSuites: () =>
        suiteErrors.map((count) => ({ errors: () => new Array(count).fill({ message: 'broken' }) }))
    }
  } as unknown as CountedModule
}

describe('countResults', () => {
  it('counts every outcome, and an unfinished test as failed', () => {
    const module = moduleOf({
      tests: [
        { state: 'passed' },
        { state: 'passed' },
        { state: 'failed' },
        { state: 'pending' },
        { state: 'skipped', note: 'no corpus' }
      ]
    })
    expect(countResults([module], 0)).toEqual({
      passed: 2,
      failed: 2,
      skipped: 1,
      skippedBecause: { 'a.test.ts: no corpus': 1 }
    })
  })

  it('counts a file that breaks before its tests, a failing hook and stray errors', () => {
    const broken = moduleOf({ tests: [], errors: 1 })
    const hook = moduleOf({ tests: [{ state: 'skipped', fullName: 'group > one' }], suiteErrors: [0, 1] })
    const counts = countResults([broken, hook], 1)
    expect(counts.failed).toBe(3)
    expect(counts.skippedBecause).toEqual({ 'a.test.ts: no reason given: group > one': 1 })
  })
})
