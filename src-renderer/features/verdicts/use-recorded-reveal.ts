import { useEffect } from 'react'
import { recordReveal, useVerdicts } from '../../state/verdicts'
import type { Reading } from '../reading/use-reading'

/** Notes in the store that the reader may see what the model says of a study, from the moment there is any of it. */
export function useRecordedReveal(reading: Reading | null): void {
  const session = useVerdicts((state) => state.feedback.session)
  const seriesId = reading?.series.id
  const isSeen = reading !== null && reading.revealed && (reading.analysis?.slices.some(Boolean) ?? false)
  useEffect(() => {
    if (seriesId && isSeen) recordReveal(seriesId)
  }, [seriesId, isSeen, session])
}
