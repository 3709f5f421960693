import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { ChainHead } from './audit-chain'
import { writeFileAtomically } from './write-file-atomically'

const anchorSchema = z.object({
  storeId: z.string().min(1),
  count: z.number().int().nonnegative(),
  hash: z.string().regex(/^[0-9a-f]{64}$/)
})
/** The end of the audit chain as the last writer knew it, kept outside the database: a cut tail shows. */
export type AuditAnchor = z.infer<typeof anchorSchema>

/** Path of the anchor of a database. */
export function anchorPath(databasePath: string): string {
  return `${databasePath}.anchor.json`
}

/** The anchor beside a database: null where there is none, `unreadable` where it is no anchor. */
export function readAnchor(databasePath: string): AuditAnchor | 'unreadable' | null {
  let text: string
  try {
    text = readFileSync(anchorPath(databasePath), 'utf8')
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ENOENT' ? null : 'unreadable'
  }
  try {
    return anchorSchema.parse(JSON.parse(text))
  } catch {
    return 'unreadable'
  }
}

/** Puts the anchor at the end of the chain. Called after every commit; a kill in between leaves it one behind. */
export function writeAnchor(databasePath: string, storeId: string, head: ChainHead): void {
  const anchor: AuditAnchor = { storeId, count: head.count, hash: head.hash }
  writeFileAtomically(anchorPath(databasePath), `${JSON.stringify(anchor)}\n`)
}
