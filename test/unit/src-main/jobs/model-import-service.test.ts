import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { DraftChoices } from '../../../../src-main/contract/model-channels'
import type {
  FromImporter,
  ImporterProcess,
  ToImporter
} from '../../../../src-main/inference/model-import/importer-protocol'
import { ModelImportService } from '../../../../src-main/jobs/model-import-service'
import { temporaryFolder } from '../../../helpers/temporary-folder'

/** A process that a test plays. */
function fakeProcess() {
  let listener: (message: FromImporter) => void = () => undefined
  let exit: () => void = () => undefined
  const received: ToImporter[] = []
  const process: ImporterProcess = {
    post: (message) => received.push(message),
    onMessage: (own) => (listener = own),
    onExit: (own) => (exit = own),
    kill: vi.fn()
  }
  return { process, received, say: (message: FromImporter) => listener(message), exit: () => exit() }
}

const choices: DraftChoices = { id: 'mine', name: 'Mine', kind: 'ae', stated: null }

function setUp() {
  const root = temporaryFolder()
  const folders = { shippedFolder: join(root, 'shipped'), userFolder: join(root, 'data', 'models') }
  for (const [folder, id] of [
    [folders.shippedFolder, 'ours'],
    [folders.userFolder, 'mine']
  ]) {
    mkdirSync(join(folder, id), { recursive: true })
    writeFileSync(join(folder, id, 'model.json'), '{}')
  }
  writeFileSync(join(folders.userFolder, 'mine', 'card.md'), '# Mine')
  const processes: ReturnType<typeof fakeProcess>[] = []
  const needs = {
    ...folders,
    spawn: () => {
      processes.push(fakeProcess())
      return processes[processes.length - 1].process
    },
    models: {
      folderOf: vi.fn(async (id: string) =>
        join(id === 'ours' ? folders.shippedFolder : folders.userFolder, id)
      ),
      reload: vi.fn(async () => undefined)
    },
    chooseModel: vi.fn(async (): Promise<string | null> => '/picked/net.onnx'),
    chooseNormals: vi.fn(async (): Promise<string | null> => '/picked/normals'),
    onProgress: vi.fn()
  }
  return { service: new ModelImportService(needs), needs, processes, ...folders }
}

/** A service with a draft that was described. */
async function withDraft() {
  const all = setUp()
  const choosing = all.service.choose('file')
  await vi.waitFor(() => expect(all.processes).toHaveLength(1))
  all.processes[0].say({ kind: 'ended', result: { fileName: 'net.onnx' } as never })
  const draft = await choosing
  return { ...all, draftId: draft!.draftId }
}

describe('ModelImportService', () => {
  it('describes what the person picked, in a process that ends with its answer', async () => {
    const { processes, draftId } = await withDraft()
    expect(draftId).toBeTruthy()
    expect(processes[0].received).toEqual([{ kind: 'describe', source: '/picked/net.onnx' }])
    expect(processes[0].process.kill).toHaveBeenCalled()
  })

  it('does nothing where the person changed their mind', async () => {
    const { service, needs, processes } = setUp()
    needs.chooseModel.mockResolvedValueOnce(null)
    expect(await service.choose('folder')).toBeNull()
    expect(processes).toEqual([])
  })

  it('adds with the normal images picked for the draft, reports progress, and loads the models anew', async () => {
    const { service, needs, processes, draftId, userFolder } = await withDraft()
    expect(await service.chooseNormals(draftId)).toEqual({ name: 'normals' })
    const adding = service.add('job', draftId, choices)
    processes[1].say({ kind: 'progress', text: 'fitting', done: 8, total: 20 })
    processes[1].say({ kind: 'ended', result: { modelId: 'mine' } })
    expect(await adding).toEqual({ modelId: 'mine' })
    expect(processes[1].received[0]).toMatchObject({
      kind: 'add',
      request: { source: '/picked/net.onnx', normals: '/picked/normals', id: 'mine', name: 'Mine' },
      userFolder
    })
    expect(needs.onProgress).toHaveBeenCalledWith({ jobId: 'job', text: 'fitting', done: 8, total: 20 })
    expect(needs.models.reload).toHaveBeenCalledTimes(1)
    await expect(service.add('job', draftId, choices)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('refuses with the reason of the process, and keeps the draft for another try', async () => {
    const { service, needs, processes, draftId } = await withDraft()
    const adding = service.add('job', draftId, choices)
    processes[1].say({ kind: 'failed', code: 'onnx-gradient-check-failed', context: { reason: 'off' } })
    await expect(adding).rejects.toMatchObject({
      code: 'onnx-gradient-check-failed',
      context: { reason: 'off' }
    })
    expect(needs.models.reload).not.toHaveBeenCalled()
    const again = service.add('job', draftId, choices)
    processes[2].exit()
    await expect(again).rejects.toMatchObject({ code: 'model-session-failed' })
  })

  it('takes a cancel for an outcome, whether the process answers it or has to be ended', async () => {
    vi.useFakeTimers()
    try {
      const { service, processes } = setUp()
      const first = service.check('a', 'mine')
      await vi.advanceTimersByTimeAsync(0)
      service.cancel('a')
      expect(processes[0].received[1]).toEqual({ kind: 'cancel' })
      processes[0].say({ kind: 'failed', code: 'internal', context: {} })
      expect(await first).toBeNull()

      const second = service.check('b', 'mine')
      await vi.advanceTimersByTimeAsync(0)
      service.cancel('b')
      await vi.advanceTimersByTimeAsync(5_000)
      expect(processes[1].process.kill).toHaveBeenCalled()
      processes[1].exit()
      expect(await second).toBeNull()
      service.cancel('not-there')
    } finally {
      vi.useRealTimers()
    }
  })

  it('shows the card and where a model is from', async () => {
    const { service } = setUp()
    expect(await service.details('mine')).toEqual({ card: '# Mine', origin: 'added' })
    expect(await service.details('ours')).toEqual({ card: null, origin: 'shipped' })
  })

  it('removes added models, and none that ships with Nidus', async () => {
    const { service, needs } = setUp()
    await service.remove('mine')
    expect(needs.models.reload).toHaveBeenCalledTimes(1)
    await expect(service.remove('mine')).rejects.toMatchObject({ code: 'model-not-found' })
    await expect(service.remove('ours')).rejects.toMatchObject({ code: 'usage' })
    expect(needs.models.reload).toHaveBeenCalledTimes(1)
  })
})
