import type { ValueWindow } from './study'

/**
 * How bright a window shows a modality value, from 0 (black) to 1 (white), before inversion: DICOM PS3.3 C.11.2.1.2.1
 * (LINEAR), C.11.2.1.3.2 (LINEAR_EXACT), C.11.2.1.3.1 (SIGMOID), C.11.2.1.1 (VOI LUT).
 *
 * LINEAR is defined for widths from 1 on; narrower ones, which only values with fractions have, are taken as
 * LINEAR_EXACT. A table is stretched over the window: where centre and width are those that {@link windowOfTable}
 * gives, every value meets its own entry.
 * @returns a function that gives 0 for what is no number
 */
export function shadeOf(window: ValueWindow): (value: number) => number {
  const { center, lut } = window
  const width = Math.max(window.width, Number.MIN_VALUE)
  if (lut) {
    const { values, bits } = lut
    const last = values.length - 1
    const white = 2 ** bits - 1
    const start = center - width / 2
    return (value) => {
      const entry = Math.floor(((value - start) / width) * values.length + 1e-6)
      return (values[Math.min(Math.max(entry, 0), last)] ?? 0) / white
    }
  }
  if (window.function === 'sigmoid')
    return (value) => (Number.isNaN(value) ? 0 : 1 / (1 + Math.exp((-4 * (value - center)) / width)))
  const stepped = window.function !== 'linear-exact' && width >= 1
  const middle = stepped ? center - 0.5 : center
  const span = stepped ? width - 1 : width
  const low = middle - span / 2
  const high = middle + span / 2
  return (value) => {
    // in this order a width of 1 is a step: black up to its place, white above (C.11.2.1.2.1)
    if (value > high) return 1
    return value > low ? (value - middle) / span + 0.5 : 0
  }
}

/** The values that a table is made for, as centre and width. */
export function windowOfTable(lut: NonNullable<ValueWindow['lut']>): ValueWindow {
  const width = lut.values.length
  return { center: lut.firstMapped + width / 2, width, lut }
}
