/**
 * Writes DICOM Part 10 files: Explicit VR Little Endian, no sequences beyond flat items, no private elements.
 * Sources: DICOM PS3.5 section 7 (data elements), PS3.10 section 7 (file meta information).
 */

const longForm = new Set(['OB', 'OW', 'SQ', 'UN', 'UT'])

/** Values padded to even length: UIDs and bytes with NUL, text with a space (PS3.5 section 6.2). */
function encodeValue(vr, value) {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (vr === 'US') {
    const bytes = Buffer.alloc(2)
    bytes.writeUInt16LE(value, 0)
    return bytes
  }
  if (vr === 'UL') {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value, 0)
    return bytes
  }
  if (vr === 'SQ') {
    return Buffer.concat(
      value.map((item) => {
        const body = encodeElements(item)
        const head = Buffer.alloc(8)
        head.writeUInt16LE(0xfffe, 0)
        head.writeUInt16LE(0xe000, 2)
        head.writeUInt32LE(body.length, 4)
        return Buffer.concat([head, body])
      })
    )
  }
  const text = Buffer.from(Array.isArray(value) ? value.join('\\') : String(value), 'ascii')
  if (text.length % 2 === 0) return text
  return Buffer.concat([text, Buffer.of(vr === 'UI' ? 0 : 0x20)])
}

/**
 * @param {[tag: number, vr: string, value: unknown][]} elements tag as 0xGGGGEEEE, in any order
 * @returns {Buffer} encoded in ascending order of tags
 */
function encodeElements(elements) {
  const sorted = [...elements].sort((one, other) => one[0] - other[0])
  return Buffer.concat(
    sorted.flatMap(([tag, vr, value]) => {
      const body = encodeValue(vr, value)
      const long = longForm.has(vr)
      const head = Buffer.alloc(long ? 12 : 8)
      head.writeUInt16LE(tag >>> 16, 0)
      head.writeUInt16LE(tag & 0xffff, 2)
      head.write(vr, 4, 'latin1')
      if (long) head.writeUInt32LE(body.length, 8)
      else head.writeUInt16LE(body.length, 6)
      return [head, body]
    })
  )
}

/**
 * Encodes one DICOM file.
 * @param {{ sopClassUid: string, sopInstanceUid: string, implementationClassUid: string,
 *   implementationVersion: string }} file
 * @param {[tag: number, vr: string, value: unknown][]} elements the data set without file meta information
 * @returns {Buffer}
 */
export function encodeDicom(file, elements) {
  const meta = encodeElements([
    [0x00020001, 'OB', Uint8Array.of(0, 1)],
    [0x00020002, 'UI', file.sopClassUid],
    [0x00020003, 'UI', file.sopInstanceUid],
    [0x00020010, 'UI', '1.2.840.10008.1.2.1'],
    [0x00020012, 'UI', file.implementationClassUid],
    [0x00020013, 'SH', file.implementationVersion]
  ])
  const groupLength = encodeElements([[0x00020000, 'UL', meta.length]])
  const preamble = Buffer.alloc(132)
  preamble.write('DICM', 128, 'latin1')
  return Buffer.concat([preamble, groupLength, meta, encodeElements(elements)])
}
