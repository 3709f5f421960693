import { describe, expect, it } from 'vitest'
import { decodeText, describeTextDoubt } from '../../../../../src-main/image/dicom/decode-text'

const bytes = (hex: string): string => Buffer.from(hex.replaceAll(' ', ''), 'hex').toString('latin1')

describe('character sets', () => {
  // bytes and texts of pydicom's charset files (chr*.dcm), which hold the examples of PS3.5 annexes H to J
  it.each([
    ['Arabic', 'ISO_IR 127', 'e2c8c7e6ea5ee4e6d2c7d1', 'قباني^لنزار'],
    ['French', 'ISO_IR 100', '4275635e4ae972f46d65', 'Buc^Jérôme'],
    ['German', 'ISO_IR 100', 'c46e6561735e52fc646967657220', 'Äneas^Rüdiger '],
    ['Greek', 'ISO_IR 126', 'c4e9efedf5f3e9eff2', 'Διονυσιος'],
    ['Hebrew', 'ISO_IR 138', 'f9f8e5ef5ee3e1e5f8e4', 'שרון^דבורה'],
    ['Russian', 'ISO_IR 144', 'bbeeda6365dcd17970d3', 'Люкceмбypг'],
    [
      'Japanese (H.3.1)',
      '\\ISO 2022 IR 87',
      '59616d6164615e5461726f753d1b24423b3345441b28425e1b244242404f3a1b28423d1b24422464245e24401b28425e1b2442243f246d24261b2842',
      'Yamada^Tarou=山田^太郎=やまだ^たろう'
    ],
    [
      'Japanese with half-width katakana (H.3.2)',
      'ISO 2022 IR 13\\ISO 2022 IR 87',
      'd4cfc0de5ec0dbb33d1b24423b3345441b284a5e1b244242404f3a1b284a3d1b24422464245e24401b284a5e1b2442243f246d24261b284a',
      'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう'
    ],
    [
      'Japanese with the first set named',
      'ISO 2022 IR 6\\ISO 2022 IR 87',
      '1b24422464245e24401b28425e1b2442243f246d24261b2842',
      'やまだ^たろう'
    ],
    [
      'Korean (I.2)',
      '\\ISO 2022 IR 149',
      '486f6e675e47696c646f6e673d1b242943fbf35e1b242943d1ced4d73d1b242943c8ab5e1b242943b1e6b5bf',
      'Hong^Gildong=洪^吉洞=홍^길동'
    ],
    ['Korean, set back at its end', '\\ISO 2022 IR 149', '1b242943b1e8c8f1c1df1b2842', '김희중'],
    [
      'UTF-8 (J.1)',
      'ISO_IR 192',
      '57616e675e5869616f446f6e673de78e8b5ee5b08fe69db13d',
      'Wang^XiaoDong=王^小東='
    ],
    ['GB18030 (J.2)', 'GB18030', '57616e675e5869616f446f6e673dcdf55ed0a1b6ab3d', 'Wang^XiaoDong=王^小东='],
    // PS3.5 K.2
    [
      'Chinese with escapes (K.2)',
      '\\ISO 2022 IR 58',
      '5a68616e675e5869616f446f6e673d1b242941d5c55e1b242941d0a1b6ab3d',
      'Zhang^XiaoDong=张^小东='
    ],
    // the following by Python's codecs: iso8859_2, iso8859_3, iso8859_4, iso8859_9, tis_620, iso8859_15, gbk
    ['Polish', 'ISO_IR 101', 'a36f646320b1b3', 'Łodc ął'],
    ['Maltese', 'ISO_IR 109', 'a1b1', 'Ħħ'],
    ['Baltic', 'ISO_IR 110', 'aabae0fe', 'Ēēāū'],
    ['Turkish', 'ISO_IR 148', 'd0f0ddfdde', 'ĞğİıŞ'],
    ['Thai', 'ISO_IR 166', 'b9d2a1', 'นาก'],
    ['Latin 9', 'ISO_IR 203', 'a4bc', '€Œ'],
    ['GBK with a trailing byte that looks like a delimiter', 'GBK', '955c815e', '昞乛'],
    // 0x30 0x21 of JIS X 0212 is U+4E02 (Unicode's JIS0212.TXT)
    ['supplementary kanji', '\\ISO 2022 IR 159', '1b24284430211b2842', '丂'],
    // katakana after kanji: ESC ( J sets back the lower half only
    [
      'half-width katakana after kanji',
      'ISO 2022 IR 13\\ISO 2022 IR 87',
      '1b24423b3345441b2842d4cf',
      '山田ﾔﾏ'
    ]
  ])('%s', (_, terms, hex, expected) => {
    expect(decodeText(bytes(hex), terms)).toBe(expected)
  })

  // 0xe9 is é in Latin 1 and щ in ISO 8859-5
  it.each(['5e', '3d', '5c', '0d', '0a', '09', '0c'])('end at the delimiter %s', (delimiter) => {
    const decoded = decodeText(bytes(`1b2d4ce9${delimiter}e9`), 'ISO 2022 IR 100\\ISO 2022 IR 144')
    expect([decoded[0], decoded[2]]).toEqual(['щ', 'é'])
  })
})

