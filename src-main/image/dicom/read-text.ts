import type { DataSet } from 'dicom-parser'
import { readLatinText } from './read-values'

/** Specific Character Set (0008,0005) defined terms (PS3.3 C.12.1.1.2) and the decoder that reads each. */
const decoderLabels: Record<string, string> = {
  '': 'windows-1252',
  'ISO_IR 6': 'windows-1252',
  'ISO_IR 100': 'iso-8859-1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
  'ISO 2022 IR 58': 'gb18030',
  'ISO 2022 IR 87': 'iso-2022-jp',
  'ISO 2022 IR 159': 'iso-2022-jp',
  'ISO 2022 IR 149': 'euc-kr'
}

/** Escape sequences of ISO 2022 (PS3.3 tables C.12-3 and C.12-4) and the decoder of what follows each. */
const escapes: { sequence: string; label: string; keepEscape?: boolean }[] = [
  { sequence: '\x1b(B', label: 'windows-1252' },
  { sequence: '\x1b(J', label: 'shift_jis' },
  { sequence: '\x1b)I', label: 'shift_jis' },
  { sequence: '\x1b-A', label: 'iso-8859-1' },
  { sequence: '\x1b-B', label: 'iso-8859-2' },
  { sequence: '\x1b-C', label: 'iso-8859-3' },
  { sequence: '\x1b-D', label: 'iso-8859-4' },
  { sequence: '\x1b-L', label: 'iso-8859-5' },
  { sequence: '\x1b-G', label: 'iso-8859-6' },
  { sequence: '\x1b-F', label: 'iso-8859-7' },
  { sequence: '\x1b-H', label: 'iso-8859-8' },
  { sequence: '\x1b-M', label: 'windows-1254' },
  { sequence: '\x1b-T', label: 'windows-874' },
  { sequence: '\x1b$B', label: 'iso-2022-jp', keepEscape: true },
  { sequence: '\x1b$(D', label: 'euc-jp' },
  { sequence: '\x1b$)C', label: 'euc-kr' },
  { sequence: '\x1b$)A', label: 'gbk' }
]

/**
 * Text of an element in the data set's own character set (PS3.5 section 6.1), padding removed.
 * @returns '' where the element is absent; characters that cannot be decoded become U+FFFD
 */
export function readText(dataSet: DataSet, tag: string): string {
  const raw = readLatinText(dataSet, tag)
  if (/^[\x20-\x7e]*$/.test(raw)) return raw
  const terms = readLatinText(dataSet, 'x00080005').split('\\')
  const first = (terms[0] ?? '').trim()
  const label =
    decoderLabels[first] ?? decoderLabels[first.replace('ISO 2022 IR', 'ISO_IR')] ?? 'windows-1252'
  return raw.includes('\x1b') ? decodeWithEscapes(raw, label) : decode(raw, label)
}

function decodeWithEscapes(raw: string, initialLabel: string): string {
  let label = initialLabel
  return raw
    .split(/(?=\x1b)/) // eslint-disable-line no-control-regex -- ESC is what separates the parts
    .map((part) => {
      const escape = escapes.find(({ sequence }) => part.startsWith(sequence))
      if (!escape) return decode(part.replace(/\x1b/g, ''), label) // eslint-disable-line no-control-regex
      label = escape.label
      if (escape.sequence === '\x1b$(D') return decodeJisSupplement(part.slice(4))
      return decode(escape.keepEscape ? part : part.slice(escape.sequence.length), label)
    })
    .join('')
    .trim()
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

/** A person's name as one reads it: first component group, carets as spaces (PS3.5 section 6.2.1). */
export function readPersonName(dataSet: DataSet, tag: string): string {
  const groups = readText(dataSet, tag).split('=')
  const shown = groups.find((group) => group.trim() !== '') ?? ''
  return shown
    .split('^')
    .map((part) => part.trim())
    .filter(Boolean)
    .join(' ')
}
