import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { NidusError } from '../../src-main/contract/errors'
import { frameFacts, type ImageHeader } from '../../src-main/image/image-types'
import { readImageHeader } from '../../src-main/image/read-image-header'

/**
 * Header facts of every file of the corpus against DCMTK's dcmdump (Debian's dcmtk), which shares no code with this
 * reader. Only elements of the top level are compared, and only where dcmdump prints them: values that come from
 * functional groups or that are filled in for missing elements have unit tests of their own.
 */
const corpus = resolve(process.env.NIDUS_CORPUS ?? '../shared/data', 'dicom/files')
const version = spawnSync('dcmdump', ['--version'], { encoding: 'utf8' })
const reason = !existsSync(corpus)
  ? `no ${corpus} (set NIDUS_CORPUS)`
  : version.error
    ? 'dcmdump is not installed (Debian: apt install dcmtk)'
    : null
if (reason) console.log(`agreement with dcmdump skipped: ${reason}`)

type Fact = string | number | null | undefined | (number | null)[]

/** Tag as dcmdump writes it, and what the header says of it. */
const facts: Record<string, (header: ImageHeader) => Fact> = {
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

/** Top-level elements that hold a value: tag -> the value between its brackets, or the numbers as printed. */
function parseDump(dump: string): Map<string, string> {
  const elements = new Map<string, string>()
  for (const line of dump.split('\n')) {
    const match = /^\(([0-9a-f]{4},[0-9a-f]{4})\) \S\S (.*?)\s*#\s*\d+,\s*\d+ \S+\s*$/.exec(line)
    const [, tag, value] = match ?? []
    if (!tag || value === undefined || value === '(no value available)') continue
    // some writers pad text with nulls
    elements.set(
      tag,
      value
        .replace(/^\[(.*)\]$/, '$1')
        .replaceAll('\0', '')
        .trim()
    )
  }
  return elements
}

function agrees(tag: string, printed: string, fact: Fact): boolean {
  if (fact === undefined) return true
  if (typeof fact === 'string') return printed.toUpperCase() === fact.toUpperCase()
  const numbers = printed.split('\\').map(Number)
  const own = Array.isArray(fact) ? fact : [fact]
  // US and SS are mixed up by writers, and told apart by guessing in implicit files
  if (words.includes(tag))
    return own.length === 1 && ((numbers[0] ?? 0) & 0xffff) === ((own[0] ?? 0) & 0xffff)
  return own.length === numbers.length && own.every((value, at) => value === numbers[at])
}

let compared = 0
let skipped = 0

describe.skipIf(reason !== null)('header facts agree with dcmdump', () => {
  const files = reason === null ? readdirSync(corpus).sort() : []
  it.each(files)('%s', async (name) => {
    const path = resolve(corpus, name)
    const dumped = spawnSync('dcmdump', ['-q', '-Un', '+L', '-M', path], {
      encoding: 'latin1',
      maxBuffer: 2 ** 28
    })
    if (dumped.status !== 0) {
      skipped++
      console.log(`${name}: dcmdump itself gives up (exit code ${dumped.status})`)
      return
    }
    const header = await readImageHeader(new Uint8Array(readFileSync(path)), true).catch((error: unknown) => {
      if (error instanceof NidusError && error.code !== 'internal') return error
      throw error
    })
    if (!header || header instanceof NidusError) {
      skipped++
      console.log(`${name}: no image here (${header?.code})`)
      return
    }
    const elements = parseDump(dumped.stdout)
    expect(elements.size).toBeGreaterThan(0)
    const disagreements: string[] = []
    for (const [tag, factOf] of Object.entries(facts)) {
      const printed = elements.get(tag)
      if (printed === undefined) continue
      const fact = factOf(header)
      compared++
      if (!agrees(tag, printed, fact)) disagreements.push(`(${tag}) ${printed} <> ${JSON.stringify(fact)}`)
    }
    expect(disagreements).toEqual([])
  })

  afterAll(() =>
    console.log(
      `${compared} facts of ${files.length - skipped} files agree or are listed above; ${skipped} skipped`
    )
  )
})
