import { z } from 'zod'
import { NidusError } from '../../contract/errors'
import {
  readerSessionSchema,
  readingEventSchema,
  unblindingSchema,
  verdictSchema,
  type Verdict
} from '../../contract/feedback'
import { readerKeyOf } from '../reading/reader-sessions'
import { canonicalJson } from '../store/canonical-json'
import type { Append, FeedbackStore } from '../store/open-store'
import { sessionRow } from '../reading/reader-sessions'
import { parseVerdict, verdictRow } from '../verdicts/verdict-row'
import { bundleTables, readingRow, unblindingRow, type FeedbackBundle } from './bundle'

/** What a merge did. `refused` entries are not in the store; everything else is. */
export interface MergeReport {
  added: { sessions: number; readings: number; unblindings: number; verdicts: number }
  /** already there, equal in every field */
  unchanged: number
  refused: { id: string; reason: 'invalid' | 'differs-from-stored' | 'refers-to-missing' }[]
}

const bundleShell = z.object({
  sessions: z.array(z.unknown()),
  readings: z.array(z.unknown()).default([]),
  unblindings: z.array(z.unknown()).default([]),
  verdicts: z.array(z.unknown())
})

const idOf = (entry: unknown): string => {
  const id = (entry as { id?: unknown } | null)?.id
  return typeof id === 'string' ? id.slice(0, 64) : '(no id)'
}

/** Verdicts with what they supersede first. */
function inOrder(verdicts: readonly Verdict[]): Verdict[] {
  const byId = new Map(verdicts.map((verdict) => [verdict.id, verdict]))
  const ordered = new Set<Verdict>()
  for (const verdict of verdicts) {
    const chain: Verdict[] = []
    for (
      let link: Verdict | undefined = verdict;
      link && !ordered.has(link) && !chain.includes(link);
      link = link.supersedes ? byId.get(link.supersedes) : undefined
    ) {
      chain.push(link)
    }
    chain.reverse().forEach((link) => ordered.add(link))
  }
  return [...ordered]
}

/**
 * Merges what another store exported, by id: what is there stays as it is, what is new is added with its own id,
 * time and reader, what differs from the stored row of the same id is refused. One transaction: all or nothing of
 * it survives a kill.
 * @param source name of the file for the audit log
 * @throws NidusError `feedback-import-invalid` when it is no bundle at all
 */
export function mergeBundle(store: FeedbackStore, bundle: unknown, source: string): MergeReport {
  const shell = bundleShell.safeParse(bundle)
  if (!shell.success) throw new NidusError('feedback-import-invalid', { reason: 'no Nidus feedback in it' })
  const report: MergeReport = {
    added: { sessions: 0, readings: 0, unblindings: 0, verdicts: 0 },
    unchanged: 0,
    refused: []
  }
  const valid = <T>(
    entries: unknown[],
    schema: z.ZodType<T>,
    sound: (entry: T) => boolean = () => true
  ): T[] =>
    entries.flatMap((entry) => {
      const parsed = schema.safeParse(entry)
      if (parsed.success && sound(parsed.data)) return [parsed.data]
      report.refused.push({ id: idOf(entry), reason: 'invalid' })
      return []
    })
  const sessions = valid(
    shell.data.sessions,
    readerSessionSchema,
    (s) => s.readerKey === readerKeyOf(s.reader)
  )
  const readings = valid(shell.data.readings, readingEventSchema)
  const unblindings = valid(shell.data.unblindings, unblindingSchema)
  const verdicts = inOrder(valid(shell.data.verdicts, verdictSchema))

  store.write((append) => {
    const merge = merger(store, append, report)
    sessions.forEach((entry) => merge('sessions', entry, sessionRow(entry), []))
    readings.forEach((entry) => merge('readings', entry, readingRow(entry), []))
    unblindings.forEach((entry) => merge('unblindings', entry, unblindingRow(entry), []))
    verdicts.forEach((entry) => {
      // stored and parsed again, so that what cannot be read back is never written
      const row = parseVerdict({ ...verdictRow(entry) })
      merge('verdicts', row, verdictRow(row), entry.supersedes ? [entry.supersedes] : [])
    })
    append.event({
      event: 'imported',
      source,
      ...report.added,
      unchanged: report.unchanged,
      refused: report.refused.length
    })
  })
  return report
}

function merger(store: FeedbackStore, append: Append, report: MergeReport) {
  const { database } = store
  const exists = (table: string, id: string) =>
    database.all(`SELECT 1 AS found FROM ${table} WHERE id = ?`, [id]).length > 0
  return (
    field: keyof MergeReport['added'],
    entry: { id: string; sessionId?: string },
    row: ReturnType<typeof sessionRow>,
    refersTo: string[]
  ): void => {
    const { table, fromRow } = bundleTables.find((candidate) => candidate.field === field)!
    const [stored] = database.all(`SELECT * FROM ${table} WHERE id = ?`, [entry.id])
    if (stored) {
      if (canonicalJson(fromRow(stored)) === canonicalJson(entry)) report.unchanged += 1
      else report.refused.push({ id: entry.id, reason: 'differs-from-stored' })
      return
    }
    const lost =
      (entry.sessionId !== undefined && !exists('reader_sessions', entry.sessionId)) ||
      refersTo.some((id) => !exists('verdicts', id))
    if (lost) {
      report.refused.push({ id: entry.id, reason: 'refers-to-missing' })
      return
    }
    append.row(table, row)
    report.added[field] += 1
  }
}

/** A bundle in the shape that {@link mergeBundle} takes. */
export type Mergeable = Pick<FeedbackBundle, 'sessions' | 'readings' | 'unblindings' | 'verdicts'>
