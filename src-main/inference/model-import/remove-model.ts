import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { NidusError } from '../../contract/errors'
import { manifestSchema } from '../../contract/manifest'

/**
 * Folder of an added model.
 * @throws model-not-found; usage where the model ships with Nidus
 */
export function addedModelFolder(
  id: string,
  { shippedFolder, userFolder }: { shippedFolder: string; userFolder: string }
): string {
  // an ID is a folder's name here, so that nothing but a model folder can be meant
  const isId = manifestSchema.shape.id.safeParse(id).success
  if (isId && existsSync(join(userFolder, id))) return join(userFolder, id)
  if (isId && existsSync(join(shippedFolder, id, 'model.json'))) {
    throw new NidusError('usage', { reason: `${id} ships with Nidus; only added models can be removed` })
  }
  throw new NidusError('model-not-found', { model: id, reason: 'no added model has this ID' })
}

/**
 * Removes the folder of an added model: out of the catalogue at once, then from the disk.
 * @throws output-unwritable
 */
export async function removeModel(folder: string): Promise<void> {
  try {
    const bin = await mkdtemp(join(dirname(dirname(folder)), 'model-being-removed-'))
    await rename(folder, join(bin, 'model'))
    await rm(bin, { recursive: true, force: true })
  } catch (thrown) {
    const reason = (thrown as NodeJS.ErrnoException).code ?? String(thrown)
    throw new NidusError('output-unwritable', { path: folder, reason }, { cause: thrown })
  }
}
