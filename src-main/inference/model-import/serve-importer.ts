import { toNidusError } from '../../contract/errors'
import { addModel } from './add-model'
import { checkModel } from './check-model'
import { draftOf } from './draft-of'
import type { ImporterJob, ImporterPort, ImporterResults } from './importer-protocol'

/** The importer process: describes, adds or checks a model away from the window, and says how far it has come. */
export function serveImporter(port: ImporterPort): void {
  const stop = new AbortController()
  const tell = (text: string, done: number | null = null, total: number | null = null): void =>
    port.post({ kind: 'progress', text, done, total })

  const work = async (job: ImporterJob): Promise<ImporterResults[keyof ImporterResults]> => {
    switch (job.kind) {
      case 'describe':
        return draftOf(job.source)
      case 'check':
        return (await checkModel(job.folder, { used: 'cpu', reason: 'the reference' })).map(
          ({ error, ...step }) => ({ ...step, error: error && { code: error.code, context: error.context } })
        )
      case 'add': {
        tell('looking at the network and checking its gradients')
        const model = await addModel(job.request, {
          shippedFolder: job.shippedFolder,
          userFolder: job.userFolder,
          now: new Date(job.nowMs),
          signal: stop.signal,
          confirm: () => Promise.resolve(true), // it was, in the window
          tell,
          progress: (done, total) => tell('fitting statistics on normal images', done, total)
        })
        return { modelId: model.id }
      }
    }
  }

  port.onMessage((message) => {
    if (message.kind === 'cancel') return stop.abort(new Error('cancelled'))
    work(message).then(
      (result) => port.post({ kind: 'ended', result }),
      (thrown: unknown) => {
        const { code, context } = toNidusError(thrown)
        port.post({ kind: 'failed', code, context })
      }
    )
  })
}
