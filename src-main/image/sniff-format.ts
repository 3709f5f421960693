/** Formats recognised by content; containers and volumes are told apart so that a message can name them. */
export type SniffedFormat = 'dicom' | 'png' | 'jpeg' | 'tiff' | 'gzip' | 'nifti' | 'unknown'

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** In either byte order, BigTIFF too. */
const tiffSignatures = [
  [0x49, 0x49, 0x2a, 0],
  [0x4d, 0x4d, 0, 0x2a],
  [0x49, 0x49, 0x2b, 0],
  [0x4d, 0x4d, 0, 0x2b]
]

const dicomMark = [0x44, 0x49, 0x43, 0x4d]

/**
 * Of a DICOM file that lost the 128 bytes of its preamble alone, so that it starts with the mark that stands behind them.
 * @returns the bytes of the mark, behind which the data set starts; 0 for every other file
 */
export function bareMarkBytes(bytes: Uint8Array): number {
  // group 0002 follows, in little endian always (PS3.10 section 7.1)
  return startsWith(bytes, [...dicomMark, 2, 0]) && !startsWith(bytes, dicomMark, 128) ? dicomMark.length : 0
}

function startsWith(bytes: Uint8Array, signature: number[], at = 0): boolean {
  return bytes.length >= at + signature.length && signature.every((byte, index) => bytes[at + index] === byte)
}

/**
 * Tells a file's format from its first bytes.
 * @param bytes the file or its first 352 bytes or more
 * @returns `dicom` for Part 10 files (DICOM PS3.10 section 7.1) for those whose preamble is missing, and for bare data sets
 */
export function sniffFormat(bytes: Uint8Array): SniffedFormat {
  if (startsWith(bytes, dicomMark, 128) || bareMarkBytes(bytes) > 0) return 'dicom'
  if (startsWith(bytes, pngSignature)) return 'png'
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'jpeg'
  if (tiffSignatures.some((signature) => startsWith(bytes, signature))) return 'tiff'
  if (startsWith(bytes, [0x1f, 0x8b])) return 'gzip'
  if (startsWith(bytes, [0x6e, 0x2b, 0x31, 0], 344) || startsWith(bytes, [0x6e, 0x2b, 0x32, 0], 4))
    return 'nifti'
  return looksLikeBareDataSet(bytes) ? 'dicom' : 'unknown'
}

/**
 * A data set without preamble starts with a low group (0002 or 0008 in either byte order), an even
 * element, and either a value representation of two capitals or a length that fits in a short element.
 */
function looksLikeBareDataSet(bytes: Uint8Array): boolean {
  if (bytes.length < 16) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (const littleEndian of [true, false]) {
    const group = view.getUint16(0, littleEndian)
    const element = view.getUint16(2, littleEndian)
    if ((group !== 2 && group !== 8) || element > 0x2000) continue
    const explicit = isCapital(bytes[4]) && isCapital(bytes[5])
    const implicitLength = view.getUint32(4, littleEndian)
    if (explicit || (implicitLength <= 1024 && implicitLength % 2 === 0)) return true
  }
  return false
}

function isCapital(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a
}
