/** Beginnings of files that people keep beside images, and what to call them. */
const kinds: [what: string, at: number, signature: string][] = [
  ['a PDF document', 0, '%PDF'],
  ['a Windows program', 0, 'MZ'],
  ['a Linux program', 0, '\x7fELF'],
  ['a macOS program', 0, '\xcf\xfa\xed\xfe'],
  ['a GIF picture', 0, 'GIF8'],
  ['a bitmap picture (BMP)', 0, 'BM'],
  ['a WebP picture', 8, 'WEBP'],
  ['a HEIF picture or a video', 4, 'ftyp'],
  ['a video (AVI)', 8, 'AVI '],
  ['a Photoshop picture', 0, '8BPS'],
  ['a bare JPEG 2000 picture', 4, 'jP  \r\n'],
  ['a bare JPEG 2000 codestream', 0, '\xff\x4f\xff\x51'],
  ['a RAR archive', 0, 'Rar!'],
  ['a 7z archive', 0, "7z\xbc\xaf'\x1c"],
  ['a bzip2 archive', 0, 'BZh'],
  ['an xz archive', 0, '\xfd7zXZ'],
  ['a tar archive', 257, 'ustar'],
  ['an Office document of the older kind', 0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['an HDF5 or MINC file', 0, '\x89HDF\r\n'],
  ['a NetCDF or MINC file', 0, 'CDF\x01'],
  ['an NRRD volume', 0, 'NRRD'],
  ['a NumPy array', 0, '\x93NUMPY'],
  ['an SQLite database', 0, 'SQLite format 3'],
  ['a web page', 0, '<!DOCTYPE html'],
  ['a web page', 0, '<html'],
  ['an XML document', 0, '<?xml'],
  ['an MHD volume header', 0, 'ObjectType'],
  ['an RTF document', 0, '{\\rtf']
]

/**
 * What a file is that holds no image that can be read, as far as its beginning says.
 * @param bytes the file's first bytes, a few hundred or more
 * @returns a few words, such as `a PDF document` or `a text file`; null where nothing is recognised
 */
export function describeOtherFile(bytes: Uint8Array): string | null {
  const beginning = String.fromCharCode(...bytes.subarray(0, 512))
  const plain = beginning.replace(/^\xef\xbb\xbf/, '').trimStart()
  const found = kinds.find(
    ([, at, signature]) =>
      beginning.startsWith(signature, at) || (at === 0 && signature.startsWith('<') && begins(plain, signature))
  )
  if (found) return found[0]
  if (bytes.every((byte) => byte === 0)) return 'a file of zeros'
  return isText(bytes.subarray(0, 512)) ? 'a text file' : null
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
