import { estimatePerformance } from './estimate-performance'
import type { HeldOutFindings, Performance } from './estimate-performance'
import { findMethod } from './methods'
import type { MethodName, MethodOptions } from './methods'
import { countVerdicts, samplesOf } from './scored-case'
import type { ScoredCase } from './scored-case'
import { sharedPatients } from './split-cases'
import { refuse } from './threshold-result'
import type { ScoreLevel, ThresholdFound, ThresholdRefused, ThresholdWarning } from './threshold-result'

/** Fewer verdicts than this among the calibration cases and nothing is proposed. */
export const minimumVerdicts = 50

/** A score that the reader was, or could have been, shown. */
export interface PastFinding {
  id: string
  /** peak, score units */
  score: number
  group?: string
}

export interface ProposalRequest {
  level: ScoreLevel
  method: MethodName
  options?: MethodOptions
  currentThreshold: number
  calibration: readonly ScoredCase[]
  heldOut: readonly ScoredCase[]
  /** patients that trained the model: none of the cases may be theirs */
  trainingPatients?: readonly string[]
  pastFindings: readonly PastFinding[]
  /** past findings are known down to this score; those between it and a lower new threshold are unknown */
  pastFindingsFloor: number
  normalImages?: number
  /** held-out findings, where the cases are not findings themselves */
  reading?: {
    findings: readonly ScoredCase[]
    searched: readonly (HeldOutFindings['searched'][number] & { group?: string })[]
  }
}

/** How past findings would change; `come` is null where the lower scores were not stored. */
export interface FindingChange {
  stay: number
  go: number
  come: number | null
}

export interface GroupChange {
  /** null for cases without a group */
  group: string | null
  findings: FindingChange
  before: Performance
  after: Performance
}

/** A change of threshold for a person to approve or leave. */
export interface ThresholdProposal {
  kind: 'proposal'
  method: MethodName
  options: MethodOptions
  currentThreshold: number
  learnt: ThresholdFound
  /** (new - current) / |current|; null where the current threshold is zero */
  relativeChange: number | null
  findings: FindingChange
  /** on the same held-out cases */
  before: Performance
  after: Performance
  /** by modality and scanner, most cases first */
  groups: GroupChange[]
  warnings: ThresholdWarning[]
}

/**
 * What a recalibration would change: the threshold learnt from the calibration verdicts, and its figures on held-out
 * verdicts beside those of the threshold in use. Changes nothing by itself.
 * @returns a refusal where patients are shared between training, calibration and held-out cases, where there are
 * fewer than {@link minimumVerdicts} calibration verdicts, or where the method refuses
 */
export function proposeThreshold(request: ProposalRequest): ThresholdProposal | ThresholdRefused {
  const { level, method: name, options = {}, currentThreshold, calibration, heldOut } = request
  const training = (request.trainingPatients ?? []).map((patient) => ({ patient }))
  const shared = sharedPatients([training, calibration, heldOut])
  if (shared.length > 0) return refuse(name, 'patient-in-two-sets', { have: shared.length })
  const verdicts = countVerdicts(calibration)
  if (verdicts < minimumVerdicts) {
    return refuse(name, 'too-few-verdicts', { need: minimumVerdicts, have: verdicts })
  }
  const method = findMethod(name)
  if (!method) return refuse(name, 'option-out-of-range', { option: 'method' })
  const learnt = method.learn(samplesOf(calibration, level, request.normalImages), options)
  if (learnt.kind === 'refused') return learnt

  const { pastFindings, pastFindingsFloor, reading } = request
  const all = { heldOut, reading, pastFindings }
  const compare = ({ heldOut, reading, pastFindings }: typeof all): Omit<GroupChange, 'group'> => {
    const found = reading && { ...reading, comparedFrom: Math.min(currentThreshold, learnt.threshold) }
    return {
      findings: findingChange(pastFindings, currentThreshold, learnt.threshold, pastFindingsFloor),
      before: estimatePerformance(heldOut, currentThreshold, found),
      after: estimatePerformance(heldOut, learnt.threshold, found)
    }
  }
  const { findings, before, after } = compare(all)
  const warnings = [...learnt.warnings, ...after.warnings]
  if (findings.come === null)
    warnings.push({ code: 'findings-below-floor-unknown', floor: pastFindingsFloor })
  const groups = groupsOf(heldOut, pastFindings).map((group) => {
    const ofGroup = (own: { group?: string }): boolean => (own.group ?? null) === group
    const changed = compare({
      heldOut: heldOut.filter(ofGroup),
      reading: reading && {
        findings: reading.findings.filter(ofGroup),
        searched: reading.searched.filter(ofGroup)
      },
      pastFindings: pastFindings.filter(ofGroup)
    })
    return { group, ...changed }
  })
  return {
    kind: 'proposal',
    method: name,
    options,
    currentThreshold,
    learnt,
    relativeChange:
      currentThreshold === 0 ? null : (learnt.threshold - currentThreshold) / Math.abs(currentThreshold),
    findings,
    before,
    after,
    groups,
    warnings
  }
}

function findingChange(
  findings: readonly PastFinding[],
  before: number,
  after: number,
  floor: number
): FindingChange {
  let stay = 0
  let go = 0
  let come = 0
  for (const { score } of findings) {
    if (score >= before && score >= after) stay++
    else if (score >= before) go++
    else if (score >= after) come++
  }
  return { stay, go, come: after < before && floor > after ? null : come }
}

function groupsOf(heldOut: readonly ScoredCase[], findings: readonly PastFinding[]): (string | null)[] {
  const counts = new Map<string | null, number>()
  for (const { group = null } of [...heldOut, ...findings]) counts.set(group, (counts.get(group) ?? 0) + 1)
  return [...counts]
    .sort((a, b) => b[1] - a[1] || String(a[0]).localeCompare(String(b[0])))
    .map(([group]) => group)
}
