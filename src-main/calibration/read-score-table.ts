import { NidusError } from '../contract/errors'
import type { ScoredCase } from './scored-case'

/** A row that could not be used; lines count from 1, the head's included. */
export interface SkippedRow {
  line: number
  reason: string
}

export interface ScoreTable {
  /** labels are null, studies not complete, until {@link applyLabels} */
  cases: ScoredCase[]
  skipped: SkippedRow[]
}

export interface LabelTable {
  /** by case id; a later row of an id replaces an earlier one */
  labels: Map<string, { label: 'normal' | 'anomalous'; complete: boolean }>
  skipped: SkippedRow[]
}

/**
 * Reads scores: columns `id`, `patient`, `score`, and optionally `study`, `group`, `time` (a number, or an ISO 8601
 * date taken as UTC), in any order, comma or semicolon separated (RFC 4180).
 * @throws NidusError `nothing-readable` where a required column is missing
 */
export function readScoreTable(text: string): ScoreTable {
  const { column, rows } = readTable(text, ['id', 'patient', 'score'])
  const table: ScoreTable = { cases: [], skipped: [] }
  const seen = new Set<string>()
  for (const { line, cells } of rows) {
    const value = (name: string): string | undefined => cells[column(name)]?.trim() || undefined
    const id = value('id')
    const patient = value('patient')
    const score = numberOf(value('score'))
    const time = timeOf(value('time'))
    const reason = !id
      ? 'no id'
      : !patient
        ? 'no patient'
        : seen.has(id)
          ? 'id occurs twice'
          : score === null
            ? 'score is no finite number'
            : value('time') !== undefined && time === null
              ? 'time is neither a number nor an ISO date'
              : null
    if (reason !== null || !id || !patient || score === null) {
      table.skipped.push({ line, reason: reason ?? 'incomplete' })
      continue
    }
    seen.add(id)
    table.cases.push({
      id,
      patient,
      study: value('study'),
      score,
      label: null,
      studyComplete: false,
      group: value('group'),
      time
    })
  }
  return table
}

const labelWords: Record<string, 'normal' | 'anomalous'> = {
  '0': 'normal',
  '1': 'anomalous',
  normal: 'normal',
  anomalous: 'anomalous'
}
const yesWords = ['1', 'true', 'yes']
const noWords = ['0', 'false', 'no']

/**
 * Reads verdicts: columns `id`, `label` (0 or normal, 1 or anomalous), and optionally `complete` (1, true, yes where
 * the whole study was read).
 * @param completeByDefault for tables without that column
 * @throws NidusError `nothing-readable` where a required column is missing
 */
export function readLabelTable(text: string, completeByDefault = false): LabelTable {
  const { column, rows } = readTable(text, ['id', 'label'])
  const table: LabelTable = { labels: new Map(), skipped: [] }
  for (const { line, cells } of rows) {
    const value = (name: string): string => (cells[column(name)] ?? '').trim().toLowerCase()
    const id = cells[column('id')]?.trim()
    const word = value('label').replace(/^([01])\.0*$/, '$1')
    const label = Object.prototype.hasOwnProperty.call(labelWords, word) ? labelWords[word] : undefined
    const said = value('complete')
    const complete = yesWords.includes(said)
      ? true
      : noWords.includes(said)
        ? false
        : said === ''
          ? null
          : undefined
    if (!id || !label || complete === undefined) {
      const reason = !id
        ? 'no id'
        : !label
          ? 'label is not 0, 1, normal or anomalous'
          : 'complete is not 0 or 1'
      table.skipped.push({ line, reason })
      continue
    }
    table.labels.set(id, { label, complete: complete ?? completeByDefault })
  }
  return table
}

/**
 * Reads patients: column `patient`, whatever else stands beside it.
 * @returns each once
 * @throws NidusError `nothing-readable` where the column is missing
 */
export function readPatientTable(text: string): string[] {
  const { column, rows } = readTable(text, ['patient'])
  const patients = rows.map(({ cells }) => (cells[column('patient')] ?? '').trim())
  return [...new Set(patients.filter(Boolean))]
}

/** Puts verdicts to cases by id; cases without one stay unlabelled. */
export function applyLabels(cases: readonly ScoredCase[], { labels }: LabelTable): ScoredCase[] {
  return cases.map((own) => {
    const verdict = labels.get(own.id)
    return verdict ? { ...own, label: verdict.label, studyComplete: verdict.complete } : own
  })
}

interface Row {
  line: number
  cells: string[]
}

/**
 * Splits a table with a head line into rows (RFC 4180: quotes, doubled quotes, line breaks within quotes).
 * @throws NidusError `nothing-readable` where a required column is missing
 */
function readTable(
  text: string,
  required: readonly string[]
): { column: (name: string) => number; rows: Row[] } {
  const plain = text.replace(/^\ufeff/, '')
  const headLine = plain.slice(0, (plain.search(/[\r\n]/) + 1 || plain.length + 1) - 1)
  const separator = headLine.includes(';') && !headLine.includes(',') ? ';' : ','
  const [head, ...rows] = splitRows(plain, separator)
  const names = head?.cells.map((name) => name.trim().toLowerCase()) ?? []
  const missing = required.filter((name) => !names.includes(name))
  if (missing.length > 0) {
    throw new NidusError('nothing-readable', { reason: `the head line lacks ${missing.join(', ')}` })
  }
  return { column: (name) => names.indexOf(name), rows }
}

function splitRows(text: string, separator: string): Row[] {
  const rows: Row[] = []
  let cells: string[] = []
  let cell = ''
  let quoted = false
  let line = 1
  let startLine = 1
  const endRow = (): void => {
    cells.push(cell)
    if (cells.some((own) => own.trim() !== '')) rows.push({ line: startLine, cells })
    cells = []
    cell = ''
  }
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]
    if (sign === '\n') line++
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (text[i + 1] === '"') {
        cell += '"'
        i++
      } else quoted = false
    } else if (sign === '"') quoted = true
    else if (sign === separator) {
      cells.push(cell)
      cell = ''
    } else if (sign === '\n') {
      endRow()
      startLine = line
    } else if (sign !== '\r') cell += sign
  }
  endRow()
  return rows
}

function numberOf(text: string | undefined): number | null {
  const value = text === undefined ? NaN : Number(text)
  return Number.isFinite(value) ? value : null
}

/** A number as it is; an ISO 8601 date, without a zone in UTC, as ms since 1970. */
function timeOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const plainNumber = numberOf(text)
  if (plainNumber !== null) return plainNumber
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return null
  const zoned =
    /T|\s/.test(text) && !/(Z|[+-]\d{2}:?\d{2})$/i.test(text) ? `${text.replace(' ', 'T')}Z` : text
  const time = Date.parse(zoned)
  return Number.isNaN(time) ? null : time
}
