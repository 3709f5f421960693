import { SettingRow, type SettingText } from './setting-row'

interface Props<T extends string> extends SettingText {
  value: T
  /** value and what it is called */
  choices: readonly (readonly [value: T, label: string])[]
  testId?: string
  onChange: (value: T) => void
}

/** A choice of one among a few, with what it means. */
export function ChoiceRow<T extends string>({ value, choices, testId, onChange, ...text }: Props<T>) {
  return (
    <SettingRow
      {...text}
      control={(ids) => (
        <select
          {...ids}
          value={value}
          data-testid={testId}
          onChange={(event) => onChange(event.target.value as T)}
        >
          {choices.map(([choice, name]) => (
            <option key={choice} value={choice}>
              {name}
            </option>
          ))}
        </select>
      )}
    />
  )
}
