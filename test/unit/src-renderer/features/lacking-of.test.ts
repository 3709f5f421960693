import { expect, it } from 'vitest'
import { lackingOf } from '../../../../src-renderer/features/reading/lacking-of'

it('says what a slice lacks', () => {
  expect(lackingOf({ partial: false, rows: 9 })).toBeNull()
  expect(lackingOf({ partial: true, missingRows: 4, rows: 9 })).toContain('4 of 9 rows are not whole')
  expect(lackingOf({ partial: true, missingRows: 1, rows: 9 })).toContain('its last row')
  expect(lackingOf({ partial: true, rows: 9 })).toContain('fine detail')
})
