import type { PastFinding } from '../propose-threshold'
import type { ScoredCase } from '../scored-case'
import type { ScoreLevel } from '../threshold-result'
import { judgeFindings } from './judge-findings'
import type { JudgedFinding } from './judge-findings'
import { judgeSlices } from './judge-slices'
import type { JudgedSlice } from './judge-slices'
import type { JudgedVerdict } from './judged-verdict'
import { pixelSample } from './pixel-sample'
import { scannerGroup } from './scan-profile'

/** A study in which every finding has been judged, so that its false alarms can be counted. */
export interface SearchedStudy {
  patient: string
  study: string
  group: string
  /** findings at or over this score were shown and judged */
  knownFrom: number
}

/** All that calibration needs of a store, for one model and map. Scores are in score units of the map. */
export interface VerdictCases {
  /** at the asked level */
  cases: ScoredCase[]
  /** findings, whatever the level: false alarms and hits are counted in these */
  findings: ScoredCase[]
  searched: SearchedStudy[]
  /** normal slices, for counts per image */
  normalSlices: { patient: string }[]
  pastFindings: PastFinding[]
  /** findings are known down to here: the highest threshold that verdicts were given at; -Infinity for none */
  pastFindingsFloor: number
  /** what taught nothing, and why */
  leftOut: { disputed: number; unsure: number; withoutScore: number }
}

/**
 * Turns verdicts into labelled cases.
 * - finding: the peaks of confirmed and missed findings (anomalous) and of rejected ones (normal);
 * - slice: the highest score of each labelled slice;
 * - pixel: {@link pixelSample} of each normal slice; an anomalous region stands for its pixels by its mean.
 *
 * Every case knows the verdict it comes from, so that a study of 30 normal slices counts as one verdict.
 * @param verdicts current ones of one model and map
 */
export function casesFromVerdicts(verdicts: readonly JudgedVerdict[], level: ScoreLevel): VerdictCases {
  const complete = new Set(
    verdicts.filter((own) => own.studyComplete).map(({ image }) => image.studyInstanceUid)
  )
  const slices = judgeSlices(verdicts)
  const findings = judgeFindings(verdicts, slices)
  const scored = findings.flatMap((finding) => findingCase(finding, finding.peak, complete))
  const normalSlices = slices.filter(({ label }) => label === 'normal')
  const pixelCases = (): ScoredCase[] => [
    ...normalSlices.flatMap((slice) =>
      pixelSample(slice.statistics).map((score, i) => ({
        ...sliceCase(slice, score, complete),
        id: `${slice.key}:${i}`
      }))
    ),
    ...findings
      .filter(({ label }) => label === 'anomalous')
      .flatMap((finding) => findingCase(finding, finding.mean, complete))
  ]
  const sliceCases = (): ScoredCase[] =>
    slices.flatMap((slice) => {
      const { peak } = slice.statistics
      return slice.label === null || peak === null ? [] : [sliceCase(slice, peak, complete)]
    })
  const cases = level === 'finding' ? scored : level === 'slice' ? sliceCases() : pixelCases()

  const pastFindings: PastFinding[] = findings.flatMap(({ id, peak, shown, verdict }) =>
    shown && peak !== null ? [{ id, score: peak, group: scannerGroup(verdict.image) }] : []
  )
  return {
    cases,
    findings: scored,
    searched: searchedStudies(verdicts, complete),
    normalSlices: normalSlices.map(({ verdict }) => ({ patient: verdict.image.patientKey })),
    pastFindings,
    pastFindingsFloor: verdicts.reduce(
      (floor, { analysis }) => Math.max(floor, analysis?.threshold.value ?? -Infinity),
      -Infinity
    ),
    leftOut: {
      disputed: [...findings, ...slices].filter(({ disputed }) => disputed).length,
      unsure: findings.filter(({ label, disputed }) => label === null && !disputed).length,
      withoutScore: findings.filter(({ label, peak }) => label !== null && peak === null).length
    }
  }
}

function about(
  verdict: JudgedVerdict,
  complete: ReadonlySet<string>
): Omit<ScoredCase, 'id' | 'score' | 'label'> {
  const { image, recordedAt, subjectKey } = verdict
  return {
    patient: image.patientKey,
    study: image.studyInstanceUid,
    studyComplete: complete.has(image.studyInstanceUid),
    group: scannerGroup(image),
    time: Date.parse(recordedAt),
    verdict: subjectKey
  }
}

function findingCase(
  { id, label, verdict }: JudgedFinding,
  score: number | null,
  complete: ReadonlySet<string>
): ScoredCase[] {
  return label === null || score === null ? [] : [{ ...about(verdict, complete), id, score, label }]
}

function sliceCase(
  { key, label, verdict }: JudgedSlice,
  score: number,
  complete: ReadonlySet<string>
): ScoredCase {
  return { ...about(verdict, complete), id: key, score, label }
}

/** Studies that were called normal as a whole, or read completely with at least one verdict on a map. */
function searchedStudies(verdicts: readonly JudgedVerdict[], complete: ReadonlySet<string>): SearchedStudy[] {
  const searched = new Map<string, SearchedStudy>()
  for (const { kind, image, analysis } of verdicts) {
    const { studyInstanceUid: study, patientKey: patient } = image
    if (analysis && (kind === 'study-normal' || complete.has(study))) {
      const knownFrom = Math.max(analysis.threshold.value, searched.get(study)?.knownFrom ?? -Infinity)
      searched.set(study, { patient, study, group: scannerGroup(image), knownFrom })
    }
  }
  return [...searched.values()]
}
