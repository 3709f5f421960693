import { Icon, type IconName } from './icon'

interface Props {
  icon: IconName
  /** spoken, and shown as a hint together with the key */
  label: string
  /** written beside the icon */
  text?: string
  shortcut?: string
  pressed?: boolean
  disabled?: boolean
  testId?: string
  onPress: () => void
}

/** A button of a toolbar. */
export function ToolButton({ icon, label, text, shortcut, pressed, disabled, testId, onPress }: Props) {
  return (
    <button
      type="button"
      className={pressed ? 'tool-button pressed' : 'tool-button'}
      title={shortcut ? `${label} (${shortcut})` : label}
      aria-label={label}
      aria-pressed={pressed}
      disabled={disabled}
      data-testid={testId}
      // a click leaves the focus where it was, so that the next key goes to the image and not to this button
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      <Icon name={icon} />
      {text && <span>{text}</span>}
    </button>
  )
}
