import { promises as fs } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { NidusError } from '../contract/errors'
import { makeFolder } from '../platform/make-folder'
import { encodeNpyHead, npyType } from '../export/write-npy'
import { isWorthShowing } from '../image/fill-missing'
import { frameFacts, type ImageHeader, type OpenedImage, type PixelArray } from '../image/image-types'
import { openImage } from '../image/open-image'
import { sharesColour } from '../image/shares-colour'
import { systemReason } from '../study/system-reason'
import { withPath } from '../study/read-file-header'
import { exitCodes } from './exit-codes'

const help = `Usage: nidus decode FILE... --out DIR

Writes the stored pixel values of every frame, before any rescale, palette or inversion.
For research use only.

  --out DIR   where to write, made if it is missing
  --help      this text

For each FILE:
  <name>.npy    [rows, columns] or [frames, rows, columns], samples last where a pixel has several;
                the file's own integer or float type
  <name>.json   header facts without patient identifiers, or { "error": { "code", "reason" } }; both where
                the file ends inside its pixels: then "partial" is true, "missingBytes" says how much is
                missing, and the .npy holds the frames there are, the last one filled up; "rounded" is true
                where integers beyond 2^53 lost their last digits
<name> is the file's base name with its extension; a second file of the same name gets -2, and so on.

Exit codes: 0 done, 2 usage, 3 nothing readable, 5 done in part.
`

/**
 * `nidus decode`: stored pixel values as .npy, header facts as .json.
 * @param argv what follows the command's name
 * @returns the process's exit code: 0 done, 2 usage, 3 nothing readable, 5 some files failed or are partial
 * @throws NidusError `output-unwritable`
 */
export async function decodeCommand(argv: string[]): Promise<number> {
  const usage = (message: string): number => {
    process.stderr.write(`nidus decode: ${message}\n\n${help}`)
    return exitCodes.usage
  }
  let parsed
  try {
    const options = { out: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const
    parsed = parseArgs({ args: argv, allowPositionals: true, options })
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error))
  }
  if (parsed.values.help) {
    process.stdout.write(help)
    return exitCodes.done
  }
  const { out } = parsed.values
  const files = parsed.positionals
  if (!out) return usage('--out DIR is missing')
  if (files.length === 0) return usage('no FILE is given')
  try {
    await makeFolder(out)
  } catch {
    return usage(`${out} cannot be made`)
  }
  let failed = 0
  let partial = 0
  const names = distinctNames(files)
  for (const [index, file] of files.entries()) {
    const error = await decodeFile(file, join(out, names[index] as string))
    if (!error) continue
    if (error.context.partial) partial++
    else failed++
    process.stderr.write(`${file}: ${error.code}: ${String(error.context.reason ?? '')}\n`)
  }
  const inPart = partial > 0 ? ` (${partial} in part)` : ''
  process.stdout.write(`${files.length - failed} decoded${inPart}, ${failed} failed\n`)
  if (failed + partial === 0) return exitCodes.done
  return failed === files.length ? exitCodes.nothingReadable : exitCodes.donePartly
}

/** Base names, a number behind those that are taken; letter case does not tell names apart on every system. */
function distinctNames(files: string[]): string[] {
  const taken = new Set<string>()
  return files.map((file) => {
    const base = basename(file)
    let name = base
    for (let copy = 2; taken.has(name.toLowerCase()); copy++) name = `${base}-${copy}`
    taken.add(name.toLowerCase())
    return name
  })
}

/** @returns what went wrong, which is also written to `<target>.json`; null where all went well */
async function decodeFile(file: string, target: string): Promise<NidusError | null> {
  try {
    const image = await openImage(await fs.readFile(file))
    const written = await writeFrames(image, `${target}.npy`)
    const { dtype, shape, photometricInterpretation, missingBytes, rounded } = written
    const cut = missingBytes > 0 ? truncated(missingBytes, file) : null
    const facts = {
      ...headerFacts(image.header),
      dtype,
      shape,
      decodedPhotometricInterpretation: photometricInterpretation,
      ...(rounded ? { rounded } : {}),
      ...(cut ? { partial: true, missingBytes, error: { code: cut.code, reason: cut.context.reason } } : {})
    }
    await writeOutput(`${target}.json`, facts)
    return cut
  } catch (thrown) {
    const error = withPath(thrown, file)
    if (error.code === 'output-unwritable') throw error
    await fs.rm(`${target}.npy`, { force: true })
    const { reason, frame } = error.context
    const report = {
      error: { code: error.code, reason: reason ?? '', ...(frame === undefined ? {} : { frame }) }
    }
    await writeOutput(`${target}.json`, report)
    return error
  }
}

function truncated(missingBytes: number, path: string): NidusError {
  const reason = `partial: the file lacks ${missingBytes} bytes of its pixels`
  return new NidusError('dicom-truncated', { reason, path, partial: true })
}

