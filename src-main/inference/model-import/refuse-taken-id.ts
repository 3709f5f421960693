import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { NidusError } from '../../contract/errors'
import { manifestSchema } from '../../contract/manifest'
import { loadCatalogue } from '../model-catalogue'

/**
 * Refuses an ID for a new model that is malformed or belongs to another one: a shipped model is never replaced, an
 * added one only after it was removed.
 * @throws usage, model-exists
 */
export async function refuseTakenId(
  id: string,
  { shippedFolder, userFolder }: { shippedFolder: string; userFolder: string }
): Promise<void> {
  if (!manifestSchema.shape.id.safeParse(id).success || id === 'auto') {
    throw new NidusError('usage', {
      reason: `'${id}' is no ID for a model: small letters, digits and hyphens, such as my-vae-1 (--id)`
    })
  }
  const shipped = await loadCatalogue([shippedFolder])
  const isShipped = [...shipped.models, ...shipped.problems].some((model) => model.id === id)
  if (isShipped || existsSync(join(shippedFolder, id, 'model.json'))) {
    const reason = 'it ships with Nidus and cannot be replaced; choose another ID (--id)'
    throw new NidusError('model-exists', { model: id, reason })
  }
  const added = await loadCatalogue([userFolder])
  if (existsSync(join(userFolder, id)) || added.models.some((model) => model.id === id)) {
    const reason = `choose another ID (--id), or remove it first: nidus models remove ${id}`
    throw new NidusError('model-exists', { model: id, reason })
  }
}
