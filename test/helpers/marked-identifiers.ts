import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildDicom, imageElements, pixelData, sq, text, type ElementSpec } from './build-dicom'

/**
 * Whatever names a person in the files, by a mark that appears nowhere else: patient, relatives, physicians,
 * institution, numbers, addresses, dates of birth, comments, also inside sequences.
 */
export const mark = 'QZMARKED'

/** The date of birth in the files, YYYYMMDD: dates can not hold the mark. */
export const birthDate = '19330704'
const identifiers: ElementSpec[] = [
  text([0x0008, 0x0050], 'SH', `${mark}1`), // Accession Number
  text([0x0008, 0x0080], 'LO', `${mark} Hospital`), // Institution Name
  text([0x0008, 0x0081], 'ST', `${mark} Street`), // Institution Address
  text([0x0008, 0x0090], 'PN', `${mark}^Referring`), // Referring Physician's Name
  text([0x0008, 0x1030], 'LO', `Head of ${mark}`), // Study Description
  text([0x0008, 0x103e], 'LO', `T1 ${mark}`), // Series Description
  text([0x0008, 0x1050], 'PN', `${mark}^Performing`), // Performing Physician's Name
  sq([0x0008, 0x1140], [text([0x0010, 0x0010], 'PN', `${mark}^Nested`)]),
  text([0x0010, 0x0010], 'PN', `${mark}^Patient`),
  text([0x0010, 0x0020], 'LO', `${mark}-ID`),
  text([0x0010, 0x0030], 'DA', birthDate),
  text([0x0010, 0x1000], 'LO', `${mark}-OTHER`), // Other Patient IDs
  text([0x0010, 0x1040], 'LO', `${mark} Road`), // Patient's Address
  text([0x0010, 0x4000], 'LT', `${mark} comment`), // Patient Comments
  text([0x0009, 0x0010], 'LO', `${mark} private`),
  text([0x0020, 0x4000], 'LT', `${mark} image comment`)
]

/** Manufacturer, model, protocol: what the store of verdicts keeps to tell scanners apart. */
const scanner = new Set(['00080070', '00081090', '00181030'])

/**
 * All attributes of text of the groups that tell of patient, study and acquisition, by their representation, as PS3.6
 * lists them; but character set, image type and modality, by which images are read.
 */
const everyText = Object.entries(
  JSON.parse(readFileSync(join(__dirname, '../fixtures/dicom/text-attributes.json'), 'utf8')) as Record<
    string,
    string[]
  >
).flatMap(([vr, tags]) =>
  tags
    .filter((tag) => !scanner.has(tag))
    .map((tag, at): ElementSpec => {
      const value = vr === 'DA' ? birthDate : vr === 'DT' ? `${birthDate}041733` : `${mark}${vr}${at}`
      return text([parseInt(tag.slice(0, 4), 16), parseInt(tag.slice(4), 16)], vr, value)
    })
)
const named = new Set(identifiers.map(({ tag }) => tag.join()))
const allIdentifiers = [...identifiers, ...everyText.filter(({ tag }) => !named.has(tag.join()))]

const size = 64

/** An axial MR slice at that height, whose header is full of marks. */
export function markedSlice(z: number): Uint8Array {
  const pixels = Uint16Array.from({ length: size * size }, (_, at) => (at * 31 + z) % 1000)
  return buildDicom(
    imageElements(
      {
        rows: size,
        columns: size,
        modality: 'MR',
        instanceUid: `2.25.77${z}`,
        position: [0, 0, z],
        orientation: [1, 0, 0, 0, 1, 0],
        spacing: [1, 1],
        extra: allIdentifiers
      },
      pixelData(new Uint8Array(pixels.buffer))
    )
  )
}

/** Names of those texts that hold a mark, in name or content, as bytes or as 16-bit characters. */
export function leaks(texts: [name: string, content: string][]): string[] {
  return texts
    .filter(([name, content]) => {
      const everything = `${name} ${content} ${content.replaceAll('\0', '')}`
      return everything.includes(mark) || content.includes(birthDate)
    })
    .map(([name]) => name)
}
