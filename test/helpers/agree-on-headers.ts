import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { compareHeader, headerOrCode } from './compare-headers'

/** Another program that prints the headers of DICOM files. */
export interface HeaderPrinter {
  name: string
  /** what to install it with, for the reason why its tests are skipped */
  package: string
  versionArgument: string
  /** arguments before the file's path */
  printArguments: string[]
  /** top-level elements: tag in eight hexadecimal digits with a comma -> the value as printed, without brackets */
  parse(printed: string): Map<string, string>
  /** null where the program gave up on a file, else what it printed; and why it gave up */
  outcome(run: ReturnType<typeof spawnSync>): { printed: string } | { gaveUp: string }
}

/** Fewer facts than this mean that the printer's language has changed, not that its files agree. */
const fewestFacts = 1000

/** Compares the header facts of every file of the corpus with what another program prints of them. */
export function agreeOnHeaders(printer: HeaderPrinter): void {
  const corpus = resolve(process.env.NIDUS_CORPUS ?? '../shared/data', 'dicom/files')
  const reason = !existsSync(corpus)
    ? `no ${corpus} (set NIDUS_CORPUS)`
    : spawnSync(printer.name, [printer.versionArgument]).error
      ? `${printer.name} is not installed (Debian: apt install ${printer.package})`
      : null
  if (reason) console.log(`agreement with ${printer.name} skipped: ${reason}`)
  let compared = 0
  let skipped = 0
  const skip = (file: string, why: string): void => {
    skipped++
    console.log(`${file}: ${why}`)
  }
  describe.skipIf(reason !== null)(`header facts agree with ${printer.name}`, () => {
    const files = reason === null ? readdirSync(corpus).sort() : []
    it.each(files)('%s', async (file) => {
      const path = resolve(corpus, file)
      const options = { encoding: 'latin1', maxBuffer: 2 ** 28 } as const
      const outcome = printer.outcome(spawnSync(printer.name, [...printer.printArguments, path], options))
      if ('gaveUp' in outcome) return skip(file, `${printer.name} itself gives up (${outcome.gaveUp})`)
      const header = await headerOrCode(path)
      if (typeof header === 'string') return skip(file, `no image here (${header})`)
      const elements = printer.parse(outcome.printed)
      expect(elements.size).toBeGreaterThan(0)
      const { compared: count, disagreements } = compareHeader(header, elements)
      compared += count
      expect(disagreements).toEqual([])
    })

    afterAll(() => {
      const count = files.length - skipped
      console.log(`${compared} facts of ${count} files agree or are listed above; ${skipped} skipped`)
      if (reason === null) expect(compared).toBeGreaterThan(fewestFacts)
    })
  })
}
