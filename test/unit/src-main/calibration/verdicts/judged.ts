import type { SliceStatistics, VerdictKind } from '../../../../../src-main/contract/feedback'
import type { JudgedVerdict } from '../../../../../src-main/calibration/verdicts/judged-verdict'
import { makeImage, makeVerdict } from '../../feedback/make-verdict'

/** Map statistics of a slice: its highest score, the peaks of its findings, and a uniform distribution below. */
export function sliceOf(sliceIndex: number, peak: number, findingPeaks: number[] = []): SliceStatistics {
  const [base] = makeVerdict().analysis!.slices
  return {
    ...base,
    sliceIndex,
    peak,
    findingPeaks,
    quantiles: { probabilities: [0, 1], values: [0, peak] }
  }
}

interface Facts {
  kind: VerdictKind
  subject?: string
  study?: string
  patient?: string
  reader?: string
  complete?: boolean
  slice?: number
  peak?: number | null
  mean?: number
  slices?: SliceStatistics[]
  threshold?: number
  at?: string
  scanner?: string
  bbox?: [number, number, number, number]
}

/** A current verdict as the store gives it, on one slice of a study's only series. */
export function judged({
  kind,
  study = '1.2',
  patient = study,
  reader = 'a',
  complete = false,
  slice = 0,
  peak = 9,
  mean = 6,
  slices = [sliceOf(slice, peak ?? 0)],
  threshold = 4,
  at = '2026-03-01T08:00:00.000Z',
  scanner = 'Field 3',
  bbox = [2, 1, 3, 4],
  subject = `${kind}:${study}:${slice}:${peak}`
}: Facts): JudgedVerdict {
  const base = makeVerdict()
  const onFinding = ['confirm', 'reject', 'unsure', 'missed'].includes(kind)
  return {
    ...base,
    kind,
    reason: kind === 'reject' ? 'artefact' : null,
    id: '00000000-0000-4000-8000-000000000000',
    sessionId: '00000000-0000-4000-8000-000000000001',
    subjectKey: subject,
    supersedes: null,
    recordedAt: at,
    appVersion: '1',
    beforeReveal: false,
    blind: true,
    reader,
    readerKey: reader,
    studyComplete: complete,
    image: makeImage({
      studyInstanceUid: study,
      seriesInstanceUid: `${study}.1`,
      sliceIndex: kind === 'study-normal' ? null : slice,
      patientKey: patient,
      scanner: { manufacturer: 'ACME', model: scanner, protocol: 'FLAIR ax' }
    }),
    region: onFinding ? { ...base.region!, peak, mean, bbox } : null,
    masks: [],
    analysis: { ...base.analysis!, threshold: { id: 'p99', version: '1', value: threshold }, slices }
  }
}
