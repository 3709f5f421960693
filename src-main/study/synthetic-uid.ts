import { createHash } from 'node:crypto'

/**
 * UIDs for images that carry none, the same wherever and whenever they are opened: `2.25.` and 128 bits of a SHA-256
 * as a decimal number (PS3.5 section B.2).
 * @param parts what the identity rests on
 */
export function syntheticUid(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  return `2.25.${BigInt(`0x${hash.digest('hex').slice(0, 32)}`).toString()}`
}
