import { describe, expect, it } from 'vitest'
import { countResults, type CountedModule } from '../../count-results'

interface Shape {
  tests: { state: string; note?: string; inBrokenSuite?: boolean }[]
  errors?: number
}

/** A file in vitest's result tree with one describe block that broke and one that did not. */
function moduleOf({ tests, errors = 0 }: Shape): CountedModule {
  const errorsOf = (count: number) => () => new Array<object>(count).fill({ message: 'broken' })
  const module = { type: 'module', relativeModuleId: 'a.test.ts', errors: errorsOf(errors) }
  const broken = { type: 'suite', parent: module, errors: errorsOf(1) }
  const sound = { type: 'suite', parent: module, errors: errorsOf(0) }
  return {
    ...module,
    children: {
      allTests: () =>
        tests.map(({ state, note, inBrokenSuite }) => ({
          fullName: 'group > a test',
          parent: inBrokenSuite ? broken : sound,
          result: () => ({ state, note })
        })),
      allSuites: () => (tests.some(({ inBrokenSuite }) => inBrokenSuite) ? [sound, broken] : [sound])
    }
  } as unknown as CountedModule
}

describe('countResults', () => {
  it('counts every outcome, and an unfinished test as failed', () => {
    const tests = [
      { state: 'passed' },
      { state: 'passed' },
      { state: 'failed' },
      { state: 'pending' },
      { state: 'skipped', note: 'no corpus' },
      { state: 'skipped' }
    ]
    expect(countResults([moduleOf({ tests })], 0)).toEqual({
      passed: 2,
      failed: 2,
      skipped: 2,
      skippedBecause: { 'a.test.ts: no corpus': 1, 'a.test.ts: group > a test': 1 }
    })
  })

  it('counts tests whose set-up broke as failed, not as skipped', () => {
    const tests = [
      { state: 'skipped', inBrokenSuite: true },
      { state: 'skipped', inBrokenSuite: true },
      { state: 'passed' }
    ]
    expect(countResults([moduleOf({ tests })], 0)).toMatchObject({ passed: 1, failed: 2, skipped: 0 })
    const inBrokenFile = moduleOf({
      tests: [{ state: 'skipped' }, { state: 'skipped' }, { state: 'skipped' }],
      errors: 1
    })
    expect(countResults([inBrokenFile], 0)).toMatchObject({ passed: 0, failed: 3, skipped: 0 })
  })

  it('counts a tear-down that broke after its tests passed, a file that broke before its tests, and stray errors', () => {
    expect(countResults([moduleOf({ tests: [{ state: 'passed', inBrokenSuite: true }] })], 0)).toMatchObject({
      passed: 1,
      failed: 1
    })
    expect(countResults([moduleOf({ tests: [], errors: 1 })], 2)).toMatchObject({ passed: 0, failed: 3 })
  })
})
