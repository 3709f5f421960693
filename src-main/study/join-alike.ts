import { dirname } from 'node:path'
import type { StudyProblem } from '../contract/study'

/** Files of one folder that are named one by one. */
const fewFiles = 3

/**
 * Puts problems into one line that more than a few files of a folder share: a thousand lines of one kind hide the line of
 * another. Copies are alike whatever they are copies of.
 */
export function joinAlike(problems: StudyProblem[]): StudyProblem[] {
  const groups = new Map<string, StudyProblem[]>()
  for (const problem of problems) {
    const what = problem.code === 'duplicate-image' ? '' : problem.message
    const key = [problem.code, dirname(problem.path), what].join('|')
    const group = groups.get(key)
    if (group) group.push(problem)
    else groups.set(key, [problem])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group as [StudyProblem]
    if (group.length <= fewFiles) return group
    const message =
      first.code === 'duplicate-image'
        ? `${group.length} files are copies of others; left out`
        : `${group.length} files: ${first.message}`
    return [{ ...first, path: dirname(first.path), message }]
  })
}
