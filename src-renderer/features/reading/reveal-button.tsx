import { Icon } from '../../components/icon'
import { reveal } from '../../state/reveal'
import type { Reading } from './use-reading'

/** Ends the first look at a study: from then on heatmap, findings and scores show. */
export function RevealButton({ reading, testId }: { reading: Reading; testId: string }) {
  return (
    <button
      type="button"
      className="reveal-button"
      data-testid={testId}
      title="Show heatmap, findings and scores of this study (Enter)"
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => reveal(reading.study)}
    >
      <Icon name="eye" />
      <span>
        Reveal the result <kbd>Enter</kbd>
      </span>
    </button>
  )
}
