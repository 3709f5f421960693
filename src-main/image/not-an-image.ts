import { NidusError } from '../contract/errors'

/** Where the first descriptor of a disc's image names its standard (ECMA-119 8.1), after 16 sectors of zeros mostly. */
const discMark = 0x8001

/**
 * Beginnings of other files, and what to call them. Discs have programs and documents beside their images, so that nothing
 * is lost where these are passed over.
 */
const kinds: [what: string, at: number, signature: string, where?: 'beside'][] = [
  ['a PDF document', 0, '%PDF', 'beside'],
  ['a Windows program', 0, 'MZ', 'beside'],
  ['a Linux program', 0, '\x7fELF', 'beside'],
  ['a macOS program', 0, '\xcf\xfa\xed\xfe', 'beside'],
  ['a GIF picture', 0, 'GIF8'],
  ['a bitmap picture (BMP)', 0, 'BM'],
  ['a WebP picture', 8, 'WEBP'],
  ['a HEIF picture or a video', 4, 'ftyp'],
  ['a video (AVI)', 8, 'AVI '],
  ['a Photoshop picture', 0, '8BPS'],
  ['a bare JPEG 2000 picture', 4, 'jP  \r\n'],
  ['a bare JPEG 2000 codestream', 0, '\xff\x4f\xff\x51'],
  ['a RAR archive: unpack it first', 0, 'Rar!'],
  ['a 7z archive: unpack it first', 0, "7z\xbc\xaf'\x1c"],
  ['a bzip2 archive: unpack it first', 0, 'BZh'],
  ['an xz archive: unpack it first', 0, '\xfd7zXZ'],
  ['a Zstandard archive: unpack it first', 0, '\x28\xb5\x2f\xfd'],
  ['a tar archive: unpack it first', 257, 'ustar'],
  ['a Windows cabinet: unpack it first', 0, 'MSCF'],
  ['an image of a disc (ISO 9660): mount or unpack it first', discMark, 'CD001'],
  ['an Office document', 30, '[Content_Types].xml', 'beside'],
  ['an Office document', 30, '_rels/.rels', 'beside'],
  ['an OpenDocument file', 30, 'mimetype', 'beside'],
  ['a zip archive: unpack it, or open it under a name that ends in .zip as a study', 0, 'PK\x03\x04'],
  ['an Office document of the older kind', 0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'beside'],
  ['an HDF5 or MINC file', 0, '\x89HDF\r\n'],
  ['a NetCDF or MINC file', 0, 'CDF\x01'],
  ['an NRRD volume', 0, 'NRRD'],
  ['a NumPy array', 0, '\x93NUMPY'],
  ['an SQLite database', 0, 'SQLite format 3', 'beside'],
  ['a web page', 0, '<!DOCTYPE html', 'beside'],
  ['a web page', 0, '<html', 'beside'],
  ['an XML document', 0, '<?xml', 'beside'],
  ['an MHD volume header', 0, 'ObjectType'],
  ['an RTF document', 0, '{\\rtf', 'beside']
]

/** How much of a file that begins with zeros has to be looked at. */
export const tellingBytes = discMark + 5

/**
 * Why a file holds no image that can be read, as far as its beginning says.
 * @param bytes the file's first bytes, {@link tellingBytes} or more where it has them
 * @returns `format-unknown` with a few words, such as `a PDF document`, and whether such files lie beside images
 */
export function notAnImage(bytes: Uint8Array): NidusError {
  const { reason, where } = describe(bytes)
  return new NidusError('format-unknown', { reason, ...(where ? { besideImages: true } : {}) })
}

function describe(bytes: Uint8Array): { reason: string; where?: 'beside' } {
  const beginning = latin(bytes.subarray(0, 512))
  const plain = beginning.replace(/^\xef\xbb\xbf/, '').trimStart()
  const found = kinds.find(
    ([, at, signature]) =>
      latin(bytes.subarray(at, at + signature.length)) === signature ||
      (at === 0 && signature.startsWith('<') && begins(plain, signature))
  )
  if (found) return { reason: found[0], where: found[3] }
  if (bytes.every((byte) => byte === 0)) return { reason: 'a file of zeros' }
  if (isText(bytes.subarray(0, 512))) return { reason: 'a text file', where: 'beside' }
  return { reason: 'not an image of a known format' }
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

function begins(text: string, signature: string): boolean {
  return text.slice(0, signature.length).toLowerCase() === signature.toLowerCase()
}

/** UTF-8 without control characters beside line ends and tabs; a character may be cut at the end. */
function isText(bytes: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(bytes)
  // eslint-disable-next-line no-control-regex -- control characters are what texts do not hold
  return !/[\0-\x08\x0e-\x1f]/.test(text) && !text.slice(0, -1).includes('\ufffd')
}
