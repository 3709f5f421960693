import { vi } from 'vitest'
import type { ChannelName } from '../../../../src-main/contract/channel-names'

type CalibrationChannel = Extract<ChannelName, `calibration:${string}`>

/** The service behind the channels of thresholds, answering with its own names. */
export function calibrationServices() {
  return {
    calibration: {
      overview: vi.fn(async () => 'overview' as never),
      propose: vi.fn(async () => 'proposed' as never),
      approve: vi.fn(async () => 'approved' as never),
      rollBack: vi.fn(async () => 'rolled back' as never),
      drift: vi.fn(async () => 'drift' as never)
    }
  }
}

const ofMap = { modelId: 'm', map: 'rec' }
const profile = { modality: 'MR', scanner: { manufacturer: null, model: null, protocol: null } }
const propose = { ...ofMap, profile, level: 'slice', method: 'percentile', options: { percent: 95 } }
const signed = { approvedBy: 'A. Reader', reason: 'new scanner' }
const rollBack = { ...ofMap, versionId: 'v2', toVersionId: null, ...signed }

/** For every channel of thresholds: a request that it takes, what it answers, and requests that it must refuse. */
export const calibrationCases: Record<
  CalibrationChannel,
  { good: unknown; answer: unknown; bad: unknown[] }
> = {
  'calibration:overview': {
    good: ofMap,
    answer: 'overview',
    bad: [undefined, { modelId: 'm' }, { ...ofMap, map: 'other' }, { ...ofMap, modelId: '' }]
  },
  'calibration:propose': {
    good: propose,
    answer: 'proposed',
    bad: [
      { ...propose, level: 'voxel' },
      { ...propose, profile: null },
      { ...propose, options: { percent: Infinity } },
      { ...propose, options: { percent: { a: 1 } } },
      { ...propose, method: '' }
    ]
  },
  'calibration:approve': {
    good: { proposalId: 'p', ...signed },
    answer: 'approved',
    bad: [
      { proposalId: 'p', approvedBy: ' ', reason: 'r' },
      { proposalId: 'p', approvedBy: 'A', reason: '  ' },
      { ...signed, value: 3 }
    ]
  },
  'calibration:roll-back': {
    good: rollBack,
    answer: 'rolled back',
    bad: [
      { ...rollBack, toVersionId: undefined },
      { ...rollBack, reason: '' },
      { ...rollBack, versionId: '' }
    ]
  },
  'calibration:drift': {
    good: { ...ofMap, profile, level: 'finding' },
    answer: 'drift',
    bad: [
      { ...ofMap, level: 'finding' },
      { ...ofMap, profile, level: 'patient' }
    ]
  }
}
