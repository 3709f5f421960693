import { useId, type ReactNode } from 'react'

interface Props<T extends string> {
  label: string
  hint?: ReactNode
  value: T
  /** value and what it is called */
  choices: readonly (readonly [value: T, label: string])[]
  testId?: string
  onChange: (value: T) => void
}

/** A choice of one among a few, with what it means. */
export function ChoiceRow<T extends string>({ label, hint, value, choices, testId, onChange }: Props<T>) {
  const id = useId()
  return (
    <div className="setting-row">
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p className="quiet" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
      <select
        id={id}
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        data-testid={testId}
        onChange={(event) => onChange(event.target.value as T)}
      >
        {choices.map(([choice, name]) => (
          <option key={choice} value={choice}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}
