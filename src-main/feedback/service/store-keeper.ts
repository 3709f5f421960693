import { join } from 'node:path'
import { NidusError } from '../../contract/errors'
import { listBackups } from '../store/backup'
import { openFeedbackStore, type FeedbackStore, type StoreOptions } from '../store/open-store'
import { restoreBackup } from '../store/recover'

/** Holds the one open store of a process, opens it at the first question, and swaps it for a backup when asked. */
export class StoreKeeper {
  private opened: Promise<FeedbackStore> | null = null

  constructor(private readonly options: StoreOptions) {}

  get path(): string {
    return this.options.path
  }

  get backupFolder(): string {
    return join(this.path, '..', 'backups')
  }

  /** The open store. A failure to open is tried anew at the next call. Throws as `openFeedbackStore`. */
  store(): Promise<FeedbackStore> {
    this.opened ??= openFeedbackStore(this.options).catch((thrown: unknown) => {
      this.opened = null
      throw thrown
    })
    return this.opened
  }

  /** Writes a dated copy when one is due; nothing where the store is not open. */
  async backUpIfDue(): Promise<void> {
    if (this.opened) (await this.opened).backupIfDue()
  }

  /**
   * Puts a dated copy in place of the database and opens it. Where that fails the old one is opened again.
   * @throws NidusError `not-found` for an unknown copy, `feedback-corrupt` for a damaged one
   */
  async restore(stamp: string): Promise<{ setAside: string | null }> {
    const backup = listBackups(this.backupFolder).find((known) => known.stamp === stamp)
    if (!backup) throw new NidusError('not-found', { reason: 'there is no such copy' })
    await this.close()
    try {
      return await restoreBackup(this.path, backup.path, this.options.now())
    } finally {
      await this.store()
    }
  }

  async close(): Promise<void> {
    const opened = this.opened
    this.opened = null
    if (opened) (await opened).close()
  }
}
