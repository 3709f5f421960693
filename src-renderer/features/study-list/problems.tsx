import type { StudyProblem } from '../../../src-main/contract/study'
import { describeError } from '../../api/describe-error'
import { Icon } from '../../components/icon'

/** What could not be read, or only with doubts, and why. */
export function Problems({ problems }: { problems: StudyProblem[] }) {
  return (
    <details className="problems" data-testid="problems">
      <summary>
        <Icon name="warning" />
        {problems.length === 1 ? '1 problem' : `${problems.length} problems`} while reading
      </summary>
      <ul>
        {problems.slice(0, 500).map((problem, i) => (
          <li key={i} data-testid="problem">
            <strong title={problem.path}>{fileName(problem.path)}</strong>
            <Wording problem={problem} />
          </li>
        ))}
        {problems.length > 500 && <li>…and {problems.length - 500} more</li>}
      </ul>
    </details>
  )
}

function Wording({ problem: { code, message } }: { problem: StudyProblem }) {
  const wording = describeError(code)
  const known = wording !== code
  return (
    <>
      {known && <span>{wording}</span>}
      {/* a code without a wording is a doubt whose message says it all */}
      {message && message !== code && <span className={known ? 'quiet' : undefined}>{message}</span>}
    </>
  )
}

const fileName = (path: string): string => path.split(/[\\/]/).filter(Boolean).pop() ?? path
