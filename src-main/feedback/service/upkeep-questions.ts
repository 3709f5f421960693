import { statSync } from 'node:fs'
import type { FeedbackWarning } from '../../contract/feedback'
import type { AuditFacts, BackupFacts, FeedbackSummary } from '../../contract/feedback-channels'
import { feedbackStatistics } from '../feedback-statistics'
import { backupTime, listBackups } from '../store/backup'
import { inspectStore } from '../store/inspect-store'
import type { StoreKeeper } from './store-keeper'

/** Questions about the store itself. */
export const upkeepQuestions = {
  /** Opens the store; what was found wrong and put right. */
  async open(keeper: StoreKeeper, _: null): Promise<FeedbackWarning[]> {
    return [...(await keeper.store()).warnings]
  },

  async summarise(keeper: StoreKeeper, _: null): Promise<FeedbackSummary> {
    const { verdicts, studies, patients, studiesCompletelyRead, beforeReveal } = feedbackStatistics(
      await keeper.store()
    )
    return { ...verdicts, studies, patients, studiesCompletelyRead, beforeReveal }
  },

  async verify(keeper: StoreKeeper, _: null): Promise<AuditFacts> {
    const { integrity, audit } = inspectStore(keeper.path)
    return {
      ok: integrity === 'ok' && audit?.ok === true,
      integrity,
      rows: audit?.rows ?? 0,
      entries: audit?.entries ?? 0,
      headHash: audit?.head.hash ?? '',
      faults: audit?.faults ?? [],
      restores: (audit?.restores ?? []).map(({ recordedAt }) => recordedAt)
    }
  },

  async listBackups(keeper: StoreKeeper, _: null): Promise<BackupFacts[]> {
    return backupsOf(keeper)
  },

  async backUp(keeper: StoreKeeper, _: null): Promise<BackupFacts[]> {
    ;(await keeper.store()).backup()
    return backupsOf(keeper)
  },

  async restore(keeper: StoreKeeper, { stamp }: { stamp: string }): Promise<{ setAside: string | null }> {
    return keeper.restore(stamp)
  }
}

function backupsOf(keeper: StoreKeeper): BackupFacts[] {
  return listBackups(keeper.backupFolder).map((backup) => ({
    stamp: backup.stamp,
    writtenAt: backupTime(backup).toISOString(),
    sizeBytes: statSync(backup.path, { throwIfNoEntry: false })?.size ?? 0
  }))
}
