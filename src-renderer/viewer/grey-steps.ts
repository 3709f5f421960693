/** Values as 16-bit steps, in which cornerstone looks grey levels up. */
export interface GreySteps {
  /** one a pixel */
  steps: Uint16Array
  lastStep: number
  /** value of a step: step * slope + intercept */
  slope: number
  intercept: number
  /** value of each step where they are not evenly apart; slope and intercept mean nothing then */
  uneven: Float32Array | null
}

/** Values looked at to find out whether even steps tell them apart. */
const mostSampled = 5000

const greyLevels = 256

/**
 * Steps for values: exact where all are integers in a range of as many; else 1/65535 of their range; and where few values
 * lie so far away that the others would share steps (lost pixels of 1e30), as many steps as there are values.
 * @param minimum of the values that count; those beyond, and such that are no numbers, stay at the ends
 * @param most how many steps there may be, less one
 */
export function greySteps(values: Float32Array, minimum: number, maximum: number, most: number): GreySteps {
  const range = maximum - minimum
  const exact = range <= most && Number.isInteger(minimum) && values.every(Number.isInteger)
  const slope = exact ? 1 : Math.max(range, Number.MIN_VALUE) / most
  const stepOf = (value: number): number => {
    const step = Math.round((value - minimum) / slope)
    return step > 0 ? Math.min(step, most) : 0
  }
  if (!exact && mixes(values, minimum, maximum, stepOf)) return unevenSteps(values, minimum, maximum, most)
  const steps = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) steps[i] = stepOf(values[i] as number)
  return { steps, lastStep: exact ? Math.max(1, range) : most, slope, intercept: minimum, uneven: null }
}

/** Whether fewer steps than there are grey levels hold a sample of more values. */
function mixes(
  values: Float32Array,
  minimum: number,
  maximum: number,
  stepOf: (value: number) => number
): boolean {
  const stride = Math.max(1, Math.floor(values.length / mostSampled))
  const apart = new Set<number>()
  const steps = new Set<number>()
  for (let i = 0; i < values.length; i += stride) {
    const value = values[i] as number
    if (Number.isNaN(value)) continue
    apart.add(Math.min(Math.max(value, minimum), maximum))
    if (steps.add(stepOf(value)).size >= greyLevels) return false
  }
  return steps.size < apart.size
}

/** A step for every value where there are few enough, else for values evenly apart in rank. */
function unevenSteps(values: Float32Array, minimum: number, maximum: number, most: number): GreySteps {
  const held = values.filter((value) => !Number.isNaN(value))
  const sorted = held.map((value) => Math.min(Math.max(value, minimum), maximum)).sort()
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])
  const last = distinct.length - 1
  const uneven =
    last <= most
      ? distinct
      : Float32Array.from({ length: most + 1 }, (_, i) => distinct[Math.round((i * last) / most)] as number)
  const steps = Uint16Array.from(values, (value) => nearest(uneven, value))
  return { steps, lastStep: Math.max(1, uneven.length - 1), slope: 1, intercept: minimum, uneven }
}

/** Place of the value nearest to `value` in ascending ones; 0 for what is no number. */
function nearest(ascending: Float32Array, value: number): number {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] as number) < value) low = middle + 1
    else high = middle
  }
  if (Number.isNaN(value) || low === 0) return 0
  const below = value - (ascending[low - 1] as number)
  return below < (ascending[low] as number) - value ? low - 1 : low
}
