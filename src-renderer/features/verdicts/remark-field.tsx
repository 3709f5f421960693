import { useEffect, useState } from 'react'
import type { SeenVerdict } from '../../../src-main/contract/feedback-channels'
import { annotateVerdict } from '../../state/verdicts'

/** The free text of a verdict; stored when the field is left or Enter is pressed. */
export function RemarkField({ seriesId, verdict }: { seriesId: string; verdict: SeenVerdict }) {
  const [text, setText] = useState(verdict.text)
  useEffect(() => setText(verdict.text), [verdict.id, verdict.text])
  const keep = (): void => {
    if (text !== verdict.text) annotateVerdict(seriesId, verdict.id, text)
  }
  return (
    <input
      type="text"
      className="remark"
      value={text}
      maxLength={4000}
      placeholder="Remark"
      aria-label="Remark on this verdict"
      data-testid="remark"
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
        if (event.key === 'Escape') setText(verdict.text)
      }}
    />
  )
}
