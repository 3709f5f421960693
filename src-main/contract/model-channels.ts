import { z } from 'zod'
import type { ErrorCode, ErrorContext } from './errors'
import { manifestSchema, type ModelManifest } from './manifest'
import { spreadKinds } from './spread-kinds'

/**
 * Requests about bringing models, looking at them and removing them. Places come from main's own dialogs: the window
 * speaks of a draft, never of a path.
 */

const jobId = z.string().min(1).max(100)
const draftId = z.string().min(1).max(100)
const modelId = z.string().min(1).max(200)
const valueName = z.string().min(1).max(500)
const { id, kind, losses } = manifestSchema.shape

const rolesSchema = z.object({
  input: valueName,
  layout: z.enum(['NCHW', 'NHWC', 'flat']),
  channels: z.union([z.literal(1), z.literal(3)]),
  height: z.number().int().min(1).max(9999),
  width: z.number().int().min(1).max(9999),
  reconstruction: valueName,
  mu: valueName.nullable(),
  spread: z.object({ kind: z.enum(spreadKinds), name: valueName }).nullable(),
  z: valueName.nullable()
})
/** Which value of a network plays which part. */
export type DraftRoles = z.infer<typeof rolesSchema>

const choicesSchema = z.object({
  id,
  name: z.string().trim().min(1).max(100),
  kind,
  /** null where the model.json beside the network says all */
  stated: z
    .object({
      roles: rolesSchema,
      loss: losses.shape.reconstruction,
      beta: z.number().min(0).finite(),
      /** lowest and highest value of a pixel as the network takes it */
      range: z
        .tuple([z.number().finite(), z.number().finite()])
        .refine(([low, high]) => low < high, 'the first number has to be the lower one')
    })
    .nullable()
})
/** What a person confirmed or changed of a draft. */
export type DraftChoices = z.infer<typeof choicesSchema>

export const modelRequests = {
  'model:choose': z.object({ what: z.enum(['file', 'folder']) }),
  'model:choose-normals': z.object({ draftId }),
  'model:add': z.object({ jobId, draftId, choices: choicesSchema }),
  'model:check': z.object({ jobId, modelId }),
  'model:cancel': z.object({ jobId }),
  'model:details': z.object({ modelId }),
  'model:remove': z.object({ modelId })
} as const

/** A network that was picked, as far as it describes itself. */
export interface ModelDraft {
  draftId: string
  /** of the file, without its folder */
  fileName: string
  suggestedId: string
  suggestedName: string
  kind: ModelManifest['kind']
  /** 'nothing': names and shapes do not decide, the person has to */
  origin: 'roles file' | 'manifest' | 'proposal' | 'nothing'
  /** what was taken for what, and why; then what is doubtful; plain words */
  reasons: string[]
  doubts: string[]
  /** null where nothing could be proposed */
  roles: DraftRoles | null
  loss: ModelManifest['losses']['reconstruction']
  beta: number
  range: [low: number, high: number]
  /** inputs and outputs of the graph to choose from */
  inputs: string[]
  outputs: string[]
  /** true where a model.json with statistics lies beside the network: normal images are not needed */
  complete: boolean
}

/** One step of a check: what was looked at, and what came of it. */
export interface ModelCheckStep {
  step: string
  ok: boolean
  detail: string
  error: { code: ErrorCode; context: ErrorContext } | null
}

export interface ModelResponses {
  /** null when the person closed the dialog */
  'model:choose': ModelDraft | null
  /** name of the folder */
  'model:choose-normals': { name: string } | null
  /** null when it was cancelled */
  'model:add': { modelId: string } | null
  'model:check': ModelCheckStep[] | null
  'model:cancel': null
  'model:details': { card: string | null; origin: 'shipped' | 'added' }
  'model:remove': null
}

/** How far a model being added or checked has come. */
export interface ModelJobProgress {
  jobId: string
  text: string
  done: number | null
  total: number | null
}

export interface ModelEvents {
  'event:models-changed': { modelIds: string[] }
  'event:model-job': ModelJobProgress
}
