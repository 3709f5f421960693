import { join } from 'node:path'
import { expect, it } from 'vitest'
import { joinAlike } from '../../../../src-main/study/join-alike'

it('puts into one line what more than three files of a folder share, and keeps the place of the first', () => {
  const doubt = (folder: string, at: number, message = 'odd') => ({
    code: 'header-doubtful',
    path: join('/', folder, `f${at}`),
    message
  })
  const copy = (at: number) => ({
    code: 'duplicate-image',
    path: join('/copies', `c${at}`),
    message: `the same image as f${at}; left out`
  })
  const few = [doubt('b', 1), doubt('b', 2), doubt('b', 3)]
  const joined = joinAlike([
    ...[1, 2, 3, 4].map((at) => doubt('a', at)),
    ...few,
    doubt('a', 9, 'another'),
    ...[1, 2, 3, 4, 5].map(copy)
  ])
  expect(joined).toEqual([
    { code: 'header-doubtful', path: join('/', 'a'), message: '4 files: odd' },
    ...few,
    doubt('a', 9, 'another'),
    { code: 'duplicate-image', path: join('/', 'copies'), message: '5 files are copies of others; left out' }
  ])
})
