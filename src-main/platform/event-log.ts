import type { ErrorCode } from '../contract/errors'

/**
 * Facts that a log line may hold. Deliberately narrow: no paths, names, UIDs or free text, since any of them may
 * identify a patient.
 */
export interface LogFacts {
  code?: ErrorCode
  modelId?: string
  provider?: string
  status?: string
  version?: string
  platform?: string
  count?: number
  elapsedMs?: number
  exitCode?: number | null
  signal?: string | null
}

export type LogLevel = 'info' | 'warning' | 'error'

/**
 * A log of events, one JSON object a line.
 * @param write receives each line without its line end
 * @param now clock, for the time stamp
 */
export function createEventLog(write: (line: string) => void, now: () => Date = () => new Date()) {
  return (level: LogLevel, event: string, facts: LogFacts = {}): void =>
    write(JSON.stringify({ time: now().toISOString(), level, event, ...facts }))
}
export type EventLog = ReturnType<typeof createEventLog>
