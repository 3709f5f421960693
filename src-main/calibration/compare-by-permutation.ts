import { randomIndex, seededRandom } from './seeded-random'

export interface PatientScore {
  score: number
  patient: string
}

/** A distance of two ascending samples: the larger, the less alike. */
export type SampleDistance = (reference: Float64Array, recent: Float64Array) => number

export interface PermutationResult {
  /** observed distances, in the order given */
  distances: number[]
  /** of each distance by itself */
  pValues: number[]
  /** of each distance, adjusted for having looked at all of them (Westfall & Young 1993, single-step min-P) */
  adjusted: number[]
}

/**
 * Compares two sets of scores by several distances at once. Patients, with all their scores, are dealt anew to the two
 * sets: under no change each deal is as likely as the one seen, so that the smallest adjusted p-value is at most alpha
 * with probability at most alpha, however many scores a patient gives and however the distances depend on each other.
 * A patient in both sets counts as two. The smallest adjusted p-value that can come out is about the number of distances
 * divided by that of permutations.
 */
export function compareByPermutation(
  reference: readonly PatientScore[],
  recent: readonly PatientScore[],
  measures: readonly SampleDistance[],
  { permutations = 1999, seed = 1 } = {}
): PermutationResult {
  const blocks = [...blocksOf(reference), ...blocksOf(recent)]
  const referenceBlocks = blocksOf(reference).length
  const owners: { score: number; block: number }[] = []
  blocks.forEach((scores, block) => scores.forEach((score) => owners.push({ score, block })))
  owners.sort((a, b) => a.score - b.score)
  const scores = Float64Array.from(owners, (own) => own.score)
  const block = Int32Array.from(owners, (own) => own.block)

  const isRecent = Uint8Array.from(blocks, (_, i) => (i >= referenceBlocks ? 1 : 0))
  const forReference = new Float64Array(scores.length)
  const forRecent = new Float64Array(scores.length)
  const measure = (): number[] => {
    let a = 0
    let b = 0
    for (let i = 0; i < scores.length; i++) {
      if (isRecent[block[i]]) forRecent[b++] = scores[i]
      else forReference[a++] = scores[i]
    }
    return measures.map((distance) => distance(forReference.subarray(0, a), forRecent.subarray(0, b)))
  }
  const columns = measures.map(() => new Float64Array(permutations + 1))
  const keep = (round: number): void => measure().forEach((value, s) => (columns[s][round] = value))
  keep(0)
  const random = seededRandom(seed)
  for (let round = 1; round <= permutations; round++) {
    for (let i = isRecent.length - 1; i > 0; i--) {
      const j = randomIndex(random, i + 1)
      const moved = isRecent[i]
      isRecent[i] = isRecent[j]
      isRecent[j] = moved
    }
    keep(round)
  }
  const shares = columns.map(shareAsLarge)
  const smallest = Float64Array.from({ length: permutations + 1 }, (_, round) =>
    Math.min(...shares.map((share) => share[round]))
  ).sort()
  return {
    distances: columns.map((column) => column[0]),
    pValues: shares.map((share) => share[0]),
    adjusted: shares.map((share) => countUpTo(smallest, share[0]) / (permutations + 1))
  }
}

function blocksOf(scores: readonly PatientScore[]): number[][] {
  const blocks = new Map<string, number[]>()
  for (const { score, patient } of scores) {
    const own = blocks.get(patient)
    if (own) own.push(score)
    else blocks.set(patient, [score])
  }
  return [...blocks.values()]
}

/** For each value the share of all values that are at least as large; differences of rounding size are ties. */
function shareAsLarge(values: Float64Array): Float64Array {
  const sorted = values.slice().sort()
  return values.map((value) => {
    const slack = value - 1e-12 * Math.abs(value)
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sorted[middle] >= slack) high = middle
      else low = middle + 1
    }
    return (sorted.length - low) / sorted.length
  })
}

function countUpTo(sorted: Float64Array, limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] <= limit + 1e-12) low = middle + 1
    else high = middle
  }
  return low
}
