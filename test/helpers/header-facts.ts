import { frameFacts, type ImageHeader } from '../../src-main/image/image-types'

/** A header fact: a word, a number, several numbers; undefined where there is nothing to compare. */
export type Fact = string | number | null | undefined | (number | null)[]

/** Tag, as other programs write it, and what the header says of it. */
export const headerFacts: Record<string, (header: ImageHeader) => Fact> = {
  '0002,0010': (header) => header.transferSyntaxUid,
  '0008,0016': (header) => header.sopClassUid,
  '0008,0018': (header) => header.sopInstanceUid,
  '0008,0060': (header) => header.modality,
  '0020,000d': (header) => header.studyInstanceUid,
  '0020,000e': (header) => header.seriesInstanceUid,
  '0020,0011': (header) => header.seriesNumber,
  '0020,0012': (header) => header.acquisitionNumber,
  '0020,0013': (header) => header.instanceNumber,
  '0020,0052': (header) => header.frameOfReferenceUid,
  '0028,0002': (header) => header.samplesPerPixel,
  '0028,0004': (header) => header.photometricInterpretation,
  '0028,0006': (header) => header.planarConfiguration,
  '0028,0008': (header) => header.frameCount,
  '0028,0010': (header) => header.rows,
  '0028,0011': (header) => header.columns,
  '0028,0034': (header) => header.pixelAspectRatio ?? [],
  '0028,0100': (header) => header.bitsAllocated,
  '0028,0101': (header) => header.bitsStored,
  '0028,0102': (header) => header.highBit,
  '0028,0103': (header) => (header.sampleType === 'integer' ? Number(header.signed) : undefined),
  '0028,0120': (header) => header.pixelPaddingValue,
  '0028,0030': (header) => firstFrame(header).spacingMm ?? [],
  '0020,0032': (header) => firstFrame(header).positionMm ?? [],
  '0020,0037': (header) => firstFrame(header).orientation ?? [],
  '0028,1050': (header) => plainWindows(header).map(({ center }) => center),
  '0028,1051': (header) => plainWindows(header).map(({ width }) => width),
  '0028,1052': (header) => firstFrame(header).rescale?.intercept,
  '0028,1053': (header) => firstFrame(header).rescale?.slope
}
const words = ['0028,0120']

const firstFrame = (header: ImageHeader) => frameFacts(header, 0)
const plainWindows = (header: ImageHeader) => firstFrame(header).windows.filter(({ lut }) => !lut)

/** Whether another program's print of an element, without brackets, says what the header says. */
export function agrees(tag: string, printed: string, fact: Fact): boolean {
  if (fact === undefined) return true
  if (typeof fact === 'string') return printed.toUpperCase() === fact.toUpperCase()
  const numbers = printed.split('\\').map(Number)
  const own = Array.isArray(fact) ? fact : [fact]
  // US and SS are mixed up by writers, and told apart by guessing in implicit files
  if (words.includes(tag))
    return own.length === 1 && ((numbers[0] ?? 0) & 0xffff) === ((own[0] ?? 0) & 0xffff)
  return own.length === numbers.length && own.every((value, at) => value === numbers[at])
}
