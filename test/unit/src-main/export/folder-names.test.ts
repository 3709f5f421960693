import { describe, expect, it } from 'vitest'
import { createFolderNames } from '../../../../src-main/export/folder-names'

describe('createFolderNames', () => {
  it('keeps UIDs as they are and gives the same series the same name', () => {
    const name = createFolderNames()
    expect(name('a', '1.2.840.10008.1')).toBe('1.2.840.10008.1')
    expect(name('a', '1.2.840.10008.1')).toBe('1.2.840.10008.1')
  })

  it('keeps series apart that share a UID, also where the file system ignores case', () => {
    const name = createFolderNames()
    expect(name('a', 'X1')).toBe('X1')
    expect(name('b', 'X1')).toBe('X1-2')
    expect(name('c', 'x1')).toBe('x1-3')
  })

  it.each([
    ['../../etc', '_.._etc'],
    ['..', 'series'],
    ['', 'series'],
    ['a/b\\c:d', 'a_b_c_d'],
    ['con', '_con'],
    ['NUL.1', '_NUL.1'],
    ['1.2.', '1.2']
  ])('makes %j safe', (wanted, expected) => {
    expect(createFolderNames()('a', wanted)).toBe(expected)
  })

  it('cuts long names', () => {
    expect(createFolderNames()('a', '1'.repeat(300))).toHaveLength(100)
  })
})
