import { useId } from 'react'

interface Props {
  label: string
  value: string
  testId?: string
  onChange: (value: string) => void
}

/** A line of text with its label. */
export function TextField({ label, value, testId, onChange }: Props) {
  const id = useId()
  return (
    <div className="setting-row">
      <label htmlFor={id}>{label}</label>
      <input
        type="text"
        id={id}
        value={value}
        data-testid={testId}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  )
}
