/**
 * Stored values in as little memory as holds them exactly: the values themselves where both are the same, else 16-bit
 * integers where all fit.
 */
export function compactStored(
  stored: Float32Array | Float64Array,
  values: Float32Array
): Float32Array | Float64Array | Int16Array | Uint16Array {
  let same = stored.length === values.length
  let lowest = Infinity
  let highest = -Infinity
  let whole = true
  for (let i = 0; i < stored.length; i++) {
    const value = stored[i] as number
    if (same && value !== values[i]) same = false
    if (value !== (value | 0)) whole = false
    if (!same && !whole) return stored
    if (value < lowest) lowest = value
    if (value > highest) highest = value
  }
  if (same) return values
  if (lowest >= -32768 && highest <= 32767) return Int16Array.from(stored)
  return lowest >= 0 && highest <= 65535 ? Uint16Array.from(stored) : stored
}
