import type { SlicePixelsMessage } from '../../../src-main/contract/channels'

/** What a slice lacks of its pixels, in words; null where they are whole. */
export function lackingOf({
  partial,
  missingRows,
  rows
}: Pick<SlicePixelsMessage, 'partial' | 'missingRows' | 'rows'>): string | null {
  if (!partial) return null
  if (!missingRows) return 'the file is cut or damaged inside its pixels, fine detail is lost'
  return missingRows === 1
    ? 'the file ends inside its last row'
    : `the file ends early, ${missingRows} of ${rows} rows are not whole`
}
