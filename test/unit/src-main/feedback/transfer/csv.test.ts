import { describe, expect, it } from 'vitest'
import { encodeCsv, parseCsv } from '../../../../../src-main/feedback/transfer/csv'

describe('encodeCsv', () => {
  it('follows RFC 4180', () => {
    expect(
      encodeCsv(
        ['a', 'b'],
        [
          ['x,y', 'say "no"'],
          ['two\nlines', null]
        ]
      )
    ).toBe('a,b\r\n"x,y","say ""no"""\r\n"two\nlines",\r\n')
  })

  it('lets no text run as a formula, and numbers be numbers', () => {
    const texts = ['=1+1', '+49 30', '-2+3', '@SUM(A1)', '\tx', '\rx', '＝1', "'quoted", "=cmd|' /C calc'!A0"]
    const lines = encodeCsv(
      ['t'],
      texts.map((text) => [text])
    )
      .split('\r\n')
      .slice(1, -1)
    for (const [i, line] of lines.entries()) expect(line.replace(/^"/, ''), texts[i]).toMatch(/^'/)
    expect(encodeCsv(['n'], [[-1.5], [-2e-7], ['-3']])).toBe('n\r\n-1.5\r\n-2e-7\r\n-3\r\n')
  })
})

describe('parseCsv', () => {
  it('gives back what encodeCsv was given', () => {
    const cells = [
      '',
      'x',
      '=1+1',
      "'",
      "''=x",
      "'=x",
      'a\r\nb',
      '"',
      '""',
      ',',
      '\n',
      ' lead',
      '-5',
      '-a',
      'é😀',
      '@'
    ]
    const rows = cells.map((cell) => [cell, 'end'])
    expect(parseCsv(encodeCsv(['c', 'd'], rows)).map(({ c }) => c)).toEqual(cells)
    expect(
      parseCsv(
        encodeCsv(
          ['d', 'c'],
          cells.map((cell) => ['start', cell])
        )
      ).map(({ c }) => c)
    ).toEqual(cells)
  })

  it('takes a byte order mark, LF line ends and a missing last break', () => {
    expect(parseCsv('\uFEFFa,b\n1,2\n3,')).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '' }
    ])
    expect(parseCsv('')).toEqual([])
  })

  it('refuses ragged rows and open quotes', () => {
    for (const text of ['a,b\r\n1\r\n', 'a\r\n"x', 'a\r\n"x"y\r\n']) {
      expect(() => parseCsv(text)).toThrow(expect.objectContaining({ code: 'feedback-import-invalid' }))
    }
  })
})
