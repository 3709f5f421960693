import type { StudyProblem } from '../../../src-main/contract/study'
import { describeError } from '../../api/describe-error'
import { Icon } from '../../components/icon'
import { useSettings } from '../../state/settings'
import { shownProblem } from './shown-texts'

/** What could not be read, or only with doubts, and why. */
export function Problems({ problems }: { problems: StudyProblem[] }) {
  const hidden = useSettings((settings) => settings.hideIdentifiers)
  return (
    <details className="problems" data-testid="problems">
      <summary>
        <Icon name="warning" />
        {problems.length === 1 ? '1 problem' : `${problems.length} problems`} while reading
      </summary>
      <ul>
        {problems.slice(0, 500).map((problem, i) => {
          const { name, path, message } = shownProblem(problem, i, hidden)
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
