import { expect, it } from 'vitest'
import { withoutTwins } from '../../../../src-main/commands/analysis-warnings'

it('lists a warning once, and others of the same file as well', () => {
  const cut = { code: 'raster-malformed', path: 'a.png', message: 'cut' } as const
  const other = { ...cut, message: 'too dark' }
  expect(withoutTwins([cut, { ...cut, path: 'b.png' }, other, { ...cut }])).toEqual([
    cut,
    { ...cut, path: 'b.png' },
    other
  ])
})
