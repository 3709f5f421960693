import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../../src-main/image/open-image'
import {
  buildDicom,
  concat,
  imageElements,
  pixelData,
  text,
  words,
  type ElementSpec
} from '../../../../helpers/build-dicom'

/** Item heads and delimiters of PS3.5 section 7.5, little endian: group FFFE, element, length. */
const mark = (element: number, length: number): Uint8Array =>
  concat(words(0xfffe, element), new Uint8Array(Uint32Array.of(length).buffer))
const item = (length = 0xffffffff): Uint8Array => mark(0xe000, length)
const itemEnd = mark(0xe00d, 0)
const sequenceEnd = mark(0xe0dd, 0)

/** An element of undefined length with the content given, before six pixels. */
async function openAfter(content: Uint8Array, vr = 'SQ'): Promise<number[]> {
  const sequence: ElementSpec = { tag: [0x0008, 0x1140], vr, value: content, lyingLength: 0xffffffff }
  const elements = imageElements({ extra: [sequence] }, pixelData(words(1, 2, 3, 4, 5, 6)))
  const image = await openImage(buildDicom(elements))
  return Array.from((await image.readFrame(0)).values)
}

const six = [1, 2, 3, 4, 5, 6]
const inner = buildDicom([text([0x0008, 0x1155], 'UI', '2.25.9')], { part10: false })
const implicitInner = buildDicom([text([0x0008, 0x1155], 'UI', '2.25.9')], {
  part10: false,
  encoding: { explicit: false, littleEndian: true }
})
/** (0008,1199) SQ of undefined length */
const nested = concat(words(0x0008, 0x1199), Uint8Array.of(0x53, 0x51, 0, 0), words(0xffff, 0xffff))

describe('sequences of undefined length', () => {
  it.each<[string, Uint8Array, string?]>([
    ['without items', sequenceEnd],
    ['with an item of undefined length', concat(item(), inner, itemEnd, sequenceEnd)],
    ['with an item of known length', concat(item(inner.length), inner, sequenceEnd)],
    ['nested', concat(item(), nested, item(), inner, itemEnd, sequenceEnd, itemEnd, sequenceEnd)],
    ['whose item has no end of its own', concat(item(), inner, sequenceEnd)],
    ['whose item of known length is ended as well', concat(item(inner.length), inner, itemEnd, sequenceEnd)],
    [
      'of unknown representation, whose content is implicit',
      concat(item(), implicitInner, itemEnd, sequenceEnd),
      'UN'
    ]
  ])('%s are stepped over', async (_, content, vr) => {
    expect(await openAfter(content, vr)).toEqual(six)
  })

  it('end in a code where they never end, or nest without end', async () => {
    await expect(openAfter(concat(item(), inner))).rejects.toMatchObject({
      code: expect.stringMatching(/^dicom-/)
    })
    const deep = concat(...Array.from({ length: 20_000 }, () => concat(item(), nested)))
    await expect(openAfter(deep)).rejects.toMatchObject({ code: 'dicom-truncated' })
  })
})
