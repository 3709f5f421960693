import { buildDicom, concat, encapsulated, imageElements } from './build-dicom'

/** A compressed frame of a fixture (test/fixtures/codecs), and what its header has to say. */
export interface FrameSample {
  name: string
  transferSyntaxUid: string
  rows: number
  columns: number
  /** Bits Stored */
  bits: number
  samples: 1 | 3
  signed: boolean
  /** the codestream in base64 */
  frame: string
}

/** A DICOM file around a compressed frame, which is made even as fragments are (PS3.5 section A.4). */
export function frameFile(
  { transferSyntaxUid, rows, columns, bits, samples, signed, frame }: FrameSample,
  options: { bitsAllocated?: number; photometric?: string } = {}
): Uint8Array {
  const encoded = new Uint8Array(Buffer.from(frame, 'base64'))
  const even = encoded.length % 2 === 0 ? encoded : concat(encoded, new Uint8Array(1))
  const elements = imageElements(
    {
      rows,
      columns,
      samplesPerPixel: samples,
      bitsAllocated: options.bitsAllocated ?? (bits <= 8 ? 8 : 16),
      bitsStored: bits,
      pixelRepresentation: signed ? 1 : 0,
      photometric: options.photometric ?? (samples === 3 ? 'RGB' : 'MONOCHROME2'),
      ...(samples === 3 ? { planarConfiguration: 0 } : {})
    },
    encapsulated([], even)
  )
  return buildDicom(elements, { transferSyntaxUid })
}
