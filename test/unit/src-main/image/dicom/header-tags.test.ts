import { describe, expect, it } from 'vitest'
import { headerTags } from '../../../../../src-main/image/dicom/header-tags'
import { parseDataSet } from '../../../../../src-main/image/dicom/parse-data-set'
import { readDicomHeader } from '../../../../../src-main/image/dicom/read-dicom-header'
import {
  buildDicom,
  imageElements,
  pixelData,
  sq,
  text,
  us,
  words,
  type ElementSpec
} from '../../../../helpers/build-dicom'
import { tagsAskedFor } from '../../../../helpers/tags-asked-for'

const table = [us([0x0028, 0x1101], 2, 0, 16), us([0x0028, 0x1102], 2, 0, 16), us([0x0028, 0x1103], 2, 0, 16)]
const pixels = pixelData(words(1, 2, 3, 4, 5, 6))

/** Float and Double Float Pixel Data */
const floats = (element: number, bytes: number): ElementSpec => ({
  tag: [0x7fe0, element],
  vr: element === 8 ? 'OF' : 'OD',
  value: new Uint8Array(6 * bytes)
})

/** Images that take the ways through the header that differ. */
const files = {
  plain: imageElements({ position: [0, 0, 1], window: ['1', '2'] }, pixels),
  PET: imageElements({ modality: 'PT', extra: [text([0x0054, 0x1001], 'CS', 'BQML')] }, pixels),
  palette: imageElements({ photometric: 'PALETTE COLOR', extra: table }, pixels),
  floats: imageElements({ bitsAllocated: 32 }, floats(8, 4)),
  doubles: imageElements({ bitsAllocated: 64 }, floats(9, 8)),
  inverted: imageElements(
    { photometric: 'MONOCHROME1', extra: [text([0x2050, 0x0020], 'CS', 'INVERSE')] },
    pixels
  ),
  named: imageElements(
    { extra: [text([0x0010, 0x0010], 'PN', 'Phantom^One'), text([0x0008, 0x0005], 'CS', '')] },
    pixels
  ),
  'diffusion, Siemens': imageElements({ extra: [text([0x0019, 0x0010], 'LO', 'SIEMENS MR HEADER')] }, pixels),
  'diffusion, GE': imageElements({ extra: [text([0x0043, 0x0010], 'LO', 'GEMS_PARM_01')] }, pixels),
  'diffusion, Philips': imageElements(
    { extra: [text([0x2001, 0x0010], 'LO', 'Philips Imaging DD 001')] },
    pixels
  ),
  enhanced: imageElements(
    {
      frames: 1,
      extra: [sq([0x5200, 0x9230], [sq([0x0020, 0x9113], [text([0x0020, 0x0032], 'DS', '1\\2\\3')])])]
    },
    pixels
  )
}

describe('the elements that a header is read from', () => {
  it.each(Object.entries(files))('are all among those kept: %s', (_, elements) => {
    const file = buildDicom(elements)
    const { header, asked } = tagsAskedFor(parseDataSet(file, false))
    expect([...asked].filter((tag) => !headerTags.has(tag))).toEqual([])
    expect(readDicomHeader(parseDataSet(file, false, headerTags))).toEqual(header)
  })

  it('are fewer than there are', () => {
    const file = buildDicom(imageElements({ extra: [text([0x0008, 0x0070], 'LO', 'maker')] }, pixels))
    expect(parseDataSet(file, false).dataSet.elements).toHaveProperty('x00080070')
    expect(parseDataSet(file, false, headerTags).dataSet.elements).not.toHaveProperty('x00080070')
  })
})
