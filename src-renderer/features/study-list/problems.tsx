import type { Study, StudyProblem } from '../../../src-main/contract/study'
import { describeError } from '../../api/describe-error'
import { Icon } from '../../components/icon'
import { useSettings } from '../../state/settings'
import { shownProblem } from './shown-texts'

/** What could not be read, or only with doubts, and why. */
export function Problems({ problems, studies }: { problems: StudyProblem[]; studies: Study[] }) {
  const hidden = useSettings((settings) => settings.hideIdentifiers)
  return (
    <details className="problems" data-testid="problems">
      <summary>
        <Icon name="warning" />
        {countOf(problems)} while reading
      </summary>
      <ul>
        {notesLast(problems)
          .slice(0, 500)
          .map((problem, i) => {
            const { name, path, message } = shownProblem(problem, i, studies, hidden)
            return (
              <li key={i} data-testid="problem">
                <strong title={path}>{name}</strong>
                <Wording code={problem.code} message={message} />
              </li>
            )
          })}
        {problems.length > 500 && <li>…and {problems.length - 500} more</li>}
      </ul>
    </details>
  )
}

/** Many notes would hide a problem behind them. */
function notesLast(problems: StudyProblem[]): StudyProblem[] {
  return [...problems].sort((a, b) => Number(a.note ?? false) - Number(b.note ?? false))
}

/** Notes are no problems, and few readers look at them. */
function countOf(problems: StudyProblem[]): string {
  const notes = problems.filter(({ note }) => note).length
  const count = (number: number, word: string): string =>
    number === 0 ? '' : `${number} ${word}${number === 1 ? '' : 's'}`
  return [count(problems.length - notes, 'problem'), count(notes, 'note')].filter(Boolean).join(' and ')
}

function Wording({ code, message }: Pick<StudyProblem, 'code' | 'message'>) {
  const wording = describeError(code)
  const known = wording !== code
  const repeats = message === code || `${message}.`.toLowerCase() === wording.toLowerCase()
  return (
    <>
      {known && <span>{wording}</span>}
      {/* a code without a wording is a doubt whose message says it all */}
      {message && !repeats && <span className={known ? 'quiet' : undefined}>{message}</span>}
    </>
  )
}
