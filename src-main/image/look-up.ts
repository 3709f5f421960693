import type { LookupTable, Palette } from './image-types'

/** The entry of a stored value, both ends clamped (PS3.3 C.11.1.1). */
export function lookUp(table: LookupTable, stored: number): number {
  const index = Math.min(Math.max(stored - table.firstMapped, 0), table.values.length - 1)
  return table.values[index] as number
}

/** Whether a stored value has an entry of its own. */
export function hasEntry({ firstMapped, values }: LookupTable, stored: number): boolean {
  return stored >= firstMapped && stored < firstMapped + values.length
}

/**
 * Whether the entries of a palette lie in 0 to 255: tables declared 16 bits wide sometimes hold 8-bit values only. Others
 * lie in 0 to 65535; there is nothing between (PS3.3 C.7.6.3.1.5).
 */
export function holdsBytes({ red, green, blue }: Palette): boolean {
  return [red, green, blue].every(({ bits, values }) => bits <= 8 || values.every((value) => value <= 255))
}