describe('character sets that are written wrongly', () => {
  it.each([
    ['none at all, UTF-8', '', Buffer.from('Müller', 'utf8').toString('latin1'), 'Müller'],
    ['none at all, Latin', '', bytes('4dfc6c6c6572'), 'Müller'],
    ['unknown', 'ISO_IR 999', bytes('4dfc6c6c6572'), 'Müller'],
    ['UTF-8 that is none', 'ISO_IR 192', bytes('4dfc6c6c6572'), 'Müller'],
    ['spelt otherwise', 'iso-ir-144', bytes('bbee'), 'Лю'],
    ['spelt as the set is called elsewhere', 'UTF-8', Buffer.from('王', 'utf8').toString('latin1'), '王'],
    ['with a space too many', 'ISO_IR 144 ', bytes('bbee'), 'Лю'],
    ['ISO 2022 with one value', 'ISO 2022 IR 101', bytes('a3'), 'Ł'],
    ['Korean without its escapes', '\\ISO 2022 IR 149', bytes('c8ab5eb1e6b5bf'), '홍^길동'],
    ['Korean escaped once', '\\ISO 2022 IR 149', bytes('1b242943c8ab5eb1e6b5bf'), '홍^길동'],
    ['an escape of no known set', 'ISO_IR 100', bytes('1b2d5ae9'), '-Zé']
  ])('%s', (_, terms, raw, expected) => {
    expect(decodeText(raw, terms)).toBe(expected)
  })
})

describe('what may have been read wrongly', () => {
  const muller = bytes('4dfc6c6c6572')
  it.each<[string, string, string, string | null]>([
    ['plain ASCII in an unknown set', 'ISO_IR 999', 'Miller', null],
    ['Latin 1 that is called so', 'ISO_IR 100', muller, null],
    ['Japanese that is called so', '\\ISO 2022 IR 87', bytes('1b24423b3345441b2842'), null],
    [
      'kanji beside a first set that is named',
      'ISO 2022 IR 6\\ISO 2022 IR 159',
      bytes('1b24284430211b2842'),
      null
    ],
    ['GBK that is called so', 'GBK', bytes('955c815e'), null],
    [
      'an unknown set',
      'ISO_IR 999',
      muller,
      'the character set ISO_IR 999 is not known: names and descriptions may be wrong'
    ],
    ['no set', '', muller, 'no character set is given: names and descriptions may be wrong'],
    [
      'UTF-8 that is none',
      'ISO_IR 192',
      muller,
      'names or descriptions do not fit their character set: they may be wrong'
    ],
    [
      'GB18030 that is none',
      'GB18030',
      bytes('4dff'),
      'names or descriptions do not fit their character set: they may be wrong'
    ]
  ])('%s', (_, terms, raw, expected) => {
    expect(describeTextDoubt(['plain', raw], terms)).toBe(expected)
  })
})
