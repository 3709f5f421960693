/** An instant as part of a file name, in UTC: `2026-11-22T19-30-00-000Z`. Sorts by time. */
export function fileStamp(instant: Date): string {
  return instant.toISOString().replace(/[:.]/g, '-')
}
