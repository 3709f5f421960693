import { useId, type ReactNode } from 'react'

/** What a setting's row says. */
export interface SettingText {
  label: string
  /** what it changes, in a sentence or two */
  hint?: ReactNode
}

interface Props extends SettingText {
  /** the control, given the ids that tie it to its label and hint */
  control(ids: { id: string; 'aria-describedby': string | undefined }): ReactNode
}

/** A setting with what it means on the left and its control on the right. */
export function SettingRow({ label, hint, control }: Props) {
  const id = useId()
  const hintId = `${id}-hint`
  return (
    <div className="setting-row">
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p className="quiet" id={hintId}>
            {hint}
          </p>
        )}
      </div>
      {control({ id, 'aria-describedby': hint ? hintId : undefined })}
    </div>
  )
}
