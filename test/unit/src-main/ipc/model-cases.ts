import { vi } from 'vitest'
import type { ChannelName } from '../../../../src-main/contract/channel-names'
import type { DraftChoices } from '../../../../src-main/contract/model-channels'

type ModelChannel = Exclude<Extract<ChannelName, `model:${string}`>, 'model:list'>

/** The service behind the channels of models, each answering with its own name. */
export function modelServices() {
  return {
    imports: {
      choose: vi.fn(async () => 'draft' as never),
      chooseNormals: vi.fn(async () => 'normals' as never),
      add: vi.fn(async () => 'added' as never),
      check: vi.fn(async () => 'checked' as never),
      cancel: vi.fn(),
      details: vi.fn(async () => 'details' as never),
      remove: vi.fn(async () => undefined)
    }
  }
}

const stated: NonNullable<DraftChoices['stated']> = {
  roles: {
    input: 'x',
    layout: 'NHWC',
    channels: 1,
    height: 64,
    width: 64,
    reconstruction: 'y',
    mu: 'm',
    spread: { kind: 'logVar', name: 'v' },
    z: null
  },
  loss: 'bce',
  beta: 1,
  range: [0, 1]
}
const choices: DraftChoices = { id: 'my-vae', name: 'My VAE', kind: 'vae', stated }
const add = (changes: object) => ({ jobId: 'j', draftId: 'd', choices: { ...choices, ...changes } })
const addStated = (changes: object) => add({ stated: { ...stated, ...changes } })

/** For every channel: a request that it takes, what it answers, and requests that it must refuse. */
export const modelCases: Record<ModelChannel, { good: unknown; answer: unknown; bad: unknown[] }> = {
  'model:choose': {
    good: { what: 'file' },
    answer: 'draft',
    bad: [undefined, { what: 'disk' }, { path: '/etc/x.onnx' }]
  },
  'model:choose-normals': { good: { draftId: 'd' }, answer: 'normals', bad: [{}, { draftId: '' }] },
  'model:add': {
    good: add({}),
    answer: 'added',
    bad: [
      undefined,
      { jobId: 'j', draftId: 'd' },
      add({ id: '../elsewhere' }),
      add({ id: 'Upper' }),
      add({ name: '  ' }),
      add({ kind: 'gan' }),
      addStated({ range: [1, 0] }),
      addStated({ range: [0, Infinity] }),
      addStated({ beta: -1 }),
      addStated({ loss: 'hinge' }),
      addStated({ roles: { ...stated.roles, channels: 2 } }),
      addStated({ roles: { ...stated.roles, reconstruction: '' } }),
      addStated({ roles: { ...stated.roles, spread: { kind: 'entropy', name: 'v' } } })
    ]
  },
  'model:check': { good: { jobId: 'j', modelId: 'm' }, answer: 'checked', bad: [{ modelId: 'm' }, {}] },
  'model:cancel': { good: { jobId: 'j' }, answer: null, bad: [{}, { jobId: 'x'.repeat(101) }] },
  'model:details': { good: { modelId: 'm' }, answer: 'details', bad: [{}, { modelId: '' }] },
  'model:remove': { good: { modelId: 'm' }, answer: null, bad: [undefined, { modelId: 7 }] }
}
