import type { ErrorCode, ErrorContext } from '../../contract/errors'
import type { ModelCheckStep, ModelDraft } from '../../contract/model-channels'
import type { AddRequest } from './add-model'

/** A job of the importer process, which serves one and is ended then. */
export type ImporterJob =
  | { kind: 'describe'; source: string }
  | { kind: 'add'; request: AddRequest; shippedFolder: string; userFolder: string; nowMs: number }
  | { kind: 'check'; folder: string }

/** What each job gives. */
export interface ImporterResults {
  describe: Omit<ModelDraft, 'draftId'>
  add: { modelId: string }
  check: ModelCheckStep[]
}

export type ToImporter = ImporterJob | { kind: 'cancel' }

export type FromImporter =
  | { kind: 'progress'; text: string; done: number | null; total: number | null }
  | { kind: 'ended'; result: ImporterResults[keyof ImporterResults] }
  | { kind: 'failed'; code: ErrorCode; context: ErrorContext }

/** The importer process's side of the channel. */
export interface ImporterPort {
  post(message: FromImporter): void
  onMessage(listener: (message: ToImporter) => void): void
}

/** The parent's side: a running importer process. */
export interface ImporterProcess {
  post(message: ToImporter): void
  onMessage(listener: (message: FromImporter) => void): void
  /** called once, also where the process could not be started */
  onExit(listener: () => void): void
  kill(): void
}
export type SpawnImporter = () => ImporterProcess
