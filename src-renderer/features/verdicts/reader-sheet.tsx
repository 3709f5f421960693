import { useState, type FormEvent } from 'react'
import { describeThrown } from '../../api/describe-error'
import { Sheet } from '../../components/sheet'
import { useApp } from '../../state/engine'
import { endReader, startReader, useVerdicts } from '../../state/verdicts'

/** Asks who reads, once a session; another name begins another session. */
export function ReaderSheet() {
  const session = useVerdicts((state) => state.feedback.session)
  const recent = useVerdicts((state) => state.feedback.recentReaders)
  const [name, setName] = useState('')
  const [failure, setFailure] = useState<string | null>(null)
  const close = (): void => {
    useVerdicts.setState({ waiting: null })
    useApp.setState({ sheet: null })
  }
  const begin = async (reader: string): Promise<void> => {
    if (!reader.trim()) return setFailure('Type a name or initials.')
    try {
      await startReader(reader)
      useApp.setState({ sheet: null })
    } catch (thrown) {
      setFailure(describeThrown(thrown))
    }
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void begin(name)
  }
  return (
    <Sheet title="Who is reading?" onClose={close}>
      <form className="reader-form" onSubmit={submit} data-testid="reader-sheet">
        <p className="quiet">
          {session
            ? `${session.reader} is reading. Another name begins another session, blind to the one before.`
            : 'Your name or initials go with every verdict of this session. They are asked for once.'}
        </p>
        <label htmlFor="reader-name">Name or initials</label>
        <input
          id="reader-name"
          type="text"
          value={name}
          maxLength={80}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          aria-describedby={failure ? 'reader-failure' : undefined}
          data-testid="reader-name"
          onChange={(event) => setName(event.target.value)}
        />
        {failure && (
          <p className="failure" id="reader-failure" role="alert">
            {failure}
          </p>
        )}
        {recent.length > 0 && (
          <div className="recent-readers" role="group" aria-label="Readers of earlier sessions">
            {recent.map((reader) => (
              <button
                key={reader}
                type="button"
                className="tool-button"
                data-testid="recent-reader"
                onClick={() => void begin(reader)}
              >
                {reader}
              </button>
            ))}
          </div>
        )}
        <div className="sheet-actions">
          {session && (
            <button
              type="button"
              className="tool-button"
              data-testid="reader-leave"
              onClick={() => void endReader().then(close)}
            >
              Leave
            </button>
          )}
          <button type="submit" className="tool-button main-action" data-testid="reader-begin">
            Begin
          </button>
        </div>
      </form>
    </Sheet>
  )
}
