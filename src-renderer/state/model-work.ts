import { create } from 'zustand'
import type {
  DraftChoices,
  DraftRoles,
  ModelCheckStep,
  ModelDraft,
  ModelJobProgress
} from '../../src-main/contract/model-channels'
import { describeModelFault } from '../api/describe-model-fault'
import { nidus, unwrap } from '../api/nidus'
import { loadModels, useModels } from './models'

interface ModelWork {
  /** the network being added, and what the form says about it */
  draft: ModelDraft | null
  /** name of the folder of normal images */
  normals: string | null
  job: (Omit<ModelJobProgress, 'text'> & { kind: 'add' | 'check'; modelId: string; text: string }) | null
  /** why the last step did not work, in plain words */
  fault: string | null
  /** what came of the last step */
  news: string | null
  checked: { modelId: string; steps: ModelCheckStep[] } | null
}

/** What is being done with models in the settings. */
export const useModelWork = create<ModelWork>(() => ({
  draft: null,
  normals: null,
  job: null,
  fault: null,
  news: null,
  checked: null
}))

let lastJob = 0

async function attempt(work: () => Promise<void>): Promise<void> {
  useModelWork.setState({ fault: null, news: null })
  try {
    await work()
  } catch (thrown) {
    useModelWork.setState({ fault: describeModelFault(thrown) })
  }
}

/** Lets the person pick a network and looks at it. */
export function chooseModel(what: 'file' | 'folder'): Promise<void> {
  return attempt(async () => {
    const draft = await unwrap(nidus.chooseModel({ what }))
    if (draft) useModelWork.setState({ draft, normals: null, checked: null })
  })
}

/** Lets the person pick the normal images. */
export function chooseNormals(draftId: string): Promise<void> {
  return attempt(async () => {
    const chosen = await unwrap(nidus.chooseNormals({ draftId }))
    if (chosen) useModelWork.setState({ normals: chosen.name })
  })
}

/** Leaves the draft. */
export function dropDraft(): void {
  useModelWork.setState({ draft: null, normals: null, fault: null })
}

/** Adds the draft as it was confirmed. */
export async function addModel(draft: ModelDraft, choices: DraftChoices): Promise<void> {
  await inJob('add', choices.id, async (jobId) => {
    const added = await unwrap(nidus.addModel({ jobId, draftId: draft.draftId, choices }))
    if (!added) return useModelWork.setState({ news: 'Cancelled; nothing was added.' })
    useModelWork.setState({ draft: null, normals: null, news: `${choices.name} was added.` })
  })
}

/** Checks a model from its file to its maps. */
export async function checkModel(modelId: string): Promise<void> {
  useModelWork.setState({ checked: null })
  await inJob('check', modelId, async (jobId) => {
    const steps = await unwrap(nidus.checkModel({ jobId, modelId }))
    useModelWork.setState(steps ? { checked: { modelId, steps } } : { news: 'The check was cancelled.' })
  })
}

/** Removes an added model from the disk. */
export function removeModel(modelId: string): Promise<void> {
  return attempt(async () => {
    await unwrap(nidus.removeModel({ modelId }))
    useModelWork.setState({ checked: null, news: `${modelId} was removed.` })
  })
}

/** Stops what is under way. */
export function cancelModelJob(): void {
  const { job } = useModelWork.getState()
  if (!job) return
  useModelWork.setState({ job: { ...job, text: 'stopping', done: null, total: null } })
  void nidus.cancelModelJob({ jobId: job.jobId })
}

/** Takes a report of main. */
export function takeModelJob({ jobId, text, done, total }: ModelJobProgress): void {
  const { job } = useModelWork.getState()
  if (job?.jobId === jobId) useModelWork.setState({ job: { ...job, text, done, total } })
}

/** Follows models that came or went; a choice of one that is gone goes back to the app. */
export async function takeModels({ modelIds }: { modelIds: string[] }): Promise<void> {
  const { chosen } = useModels.getState()
  if (chosen !== null && !modelIds.includes(chosen)) useModels.setState({ chosen: null })
  await loadModels()
}

/** Roles for a network that says nothing of itself. */
export function emptyRoles({ inputs, outputs }: ModelDraft): DraftRoles {
  return {
    input: inputs[0] ?? '',
    layout: 'NCHW',
    channels: 1,
    height: 64,
    width: 64,
    reconstruction: outputs[0] ?? '',
    mu: null,
    spread: null,
    z: null
  }
}

async function inJob(
  kind: 'add' | 'check',
  modelId: string,
  work: (jobId: string) => Promise<void>
): Promise<void> {
  const jobId = `model-${++lastJob}`
  useModelWork.setState({ job: { jobId, kind, modelId, text: 'starting', done: null, total: null } })
  await attempt(() => work(jobId))
  useModelWork.setState({ job: null })
}
