import { rename, rm, writeFile } from 'node:fs/promises'
import { NidusError } from '../contract/errors'

/**
 * Writes a file so that it is there whole or not at all: under another name first, renamed when complete.
 * @throws output-unwritable
 */
export async function writeWholeFile(path: string, content: string | Uint8Array): Promise<void> {
  const partial = `${path}.${process.pid}.part`
  try {
    await writeFile(partial, content)
    await rename(partial, path)
  } catch (thrown) {
    await rm(partial, { force: true }).catch(() => undefined)
    const reason = (thrown as NodeJS.ErrnoException).code ?? String(thrown)
    throw new NidusError('output-unwritable', { path, reason }, { cause: thrown })
  }
}
