import type { StudyProblem } from '../contract/study'
import type { SplitStacks } from './split-stacks'

/** What a reader should know of how a series was parted into stacks. @param path whom to name */
export function describeSplit({ overlaps, spacingsMm, lacking }: SplitStacks, path: string): StudyProblem[] {
  const problems = overlaps.map(({ places, firstMm }): StudyProblem => {
    const first = firstMm === null ? '' : ` (the first at ${firstMm.toFixed(2)} mm)`
    const where = places === 1 ? `at one place${first}` : `at ${places} places${first}`
    return {
      code: 'duplicate-position',
      path,
      message: `several images lie ${where} and nothing tells their stacks apart; all are shown, one after another by instance number`
    }
  })
  for (const { label, places, usual } of lacking) {
    const message = `${label} has ${places} of the ${usual} slices that most others have: images are missing`
    problems.push({ code: 'stack-lacking', path, message })
  }
  if (spacingsMm.length > 0) {
    const steps = spacingsMm.map((mm) => mm.toFixed(2)).join(' to ')
    const message = `the spacing of slices changes from ${steps} mm: shown as ${spacingsMm.length} stacks`
    problems.push({ code: 'stack-split', path, message, note: true })
  }
  return problems
}
