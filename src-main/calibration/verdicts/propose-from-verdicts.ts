import type { MethodName, MethodOptions } from '../methods'
import { minimumVerdicts, proposeThreshold } from '../propose-threshold'
import type { ThresholdProposal } from '../propose-threshold'
import { countVerdicts } from '../scored-case'
import type { ScoredCase } from '../scored-case'
import { splitCases } from '../split-cases'
import { refuse } from '../threshold-result'
import type { ScoreLevel, ThresholdRefused } from '../threshold-result'
import { casesFromVerdicts } from './cases-from-verdicts'
import type { VerdictCases } from './cases-from-verdicts'
import type { JudgedVerdict } from './judged-verdict'
import { lowestPixelRate } from './pixel-sample'
import { scoreHistogram } from './score-histogram'
import type { ScoreHistogram } from './score-histogram'

/** Expected share of patients whose verdicts teach nothing and only judge. */
export const heldOutShare = 0.3

/** Always the same, so that a patient who once judged never teaches later. */
const splitSeed = 1

export interface SiteProposalRequest {
  /** current ones of one model and map, of the images that the threshold is for */
  verdicts: readonly JudgedVerdict[]
  level: ScoreLevel
  method: MethodName
  options?: MethodOptions
  /** in use for these images */
  currentThreshold: number
  /** keys of patients that trained the model, where the site knows them */
  trainingPatients?: readonly string[]
}

/** What no verdict can tell, with the numbers for the wording. */
export type BlindSpot =
  /** only shown findings have verdicts: misses are known from `complete` of `studies` studies alone */
  | { code: 'misses'; complete: number; studies: number }
  /** findings under the highest threshold that verdicts were given at were never shown */
  | { code: 'below-floor'; floor: number }
  /** verdicts are taken for the truth; `disputed` subjects on which readers contradict each other were left out */
  | { code: 'reader-error'; disputed: number }
  /** whether a patient here also trained the model */
  | { code: 'training-patients' }

export interface SiteProposal {
  outcome: ThresholdProposal | ThresholdRefused
  /** labelled by a verdict; a proposal needs `needed` in calibration */
  verdicts: { calibration: number; heldOut: number; needed: number }
  cases: { normal: number; anomalous: number; patients: number; studies: number }
  leftOut: VerdictCases['leftOut']
  blindSpots: BlindSpot[]
  /** of held-out cases; null where there are none */
  histogram: ScoreHistogram | null
  /** ms since 1970 of the latest verdict that was looked at; null for none */
  until: number | null
}

/**
 * A proposal from a site's verdicts: cases of the asked level, split by patient into those that teach and those that
 * judge, with false positives per study and sensitivity counted in findings whatever the level.
 */
export function proposeFromVerdicts(request: SiteProposalRequest): SiteProposal {
  const { level, method, options = {}, currentThreshold, verdicts } = request
  const gathered = casesFromVerdicts(verdicts, level)
  const trained = new Set(request.trainingPatients ?? [])
  const split = <Own extends { patient: string }>(all: readonly Own[]) =>
    splitCases(
      all.filter(({ patient }) => !trained.has(patient)),
      heldOutShare,
      splitSeed
    )
  const { calibration, heldOut } = split(gathered.cases)
  const outcome = tailIsKept(level, options)
    ? proposeThreshold({
        level,
        method,
        options,
        currentThreshold,
        calibration,
        heldOut,
        trainingPatients: request.trainingPatients,
        pastFindings: gathered.pastFindings,
        pastFindingsFloor: gathered.pastFindingsFloor,
        normalImages: split(gathered.normalSlices).calibration.length,
        reading: { findings: split(gathered.findings).heldOut, searched: split(gathered.searched).heldOut }
      })
    : refuse(method, 'option-out-of-range', { option: options.percent === undefined ? 'rate' : 'percent' })

  const scores = (label: ScoredCase['label']): number[] =>
    heldOut.filter((own) => own.label === label).map(({ score }) => score)
  const marks = [currentThreshold, ...(outcome.kind === 'proposal' ? [outcome.learnt.threshold] : [])]
  const { normal, anomalous } = { normal: scores('normal'), anomalous: scores('anomalous') }
  const studies = new Set(verdicts.map(({ image }) => image.studyInstanceUid))
  return {
    outcome,
    verdicts: {
      calibration: countVerdicts(calibration),
      heldOut: countVerdicts(heldOut),
      needed: minimumVerdicts
    },
    cases: {
      normal: gathered.cases.filter(({ label }) => label === 'normal').length,
      anomalous: gathered.cases.filter(({ label }) => label === 'anomalous').length,
      patients: new Set(gathered.cases.map(({ patient }) => patient)).size,
      studies: studies.size
    },
    leftOut: gathered.leftOut,
    blindSpots: blindSpotsOf(verdicts, gathered, studies.size, request.trainingPatients !== undefined),
    histogram: scoreHistogram(normal, anomalous, marks),
    until: verdicts.length > 0 ? Math.max(...verdicts.map(({ recordedAt }) => Date.parse(recordedAt))) : null
  }
}

/** Whether the kept quantiles reach as far into the tail as the options ask. */
function tailIsKept(level: ScoreLevel, { percent, rate }: MethodOptions): boolean {
  const asked = Math.min(rate ?? 1, percent === undefined ? 1 : 1 - percent / 100)
  return level !== 'pixel' || asked >= lowestPixelRate - 1e-12
}

function blindSpotsOf(
  verdicts: readonly JudgedVerdict[],
  { pastFindingsFloor, leftOut }: VerdictCases,
  studies: number,
  knowsTraining: boolean
): BlindSpot[] {
  const complete = new Set(
    verdicts.filter(({ studyComplete }) => studyComplete).map(({ image }) => image.studyInstanceUid)
  ).size
  const spots: BlindSpot[] = [{ code: 'misses', complete, studies }]
  if (Number.isFinite(pastFindingsFloor)) spots.push({ code: 'below-floor', floor: pastFindingsFloor })
  spots.push({ code: 'reader-error', disputed: leftOut.disputed })
  if (!knowsTraining) spots.push({ code: 'training-patients' })
  return spots
}
