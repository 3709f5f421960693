/** Numbers that differ by no more than this share are one: half a pixel over an image of 512. */
const sameShare = 1e-3

/**
 * The number of the group that measured values belong to: that of the first known ones which all lie close to them. Writers
 * round differently, so that rounding again would part what lies at a half.
 * @param known of each group, the values that came first; new ones are added
 */
export function closeGroup(known: (readonly number[])[], values: readonly number[]): number {
  const found = known.findIndex(
    (other) => other.length === values.length && other.every((value, at) => isClose(value, values[at] ?? 0))
  )
  return found >= 0 ? found : known.push(values) - 1
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= sameShare * Math.max(Math.abs(a), Math.abs(b))
}
