import type { ExportFormat, ImportOutcome } from '../../contract/feedback-channels'
import type { Study } from '../../contract/study'
import { exportFeedback } from '../transfer/export-feedback'
import { imageReaderOf } from '../transfer/image-reader'
import { importFeedback } from '../transfer/import-feedback'
import type { StoreKeeper } from './store-keeper'

/** Questions that take verdicts out of the store and back. */
export const transferQuestions = {
  /** @param studies open ones, where the slices of a training folder come from */
  async exportFeedback(
    keeper: StoreKeeper,
    { format, out, studies }: { format: ExportFormat; out: string; studies: Study[] }
  ): Promise<Record<string, number | string>> {
    const readImage = format === 'training' && studies.length > 0 ? imageReaderOf(studies) : null
    return exportFeedback(await keeper.store(), { format, out, readImage })
  },

  /** Merges one export after the other and adds up what came of them. */
  async importFeedback(
    keeper: StoreKeeper,
    { paths, reader }: { paths: string[]; reader: string | null }
  ): Promise<ImportOutcome> {
    const store = await keeper.store()
    const total: ImportOutcome = {
      added: { sessions: 0, readings: 0, unblindings: 0, verdicts: 0 },
      unchanged: 0,
      editedMasks: 0,
      refused: []
    }
    for (const path of paths) {
      const { added, unchanged, editedMasks, refused } = await importFeedback(
        store,
        path,
        reader ?? undefined
      )
      for (const kind of ['sessions', 'readings', 'unblindings', 'verdicts'] as const) {
        total.added[kind] += added[kind]
      }
      total.unchanged += unchanged
      total.editedMasks += editedMasks
      total.refused.push(...refused)
    }
    return total
  }
}
