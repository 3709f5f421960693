import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { NidusError } from '../contract/errors'
import type { DraftChoices, ModelDraft, ModelEvents, ModelResponses } from '../contract/model-channels'
import type { ImporterJob, ImporterResults, SpawnImporter } from '../inference/model-import/importer-protocol'
import { addedModelFolder, removeModel } from '../inference/model-import/remove-model'
import { requestOfDraft } from '../inference/model-import/request-of-draft'
import type { ModelService } from './model-service'

interface Needs {
  spawn: SpawnImporter
  models: Pick<ModelService, 'folderOf' | 'reload'>
  shippedFolder: string
  userFolder: string
  chooseModel(what: 'file' | 'folder'): Promise<string | null>
  chooseNormals(): Promise<string | null>
  onProgress(progress: ModelEvents['event:model-job']): void
}

/** After which a process that does not answer a cancel is ended. */
const cancelGraceMs = 5_000

/** Adds, checks, shows and removes models for the window; the work is done in processes of their own. */
export class ModelImportService {
  private lastDraft = 0
  private readonly drafts = new Map<string, { source: string; normals: string | null }>()
  private readonly running = new Map<string, { cancel(): void }>()

  constructor(private readonly needs: Needs) {}

  /** Lets the person pick a network and says what it is. @throws model-*, onnx-* */
  async choose(what: 'file' | 'folder'): Promise<ModelDraft | null> {
    const source = await this.needs.chooseModel(what)
    if (source === null) return null
    const draftId = `draft-${++this.lastDraft}`
    const described = await this.run<'describe'>(draftId, { kind: 'describe', source })
    if (described === null) return null
    this.drafts.clear() // the window shows one at a time
    this.drafts.set(draftId, { source, normals: null })
    return { draftId, ...described }
  }

  /** Lets the person pick the normal images for a draft. @throws not-found */
  async chooseNormals(draftId: string): Promise<ModelResponses['model:choose-normals']> {
    const draft = this.draft(draftId)
    const folder = await this.needs.chooseNormals()
    if (folder === null) return null
    draft.normals = folder
    return { name: basename(folder) }
  }

  /** Adds a draft as it was confirmed. @returns null where it was cancelled @throws model-*, onnx-*, usage */
  async add(jobId: string, draftId: string, choices: DraftChoices): Promise<ModelResponses['model:add']> {
    const { source, normals } = this.draft(draftId)
    const { shippedFolder, userFolder } = this.needs
    const added = await this.run<'add'>(jobId, {
      kind: 'add',
      request: requestOfDraft(source, normals, choices),
      shippedFolder,
      userFolder,
      nowMs: Date.now()
    })
    if (added === null) return null
    this.drafts.delete(draftId)
    await this.needs.models.reload()
    return added
  }

  /** Checks a model from its file to its maps; null where it was cancelled. @throws model-not-found */
  async check(jobId: string, modelId: string): Promise<ModelResponses['model:check']> {
    return this.run<'check'>(jobId, { kind: 'check', folder: await this.needs.models.folderOf(modelId) })
  }

  /** Stops a job; nothing of it stays. Nothing happens where it is over. */
  cancel(jobId: string): void {
    this.running.get(jobId)?.cancel()
  }

  /** The card of a model, Markdown, and where the model is from. @throws model-not-found */
  async details(modelId: string): Promise<ModelResponses['model:details']> {
    const folder = await this.needs.models.folderOf(modelId)
    const card = await readFile(join(folder, 'card.md'), 'utf8').catch(() => null)
    return { card, origin: dirname(folder) === this.needs.userFolder ? 'added' : 'shipped' }
  }

  /** Removes an added model from the disk. @throws model-not-found, usage (it ships with Nidus), output-unwritable */
  async remove(modelId: string): Promise<void> {
    await removeModel(addedModelFolder(modelId, this.needs))
    await this.needs.models.reload()
  }

  private draft(draftId: string): { source: string; normals: string | null } {
    const draft = this.drafts.get(draftId)
    if (!draft) throw new NidusError('not-found', { draftId, reason: 'pick the network again' })
    return draft
  }

  private run<K extends ImporterJob['kind']>(
    jobId: string,
    job: Extract<ImporterJob, { kind: K }>
  ): Promise<ImporterResults[K] | null> {
    return new Promise((resolve, reject) => {
      const process = this.needs.spawn()
      let cancelled = false
      let grace: ReturnType<typeof setTimeout> | undefined
      const settle = (finish: () => void): void => {
        clearTimeout(grace)
        this.running.delete(jobId)
        finish()
        process.kill()
      }
      this.running.set(jobId, {
        cancel: () => {
          cancelled = true
          process.post({ kind: 'cancel' })
          grace = setTimeout(() => process.kill(), cancelGraceMs)
        }
      })
      process.onMessage((message) => {
        if (message.kind === 'progress') {
          const { text, done, total } = message
          if (!cancelled) this.needs.onProgress({ jobId, text, done, total })
        } else if (message.kind === 'ended') {
          settle(() => resolve(message.result as ImporterResults[K]))
        } else {
          settle(() => (cancelled ? resolve(null) : reject(new NidusError(message.code, message.context))))
        }
      })
      process.onExit(() => {
        const reason = 'the process that looked at the model ended unexpectedly'
        settle(() => (cancelled ? resolve(null) : reject(new NidusError('model-session-failed', { reason }))))
      })
      process.post(job)
    })
  }
}
