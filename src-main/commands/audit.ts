import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { toNidusError } from '../contract/errors'
import type { AuditFault } from '../feedback/store/verify-audit'
import { inspectStore } from '../feedback/store/inspect-store'
import { feedbackDatabasePath } from '../platform/user-data-folder'
import { describeError } from './describe-error'
import { exitCodes } from './exit-codes'

const help = `Usage: nidus audit verify [--db FILE] [--expect HASH] [--json]

Looks for anything in the feedback store that is not as it was written: changed, removed, reordered or inserted
rows, and a cut tail. Changes nothing. For research use only.

  --db FILE       the database; default: feedback/feedback.db in the user data folder
                  (Linux ~/.config/nidus, macOS ~/Library/Application Support/nidus, Windows %APPDATA%\\nidus)
  --expect HASH   a head hash that was noted earlier must still be in the chain; finds a store that was
                  rewritten as a whole
  --json          the report as JSON
  --help          this text

Exit codes: 0 untouched, 1 tampered with or damaged, 2 usage, 3 no readable store.
`

/** What verification says when it fails. */
const verificationFailed = 1

const sentences: Record<AuditFault['kind'], string> = {
  'entry-changed': 'an entry of the audit log was changed',
  'chain-broken': 'the chain of hashes is broken',
  'entry-missing': 'an entry of the audit log was removed',
  'row-changed': 'a row was changed',
  'row-removed': 'a row was removed',
  'row-inserted': 'a row was put in past the log',
  'tail-cut': 'the latest entries were cut off',
  'anchor-missing': 'the anchor file was removed',
  'anchor-unreadable': 'the anchor file is not legible',
  'anchor-mismatch': 'the anchor file belongs to another history',
  'noted-at-open': 'Nidus found the store tampered with when it was opened',
  'schema-changed': 'a table, index or trigger was changed'
}

function describe({ kind, seq, table, rowId }: AuditFault): string {
  const place = [seq !== null && `entry ${seq}`, table && `${table} ${rowId ?? ''}`.trim()].filter(Boolean)
  return `${sentences[kind]}${place.length > 0 ? ` (${place.join(', ')})` : ''} [${kind}]`
}

/** Prints an inspection; shared by `nidus audit verify` and `nidus feedback verify`. */
export function verifyAndPrint(path: string, expectedHash: string | undefined, json: boolean): number {
  const { integrity, schemaVersion, audit } = inspectStore(path, expectedHash)
  const ok = integrity === 'ok' && audit?.ok === true
  if (json) {
    process.stdout.write(`${JSON.stringify({ ok, integrity, schemaVersion, audit }, null, 2)}\n`)
    return ok ? exitCodes.done : verificationFailed
  }
  const lines = [`database: ${integrity}`]
  for (const fault of audit?.faults ?? []) lines.push(`audit: ${describe(fault)}`)
  for (const { recordedAt } of audit?.restores ?? [])
    lines.push(`note: restored from a backup at ${recordedAt}`)
  if (audit) {
    lines.push(`${audit.rows} rows, ${audit.entries} entries, ${audit.faults.length} faults`)
    lines.push(`head ${audit.head.count} ${audit.head.hash}`)
  }
  process.stdout.write(`${lines.join('\n')}\n`)
  return ok ? exitCodes.done : verificationFailed
}

/**
 * `nidus audit verify`.
 * @param argv what follows the command's name
 * @returns the process's exit code
 */
export async function auditCommand(argv: string[]): Promise<number> {
  const usage = (message: string): number => {
    process.stderr.write(`nidus audit: ${message}\n\n${help}`)
    return exitCodes.usage
  }
  let parsed
  try {
    parsed = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        db: { type: 'string' },
        expect: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' }
      }
    })
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error))
  }
  const { values, positionals } = parsed
  if (values.help) {
    process.stdout.write(help)
    return exitCodes.done
  }
  if (positionals.length !== 1 || positionals[0] !== 'verify') return usage('the one thing to do is verify')
  if (values.expect !== undefined && !/^[0-9a-f]{64}$/.test(values.expect))
    return usage('--expect is no SHA-256')
  try {
    return verifyAndPrint(resolve(values.db ?? feedbackDatabasePath()), values.expect, values.json === true)
  } catch (thrown) {
    process.stderr.write(`nidus audit: ${describeError(toNidusError(thrown))}\n`)
    return exitCodes.nothingReadable
  }
}
