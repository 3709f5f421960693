/** Compares names as people count: `slice2` before `slice10`; case and accents do not matter. */
export const compareNaturally = new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare

/** A name whose last number is short enough to be exact; what stands before it must not end in other digits. */
const numbered = /^(.*?\P{Nd}|)(\d{1,15})(\P{Nd}*)$/su

/**
 * Puts items in the order of their names by {@link compareNaturally}; those of equal rank stay as they are. Names that
 * differ in their last number alone, as those of exported slices do, are compared by that: a tenth of the time.
 */
export function sortNaturally<T>(items: T[], nameOf: (item: T) => string): T[] {
  const numbers = lastNumbers(items.map(nameOf))
  if (!numbers) return [...items].sort((a, b) => compareNaturally(nameOf(a), nameOf(b)))
  const order = Array.from(numbers.keys()).sort((a, b) => (numbers[a] as number) - (numbers[b] as number))
  return order.map((index) => items[index] as T)
}

/** Null where names differ in more than their last number. */
function lastNumbers(names: string[]): Float64Array | null {
  const shared = numbered.exec(names[0] ?? '')
  if (!shared) return null
  const [, prefix = '', , suffix = ''] = shared
  const numbers = new Float64Array(names.length)
  for (const [index, name] of names.entries()) {
    const end = name.length - suffix.length
    if (end <= prefix.length || !name.startsWith(prefix) || !name.endsWith(suffix)) return null
    const digits = name.slice(prefix.length, end)
    if (digits.length > 15 || !/^\d+$/.test(digits)) return null
    numbers[index] = Number(digits)
  }
  return numbers
}