/** Writes frame after frame, so that one frame at a time is in memory; what a cut file lacks is left out. */
async function writeFrames(image: OpenedImage, path: string) {
  const { frames, missingBytes } = framesThere(image)
  const handle = await fs.open(path, 'w').catch(unwritable)
  try {
    let lacking = 0
    let rounded = false
    let written: { dtype: string; shape: number[]; photometricInterpretation: string } | null = null
    for (let frame = 0; frame < frames; frame++) {
      const stored = await image.readFrame(frame, { partial: true })
      lacking += stored.missingBytes ?? 0
      rounded ||= stored.rounded === true
      if (!written) {
        const { rows, columns, samplesPerPixel, photometricInterpretation } = stored
        const shape = [
          ...(image.frameCount > 1 ? [frames] : []),
          rows,
          columns,
          ...(samplesPerPixel > 1 ? [samplesPerPixel] : [])
        ]
        written = { dtype: numpyName(stored.values), shape, photometricInterpretation }
        await handle.write(encodeNpyHead(npyType(stored.values), shape)).catch(unwritable)
      }
      if (numpyName(stored.values) !== written.dtype) {
        throw new NidusError('pixel-decode-failed', { frame, reason: 'frames differ in type' })
      }
      await handle.write(
        new Uint8Array(stored.values.buffer, stored.values.byteOffset, stored.values.byteLength)
      )
    }
    if (!written) throw new NidusError('dicom-no-pixel-data', { reason: 'there are no frames' })
    // the pixel data's own length may lie where the file is long enough
    return { ...written, missingBytes: Math.max(missingBytes, lacking), rounded }
  } finally {
    await handle.close()
  }
}

/** Frames of which the file has bytes, and how many bytes the header promises beyond its end. */
function framesThere(image: OpenedImage): { frames: number; missingBytes: number } {
  const { header, frameCount } = image
  const whole = { frames: frameCount, missingBytes: 0 }
  // the shorter form of this one is told from its length, which a cut falsifies
  if (header.pixelsStartAt === null || sharesColour(header)) return whole
  const frameBits = header.rows * header.columns * header.samplesPerPixel * header.bitsAllocated
  const heldBytes = image.byteLength - header.pixelsStartAt
  const missingBytes = Math.ceil((frameBits * frameCount) / 8) - heldBytes
  if (missingBytes <= 0) return whole
  const wholeFrames = Math.floor((heldBytes * 8) / frameBits)
  const rest = heldBytes - Math.floor((wholeFrames * frameBits) / 8)
  return { frames: isWorthShowing(rest, header) ? wholeFrames + 1 : Math.max(1, wholeFrames), missingBytes }
}

async function writeOutput(path: string, content: unknown): Promise<void> {
  await fs.writeFile(path, `${JSON.stringify(content, null, 2)}\n`).catch(unwritable)
}

/** A full or protected disk is no fault of the file that was being decoded. */
function unwritable(error: unknown): never {
  throw new NidusError('output-unwritable', { reason: systemReason(error) }, { cause: error })
}

/** NumPy's name of the type: `uint16`, `float32`, … */
function numpyName(values: PixelArray): string {
  return values.constructor.name.replace('Array', '').toLowerCase()
}

/** What may be published of a header: nothing that names or dates the patient. */
function headerFacts(header: ImageHeader): Record<string, unknown> {
  const first = frameFacts(header, 0)
  return {
    format: header.format,
    transferSyntaxUid: header.transferSyntaxUid,
    sopClassUid: header.sopClassUid,
    modality: header.modality,
    valueUnit: header.valueUnit,
    rows: header.rows,
    columns: header.columns,
    frames: header.frameCount,
    samplesPerPixel: header.samplesPerPixel,
    bitsAllocated: header.bitsAllocated,
    bitsStored: header.bitsStored,
    highBit: header.highBit,
    pixelRepresentation: header.signed ? 1 : 0,
    planarConfiguration: header.planarConfiguration,
    photometricInterpretation: header.photometricInterpretation,
    inverted: header.inverted,
    spacingMm: first.spacingMm,
    pixelAspectRatio: header.pixelAspectRatio,
    displayAspect: first.pixelAspect ?? null,
    positionMm: first.positionMm,
    orientation: first.orientation,
    rescale: first.rescale,
    modalityLut: header.modalityLut !== null,
    windows: first.windows.map(({ lut, ...window }) => ({
      ...window,
      ...(lut ? { lut: { entries: lut.values.length, firstMapped: lut.firstMapped, bits: lut.bits } } : {})
    })),
    pixelPaddingValue: header.pixelPaddingValue,
    pixelPaddingLimit: header.pixelPaddingLimit ?? null,
    warnings: header.warnings
  }
}
