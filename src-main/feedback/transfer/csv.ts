import { NidusError } from '../../contract/errors'

/**
 * Characters that make spreadsheets take a cell for a formula (OWASP, CSV Injection), full-width forms included,
 * and the quote that marks a cell as neutralised, so that marking can be undone exactly.
 */
const dangerous = /^['=+\-@\t\r\n＝＋－＠]/
const plainNumber = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/

function encodeCell(cell: string | number | null): string {
  const text = cell === null ? '' : String(cell)
  const safe = dangerous.test(text) && !plainNumber.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}

/**
 * A table as CSV by RFC 4180: CRLF after every line, cells with commas, quotes or breaks quoted. Text that a
 * spreadsheet would run as a formula begins with an apostrophe; numbers stay numbers.
 * @param header column names
 * @param rows cells in the order of the header; null becomes an empty cell
 */
export function encodeCsv(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[]
): string {
  return [header, ...rows].map((row) => `${row.map(encodeCell).join(',')}\r\n`).join('')
}

/** All cells of a CSV text; also takes LF line ends and a byte order mark, which spreadsheets leave behind. */
function splitCells(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let position = text.startsWith('\uFEFF') ? 1 : 0
  while (position < text.length) {
    let cell = ''
    if (text[position] === '"') {
      for (position += 1; ; position += 1) {
        const close = text.indexOf('"', position)
        if (close < 0)
          throw new NidusError('feedback-import-invalid', { reason: 'CSV quote without its end' })
        cell += text.slice(position, close)
        position = close + 1
        if (text[position] !== '"') break
        cell += '"'
      }
    } else {
      const end = position + text.slice(position).search(/[,\r\n]|$/)
      cell = text.slice(position, end)
      position = end
    }
    row.push(cell)
    if (text[position] === ',') {
      position += 1
      if (position === text.length) row.push('')
      continue
    }
    if (position < text.length && !/[\r\n]/.test(text[position])) {
      throw new NidusError('feedback-import-invalid', { reason: 'CSV text after a closing quote' })
    }
    position += text.startsWith('\r\n', position) ? 2 : 1
    rows.push(row)
    row = []
  }
  if (row.length > 0) rows.push(row)
  return rows
}

/**
 * The rows of a CSV text as records by column name, the apostrophes of {@link encodeCsv} taken off again.
 * @throws NidusError `feedback-import-invalid` for text that is no CSV or has rows of another length
 */
export function parseCsv(text: string): Record<string, string>[] {
  const [header, ...rows] = splitCells(text).map((cells) =>
    cells.map((cell) => (cell.startsWith("'") && dangerous.test(cell.slice(1)) ? cell.slice(1) : cell))
  )
  if (!header) return []
  return rows.map((cells, index) => {
    if (cells.length !== header.length) {
      throw new NidusError('feedback-import-invalid', {
        reason: `CSV row ${index + 2} has ${cells.length} cells`
      })
    }
    return Object.fromEntries(header.map((column, i) => [column, cells[i]]))
  })
}
