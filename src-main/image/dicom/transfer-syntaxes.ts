/** How a transfer syntax lays out the data set and its pixels (DICOM PS3.5 Annex A). */
export interface TransferSyntax {
  explicit: boolean
  littleEndian: boolean
  /** the whole data set is deflated (RFC 1951) */
  deflated: boolean
  /** byte order of native pixel words where it differs from the data set's */
  pixelsBigEndian: boolean
  codec:
    | 'native'
    | 'encapsulated-native'
    | 'rle'
    | 'jpeg'
    | 'jpeg-ls'
    | 'jpeg-2000'
    | 'htj2k'
    | 'jpeg-xl'
    | 'deflated-frame'
    | 'unsupported'
}

/** Codecs that a library reads. */
export type CompressedCodec = Exclude<
  TransferSyntax['codec'],
  'native' | 'encapsulated-native' | 'deflated-frame' | 'unsupported'
>

const explicitLittle = {
  explicit: true,
  littleEndian: true,
  deflated: false,
  pixelsBigEndian: false
} as const

const codecByUid: Record<string, TransferSyntax['codec']> = {
  '1.2.840.10008.1.2.1': 'native',
  '1.2.840.10008.1.2.1.98': 'encapsulated-native',
  '1.2.840.10008.1.2.5': 'rle',
  '1.2.840.10008.1.2.8.1': 'deflated-frame',
  '1.2.840.10008.1.2.4.80': 'jpeg-ls',
  '1.2.840.10008.1.2.4.81': 'jpeg-ls',
  '1.2.840.10008.1.2.4.90': 'jpeg-2000',
  '1.2.840.10008.1.2.4.91': 'jpeg-2000',
  '1.2.840.10008.1.2.4.92': 'jpeg-2000',
  '1.2.840.10008.1.2.4.93': 'jpeg-2000',
  '1.2.840.10008.1.2.4.110': 'jpeg-xl',
  '1.2.840.10008.1.2.4.111': 'jpeg-xl',
  '1.2.840.10008.1.2.4.112': 'jpeg-xl',
  '1.2.840.10008.1.2.4.201': 'htj2k',
  '1.2.840.10008.1.2.4.202': 'htj2k',
  '1.2.840.10008.1.2.4.203': 'htj2k'
}

const known = new Map<string, TransferSyntax>()

/**
 * The layout behind a transfer syntax UID. Unknown UIDs are read as explicit little endian (as PS3.5 asks of
 * every encapsulated syntax) with codec `unsupported`, so that their headers still open.
 */
export function transferSyntax(uid: string): TransferSyntax {
  const found = known.get(uid) ?? describe(uid)
  // UIDs of damaged files are many
  if (found.codec !== 'unsupported') known.set(uid, found)
  return found
}

function describe(uid: string): TransferSyntax {
  switch (uid) {
    case '1.2.840.10008.1.2':
      return { ...explicitLittle, explicit: false, codec: 'native' }
    case '1.2.840.10008.1.2.2':
      return { ...explicitLittle, littleEndian: false, pixelsBigEndian: true, codec: 'native' }
    case '1.2.840.10008.1.2.1.99':
      return { ...explicitLittle, deflated: true, codec: 'native' }
    case '1.2.840.113619.5.2': // GE private: implicit little endian with big-endian pixel words
      return { ...explicitLittle, explicit: false, pixelsBigEndian: true, codec: 'native' }
    default:
      break
  }
  const codec = codecByUid[uid]
  if (codec) return { ...explicitLittle, codec }
  // .50 to .70 are the JPEG processes of ISO 10918-1, most of them retired
  return {
    ...explicitLittle,
    codec: /^1\.2\.840\.10008\.1\.2\.4\.(5\d|6[0-6]|70)$/.test(uid) ? 'jpeg' : 'unsupported'
  }
}
