import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'
import { buildDicom, imageElements, pixelData, text, words } from '../../../../helpers/build-dicom'

/** Patient's Name in the given character sets, as bytes. The examples are those of PS3.5 annexes H, I and J. */
async function nameOf(characterSets: string, bytes: string): Promise<string> {
  const extra = [text([0x0008, 0x0005], 'CS', characterSets), text([0x0010, 0x0010], 'PN', bytes)]
  const file = buildDicom(imageElements({ extra }, pixelData(words(0, 0, 0, 0, 0, 0))))
  return (await openImage(file)).header.patientLabel
}

const bytes = (hex: string): string => Buffer.from(hex.replace(/ /g, ''), 'hex').toString('latin1')

describe('patient names in their character sets', () => {
  it.each([
    ['plain', '', 'Yamada^Tarou', 'Yamada Tarou'],
    ['Latin 1', 'ISO_IR 100', bytes('42 75 63 5e 4a e9 72 f4 6d 65'), 'Buc Jérôme'],
    ['Cyrillic', 'ISO_IR 144', bytes('bb ee da 63 65 dc d1 79 70 d3'), 'Люкceмбypг'],
    ['UTF-8', 'ISO_IR 192', Buffer.from('Wang^XiaoDong=王^小东', 'utf8').toString('latin1'), 'Wang XiaoDong'],
    ['GB18030', 'GB18030', bytes('cd f5 5e d0 a1 b6 ab'), '王 小东'],
    // PS3.5 H.3.1: ideographic group of Yamada Tarou in ISO 2022 IR 87
    [
      'Japanese',
      '\\ISO 2022 IR 87',
      bytes('3d 1b 24 42 3b 33 45 44 1b 28 42 5e 1b 24 42 42 40 4f 3a 1b 28 42'),
      '山田 太郎'
    ],
    // PS3.5 I.2: Hong Gildong in ISO 2022 IR 149
    ['Korean', '\\ISO 2022 IR 149', bytes('3d 1b 24 29 43 fb f3 5e 1b 24 29 43 d1 ce d4 d7'), '洪 吉洞']
  ])('%s', async (_, characterSets, raw, expected) => {
    expect(await nameOf(characterSets, raw)).toBe(expected)
  })
})
