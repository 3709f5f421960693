/** Defined terms of Specific Character Set (PS3.3 C.12.1.1.2) by their number in ISO's registry, and their decoders. */
const decoderByNumber: Record<string, string> = {
  '6': '',
  '13': 'shift_jis',
  '58': 'gb18030',
  '87': '',
  '100': 'iso-8859-1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '126': 'iso-8859-7',
  '127': 'iso-8859-6',
  '138': 'iso-8859-8',
  '144': 'iso-8859-5',
  '148': 'windows-1254',
  '149': 'euc-kr',
  '159': '',
  '166': 'windows-874',
  '192': 'utf-8',
  '203': 'iso-8859-15'
}

/** Escape sequences (PS3.3 tables C.12-3 and C.12-4): what they put into the lower half of the code or into the upper. */
const escapes: Record<string, { lower: Lower } | { upper: string }> = {
  '(B': { lower: 'single' },
  '(J': { lower: 'single' },
  $B: { lower: 'kanji' },
  '$(D': { lower: 'supplementary kanji' },
  ')I': { upper: 'shift_jis' },
  '-A': { upper: 'iso-8859-1' },
  '-B': { upper: 'iso-8859-2' },
  '-C': { upper: 'iso-8859-3' },
  '-D': { upper: 'iso-8859-4' },
  '-F': { upper: 'iso-8859-7' },
  '-G': { upper: 'iso-8859-6' },
  '-H': { upper: 'iso-8859-8' },
  '-L': { upper: 'iso-8859-5' },
  '-M': { upper: 'windows-1254' },
  '-T': { upper: 'windows-874' },
  '-b': { upper: 'iso-8859-15' },
  '$)C': { upper: 'euc-kr' },
  '$)A': { upper: 'gb18030' }
}

type Lower = 'single' | 'kanji' | 'supplementary kanji'

/**
 * Text in the character sets that a data set names (PS3.5 section 6.1): ISO 2022 with its escapes, whose effect ends at
 * the delimiters of values, lines, and parts of names, UTF-8, GB18030 and GBK. What writers get wrong is read as they
 * meant it: terms spelt otherwise, bytes beyond ASCII without any character set, and escapes that they left out.
 * @param raw the bytes as characters 0 to 255
 * @param terms Specific Character Set (0008,0005) as it stands, values parted by backslashes
 * @returns characters that can not be decoded become U+FFFD
 */
export function decodeText(raw: string, terms: string): string {
  if (/^[\x20-\x7e]*$/.test(raw)) return raw
  const labels = terms.split('\\').map(labelOf)
  const initial = labels[0] ?? ''
  // one of the further sets, for upper halves that no escape has announced
  const further = labels.find((label) => label !== '') ?? ''
  return raw.includes('\x1b') ? decodeEscaped(raw, initial, further) : decodeSingle(raw, initial || further)
}

/**
 * Why texts may have been read otherwise than they were meant.
 * @param raws as {@link decodeText} takes them
 * @param terms Specific Character Set as it stands
 * @returns a few words without anything of the texts; null for plain ASCII and where nothing is doubtful
 */
export function describeTextDoubt(raws: string[], terms: string): string | null {
  const special = raws.filter((raw) => !/^[\x20-\x7e]*$/.test(raw))
  if (special.length === 0) return null
  const unknown = terms.split('\\').find((term) => labelOf(term) === '' && !isPlain(term))
  if (unknown !== undefined) {
    const name = unknown.replace(/[^\w .-]/g, '').slice(0, 16)
    return `the character set ${name} is not known: names and descriptions may be wrong`
  }
  if (terms.trim() === '') return 'no character set is given: names and descriptions may be wrong'
  const isLost = special.some(
    (raw) => decodeText(raw, terms).includes('\ufffd') || isOtherThanUtf8(raw, terms)
  )
  return isLost ? 'names or descriptions do not fit their character set: they may be wrong' : null
}

function isPlain(term: string): boolean {
  return /^(ISO[ _]?(IR|2022)[ _]?(IR)?[ _]?6|ISO[ _]2022[ _]IR[ _](87|159)|)$/i.test(term.trim())
}

function isOtherThanUtf8(raw: string, terms: string): boolean {
  if (labelOf(terms.split('\\')[0] ?? '') !== 'utf-8' || raw.includes('\x1b')) return false
  return Buffer.from(raw, 'latin1').toString('utf8').includes('\ufffd')
}

/** Writers spell terms as `ISO-IR 100`, `iso_ir100`, `UTF-8`. @returns '' for plain ASCII and what is unknown */
function labelOf(term: string): string {
  const plain = term.toUpperCase().replace(/[^A-Z0-9]/g, '')
  if (plain === 'UTF8') return 'utf-8'
  if (/^(ISO2022)?GB(18030|K|2312)$/.test(plain)) return 'gb18030'
  return decoderByNumber[/^(?:ISO(?:2022)?(?:IR)?)?(\d+)$/.exec(plain)?.[1] ?? ''] ?? ''
}

function decodeEscaped(raw: string, initial: string, further: string): string {
  const pieces: string[] = []
  let [lower, upper]: [Lower, string] = ['single', initial]
  // eslint-disable-next-line no-control-regex -- ESC is what separates the parts
  for (const part of raw.split(/(?=\x1b)/)) {
    const escape = /^\x1b(\$\([A-Z]|\$\)[A-Z]|\$[A-Z]|[()-][A-Za-z])/.exec(part) // eslint-disable-line no-control-regex
    const meaning = escape ? escapes[escape[1] as string] : undefined
    if (meaning && 'lower' in meaning) lower = meaning.lower
    if (meaning && 'upper' in meaning) [lower, upper] = ['single', meaning.upper]
    const content = meaning ? part.slice((escape as RegExpExecArray)[0].length) : part.replaceAll('\x1b', '')
    if (lower === 'kanji') pieces.push(decode(`\x1b$B${content}`, 'iso-2022-jp'))
    else if (lower === 'supplementary kanji') pieces.push(decodeJisSupplement(content))
    else {
      // what delimits is ASCII in every set whose lower half is in use
      const [first = '', ...rest] = content.split(/(?=[\\^=\t\n\f\r])/)
      pieces.push(decodeSingle(first, upper || further))
      if (rest.length > 0 && initial !== '') upper = initial
      for (const next of rest) pieces.push(decodeSingle(next, upper || further))
    }
  }
  return pieces.join('')
}

/** @param label '' where no character set says what bytes beyond ASCII mean */
function decodeSingle(raw: string, label: string): string {
  if (label !== '' && label !== 'utf-8') return decode(raw, label)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(raw, 'latin1'))
  } catch {
    return decode(raw, 'windows-1252')
  }
}

/** JIS X 0212 in seven bits: EUC-JP carries it as 0x8f and the two bytes with their high bits set. */
function decodeJisSupplement(part: string): string {
  let euc = ''
  for (let at = 0; at + 1 < part.length; at += 2) {
    euc += '\x8f' + String.fromCharCode(part.charCodeAt(at) | 0x80, part.charCodeAt(at + 1) | 0x80)
  }
  return decode(euc, 'euc-jp')
}

function decode(raw: string, label: string): string {
  return new TextDecoder(label).decode(Buffer.from(raw, 'latin1'))
}
