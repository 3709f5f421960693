import { NidusError } from '../../contract/errors'

/**
 * JSON with one spelling for one value: keys sorted by UTF-16 code units, no blanks, numbers as ECMAScript writes
 * them (the rules of RFC 8785). Members that are null or undefined are left out, so that a nullable column added
 * by a later migration does not change the hash of older rows.
 * @throws NidusError `internal` for what JSON cannot hold (non-finite numbers, functions, big integers)
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== null && member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
    return `{${members.join(',')}}`
  }
  throw new NidusError('internal', { reason: `no canonical JSON for a ${typeof value}` })
}
