import type { ModelImportService } from '../jobs/model-import-service'
import type { Handle } from './handle'

/** Registers the channels for adding, checking, showing and removing models. */
export function registerModelHandlers(
  handle: Handle,
  imports: Pick<
    ModelImportService,
    'choose' | 'chooseNormals' | 'add' | 'check' | 'cancel' | 'details' | 'remove'
  >
): void {
  handle('model:choose', ({ what }) => imports.choose(what))
  handle('model:choose-normals', ({ draftId }) => imports.chooseNormals(draftId))
  handle('model:add', ({ jobId, draftId, choices }) => imports.add(jobId, draftId, choices))
  handle('model:check', ({ jobId, modelId }) => imports.check(jobId, modelId))
  handle('model:cancel', ({ jobId }) => {
    imports.cancel(jobId)
    return null
  })
  handle('model:details', ({ modelId }) => imports.details(modelId))
  handle('model:remove', async ({ modelId }) => {
    await imports.remove(modelId)
    return null
  })
}
