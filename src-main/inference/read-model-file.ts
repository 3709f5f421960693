import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NidusError } from '../contract/errors'
import type { ModelManifest } from '../contract/manifest'

/**
 * Bytes of the model's forward graph.
 * @throws model-file-missing; model-hash-mismatch where they are not those that the manifest was written for
 */
export async function readModelFile(model: {
  id: string
  folder: string
  manifest: ModelManifest
}): Promise<Uint8Array> {
  const { id, folder, manifest } = model
  const path = join(folder, manifest.file)
  const bytes = await readFile(path).catch((thrown: NodeJS.ErrnoException) => {
    throw new NidusError(
      'model-file-missing',
      { model: id, path, reason: thrown.code ?? thrown.message },
      { cause: thrown }
    )
  })
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== manifest.sha256) {
    throw new NidusError('model-hash-mismatch', { model: id, path, expected: manifest.sha256, found })
  }
  return bytes
}
