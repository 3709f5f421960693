/**
 * Probability that a value of the second sample is higher than one of the first, ties counting half: Mann & Whitney's U
 * divided by the number of pairs (1947, Ann Math Stat 18:50), the same as an AUROC.
 * @param first ascending, at least one value
 * @param second ascending, at least one value
 */
export function probabilityHigher(first: ArrayLike<number>, second: ArrayLike<number>): number {
  let below = 0
  let upTo = 0
  let twice = 0
  for (let i = 0; i < second.length; i++) {
    while (below < first.length && first[below] < second[i]) below++
    while (upTo < first.length && first[upTo] <= second[i]) upTo++
    twice += below + upTo
  }
  return twice / 2 / first.length / second.length
}
