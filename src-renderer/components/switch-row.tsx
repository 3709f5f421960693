import { useId, type ReactNode } from 'react'

interface Props {
  label: string
  /** what it changes, in a sentence or two */
  hint?: ReactNode
  checked: boolean
  testId?: string
  onChange: (checked: boolean) => void
}

/** A choice between on and off, with what it means. */
export function SwitchRow({ label, hint, checked, testId, onChange }: Props) {
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
      <input
        type="checkbox"
        role="switch"
        id={id}
        checked={checked}
        aria-describedby={hint ? `${id}-hint` : undefined}
        data-testid={testId}
        onChange={(event) => onChange(event.target.checked)}
      />
    </div>
  )
}
