import { assertNever } from '../../contract/errors'
import type { BlindSpot } from './propose-from-verdicts'

/** What no verdict can tell, in one plain sentence. */
export function describeBlindSpot(spot: BlindSpot): string {
  switch (spot.code) {
    case 'misses':
      return (
        `Only what was shown has verdicts: misses are known from the ${spot.complete} of ${spot.studies} studies that a ` +
        `reader marked as completely read, and sensitivity rests on these alone.`
      )
    case 'below-floor':
      return `Nothing under a score of ${digits(spot.floor)} was ever shown: what a lower threshold would add is not known.`
    case 'reader-error':
      return (
        `Verdicts are taken for the truth.` +
        (spot.disputed > 0
          ? ` ${spot.disputed} on which readers contradict each other were left out.`
          : ` Where only one reader looked, nobody contradicts a wrong one.`)
      )
    case 'training-patients':
      return 'Whether a patient here also trained the model is not known: such scores would look too normal.'
    default:
      return assertNever(spot)
  }
}

/** What was left out of the cases, in a sentence each. */
export function describeLeftOut({
  unsure,
  withoutScore
}: {
  unsure: number
  withoutScore: number
}): string[] {
  return [
    unsure > 0 ? `${unsure} findings that readers are unsure of taught nothing.` : '',
    withoutScore > 0
      ? `${withoutScore} missed findings were drawn without a map: whether a threshold would have shown them is not known, so that sensitivity may be lower.`
      : ''
  ].filter(Boolean)
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)))
}
