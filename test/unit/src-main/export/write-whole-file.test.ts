import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeWholeFile } from '../../../../src-main/export/write-whole-file'
import { temporaryFolder } from '../../../helpers/temporary-folder'

const folder = temporaryFolder()

it('writes and replaces a file, and leaves nothing else behind', async () => {
  const path = join(folder, 'a.json')
  await writeWholeFile(path, 'one')
  await writeWholeFile(path, 'two')
  expect(readFileSync(path, 'utf8')).toBe('two')
  expect(readdirSync(folder)).toEqual(['a.json'])
})

it('says which file cannot be written, and leaves no part of it', async () => {
  await expect(writeWholeFile(join(folder, 'none', 'b'), '')).rejects.toMatchObject({
    code: 'output-unwritable',
    context: { path: join(folder, 'none', 'b'), reason: 'ENOENT' }
  })
  mkdirSync(join(folder, 'taken'))
  await expect(writeWholeFile(join(folder, 'taken'), '')).rejects.toMatchObject({ code: 'output-unwritable' })
  expect(readdirSync(folder).sort()).toEqual(['a.json', 'taken'])
})
