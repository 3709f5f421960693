import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { NidusError, toNidusError } from '../contract/errors'
import { writeFailure } from '../export/write-decoded'
import { makeFolder } from '../platform/make-folder'
import { ReaderClient } from '../study/reader-client'
import type { SpawnReader } from '../study/reader-protocol'
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
 * @param spawnReader starts the process that reads and decodes, so that no file can hold up the others
 * @returns the process's exit code: 0 done, 2 usage, 3 nothing readable, 5 some files failed or are partial
 * @throws NidusError `output-unwritable`
 */
export async function decodeCommand(argv: string[], spawnReader: SpawnReader): Promise<number> {
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
  const reader = new ReaderClient(spawnReader)
  try {
    for (const [index, file] of files.entries()) {
      const error = await decodeFile(file, join(out, names[index] as string), reader)
      if (!error) continue
      if (error.context.partial) partial++
      else failed++
      process.stderr.write(`${file}: ${error.code}: ${String(error.context.reason ?? '')}\n`)
    }
  } finally {
    reader.dispose()
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
async function decodeFile(path: string, target: string, reader: ReaderClient): Promise<NidusError | null> {
  try {
    const shortfall = await reader.ask({ kind: 'decode', path, target })
    return shortfall && new NidusError(shortfall.code, shortfall.context)
  } catch (thrown) {
    const error = toNidusError(thrown)
    if (error.code === 'output-unwritable') throw error
    await writeFailure(target, error)
    return error
  }
}
