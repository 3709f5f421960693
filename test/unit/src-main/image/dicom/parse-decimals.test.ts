import { describe, expect, it } from 'vitest'
import { parseDecimals } from '../../../../../src-main/image/dicom/parse-decimals'
import { seededRandom } from '../../../../helpers/damage-file'

const parse = (text: string): number[] | null => parseDecimals(Buffer.from(text, 'latin1'), 0, text.length)

describe('numbers from their bytes', () => {
  it('are those that the language makes of the text, to the last bit', () => {
    const random = seededRandom(7)
    for (let turn = 0; turn < 20_000; turn++) {
      const texts = Array.from({ length: 1 + Math.floor(3 * random()) }, () => {
        const whole = Math.floor(random() * 10 ** Math.floor(9 * random()))
        const decimals = Math.floor(7 * random())
        const digits = String(Math.floor(random() * 1e6)).slice(0, decimals)
        const sign = ['', '-', '+'][Math.floor(3 * random())]
        return `${sign}${whole}${decimals > 0 ? `.${digits}` : ''}`
      })
      const spaced = texts.map((text) => (random() < 0.3 ? ` ${text} ` : text)).join('\\')
      expect(parse(spaced), spaced).toEqual(texts.map(Number))
    }
  })

  it.each([
    ['0.30000001', [0.30000001]],
    ['-0', [-0]],
    ['.5\\5.', [0.5, 5]],
    ['1 \\2\0', [1, 2]],
    ['999999999999999', [999999999999999]]
  ])('reads %j', (text, values) => expect(parse(text)).toEqual(values))

  it.each([
    '',
    ' ',
    '1\\',
    '\\1',
    '1e3',
    '1\\x',
    '0x10',
    '1.2.3',
    '1 2',
    '--1',
    '.',
    '1234567890123456',
    '1\0\\2'
  ])('leaves %j to whoever looks at the text', (text) => expect(parse(text)).toBeNull())

  it('keeps to its element', () => expect(parseDecimals(Buffer.from('1\\23\\4'), 2, 4)).toEqual([23]))
})
