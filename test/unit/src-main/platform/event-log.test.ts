import { expect, it } from 'vitest'
import { createEventLog } from '../../../../src-main/platform/event-log'

it('writes one JSON object a line, with the time', () => {
  const lines: string[] = []
  const log = createEventLog(
    (line) => lines.push(line),
    () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5))
  )
  log('info', 'engine-started', { provider: 'cpu', elapsedMs: 12 })
  log('error', 'engine-crashed')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      time: '2026-01-02T03:04:05.000Z',
      level: 'info',
      event: 'engine-started',
      provider: 'cpu',
      elapsedMs: 12
    },
    { time: '2026-01-02T03:04:05.000Z', level: 'error', event: 'engine-crashed' }
  ])
})
