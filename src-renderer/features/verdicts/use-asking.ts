import { useState } from 'react'
import { describeThrown } from '../../api/describe-error'

/** A question to main under way: whether it is, what went wrong, and how to ask. */
export function useAsking(): {
  busy: boolean
  failure: string | null
  ask: (work: () => Promise<void>) => void
} {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const ask = (work: () => Promise<void>): void => {
    setBusy(true)
    setFailure(null)
    work()
      .catch((thrown: unknown) => setFailure(describeThrown(thrown)))
      .finally(() => setBusy(false))
  }
  return { busy, failure, ask }
}
