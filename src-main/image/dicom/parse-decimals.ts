/** Ten to the power of the index; exact as far as this goes. */
const powersOfTen = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`))

/** Digits that a double holds for sure. */
const mostDigits = 15

const backslash = 0x5c

/**
 * Decimal strings and integer strings (DS and IS, PS3.5 section 6.2) straight from their bytes: the texts of a header's
 * numbers cost more to make than the numbers. At most 15 digits and powers of ten up to 22 make a number with one
 * rounding, so it is the one that `Number` would give (Clinger 1990, How to read floating point numbers accurately).
 * @param start of the element's value
 * @param end of it, exclusive
 * @returns null for whatever is written in any other way, faults among them: then the text has to be looked at
 */
export function parseDecimals(bytes: Uint8Array, start: number, end: number): number[] | null {
  const values: number[] = []
  let at = start
  for (;;) {
    while (at < end && bytes[at] === 0x20) at++
    const first = bytes[at]
    const negative = first === 0x2d
    if (at < end && (negative || first === 0x2b)) at++
    let mantissa = 0
    let digits = 0
    let scale = 0
    let fraction = false
    for (; at < end; at++) {
      const byte = bytes[at] as number
      if (byte >= 0x30 && byte <= 0x39) {
        mantissa = mantissa * 10 + byte - 0x30
        digits++
        if (fraction) scale++
      } else if (byte === 0x2e && !fraction) fraction = true
      else break
    }
    if (digits === 0 || digits > mostDigits) return null
    const value = mantissa / (powersOfTen[scale] as number)
    values.push(negative ? -value : value)
    while (at < end && (bytes[at] === 0x20 || (bytes[at] === 0 && at === end - 1))) at++
    if (at === end) return values
    if (bytes[at++] !== backslash) return null
  }
}
