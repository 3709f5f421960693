import { SettingRow, type SettingText } from './setting-row'

interface Props extends SettingText {
  checked: boolean
  testId?: string
  onChange: (checked: boolean) => void
}

/** A choice between on and off, with what it means. */
export function SwitchRow({ checked, testId, onChange, ...text }: Props) {
  return (
    <SettingRow
      {...text}
      control={(ids) => (
        <input
          {...ids}
          type="checkbox"
          role="switch"
          checked={checked}
          data-testid={testId}
          onChange={(event) => onChange(event.target.checked)}
        />
      )}
    />
  )
}
