import { useState, type ReactNode } from 'react'
import { useCalibration } from '../../state/calibration'

interface Props {
  /** what is signed, in one sentence */
  children: ReactNode
  action: string
  testId: string
  onSign: (approvedBy: string, reason: string) => void
  onCancel: () => void
}

/** Name and reason of the person who approves a change. Both are kept with the version and can not be changed later. */
export function SignForm({ children, action, testId, onSign, onCancel }: Props) {
  const reader = useCalibration((state) => state.reader)
  const busy = useCalibration((state) => state.busy)
  const [name, setName] = useState(reader)
  const [reason, setReason] = useState('')
  const ready = name.trim() !== '' && reason.trim() !== '' && !busy
  return (
    <form
      className="sign-form"
      data-testid={testId}
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) onSign(name.trim(), reason.trim())
      }}
    >
      <p>{children}</p>
      <label>
        Your name
        <input
          type="text"
          autoFocus={reader === ''}
          maxLength={80}
          value={name}
          data-testid="sign-name"
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <label>
        Reason
        <input
          type="text"
          autoFocus={reader !== ''}
          maxLength={1000}
          value={reason}
          data-testid="sign-reason"
          placeholder="New scanner, monthly review, …"
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <div className="sign-buttons">
        <button type="submit" className="primary-button" disabled={!ready} data-testid="sign-submit">
          {action}
        </button>
        <button type="button" className="plain-button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  )
}
