import type { Slice, StudyProblem } from '../contract/study'

/**
 * Notes where the scanner numbered a stack against the direction in which it is shown: "image 12" in a report then
 * lies elsewhere than the twelfth slice.
 * @param slices in order of position
 * @param path whom to name
 */
export function checkOrder(slices: Slice[], path: string): StudyProblem[] {
  const numbers = slices.map(({ instanceNumber }) => instanceNumber)
  const descends = numbers.every(
    (number, at) => number !== null && (at === 0 || number < (numbers[at - 1] as number))
  )
  if (slices.length < 3 || !descends) return []
  const message = `reversed order: instance numbers run against the positions, slice 1 is number ${numbers[0]}`
  return [{ code: 'order-reversed', path, message, note: true }]
}
