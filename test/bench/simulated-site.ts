import { detectDrift } from '../../src-main/calibration/detect-drift'
import { estimatePerformance } from '../../src-main/calibration/estimate-performance'
import { findMethod } from '../../src-main/calibration/methods'
import type { MethodName, MethodOptions } from '../../src-main/calibration/methods'
import { samplesOf } from '../../src-main/calibration/scored-case'
import type { ScoredCase } from '../../src-main/calibration/scored-case'
import { randomNormal, seededRandom } from '../../src-main/calibration/seeded-random'
import type { Random } from '../../src-main/calibration/seeded-random'

/** Studies of a site; from {@link change} on they come from another scanner. */
export const studies = 500
export const change = 250
const taught = 130
const prevalence = 0.05
const readerError = 0.1
/** False alarm rate asked of the methods that can be asked. */
export const asked = 0.05
const checkEvery = 10
const window = 60
/** Stated false alarm rate of the drift check. */
export const driftRate = 0.01

/** The methods compared, with the rate that each was asked for or promises; null: none. */
export const methods: { name: MethodName; options: MethodOptions; asks: number | null }[] = [
  { name: 'percentile', options: { percent: 100 * (1 - asked) }, asks: asked },
  { name: 'conformal', options: { rate: asked }, asks: asked },
  { name: 'bayesian', options: { rate: asked }, asks: asked },
  { name: 'tail', options: { rate: asked, tailPercent: 80, resamples: 200 }, asks: asked },
  { name: 'median-mad', options: { k: 3, resamples: 0 }, asks: null },
  // a Gaussian exceeds mean + 3 SD with probability 0.00135 (scipy.stats.norm.sf(3))
  { name: 'mean-sd', options: { k: 3, resamples: 0 }, asks: 0.00135 }
]

/** A study with what it really is beside what the reader said. */
export interface Study extends ScoredCase {
  truth: 'normal' | 'anomalous'
}

function scoreOf(random: Random, anomalous: boolean, newScanner: boolean): number {
  return Math.exp(0.5 * randomNormal(random)) * (anomalous ? 3 : 1) * (newScanner ? 1.5 : 1)
}

/** The studies of one site, in the order they come. */
export function simulateSite(seed: number): Study[] {
  const random = seededRandom(seed)
  return Array.from({ length: studies }, (_, i) => {
    const anomalous = random() < prevalence
    const wrong = random() < readerError
    return {
      id: `${i}`,
      patient: `${i}`,
      score: scoreOf(random, anomalous, i >= change),
      truth: anomalous ? 'anomalous' : 'normal',
      label: anomalous !== wrong ? 'anomalous' : 'normal',
      studyComplete: true,
      time: i
    }
  })
}

const fresh = [false, true].map((newScanner) => {
  const random = seededRandom(newScanner ? 2 : 1)
  return Float64Array.from({ length: 20000 }, () => scoreOf(random, false, newScanner))
})

function trueRate(threshold: number, newScanner: boolean): number {
  const scores = fresh[newScanner ? 1 : 0]
  return scores.filter((score) => score >= threshold).length / scores.length
}

/** What became of one method at one site; rates of fresh normal studies. */
export interface MethodRun {
  threshold: number
  before: number
  after: number
  recalibrated: number | null
  /** the asked rate lies in the 95 % interval of the held-out studies */
  askedInHeldOut: boolean | null
  /** the true rate lies in the method's own interval */
  trueInOwn: boolean | null
}

function learn(name: MethodName, options: MethodOptions, cases: readonly Study[]) {
  const result = findMethod(name)?.learn(samplesOf(cases, 'slice'), options)
  if (result?.kind !== 'threshold') throw new Error(`${name} gave no threshold`)
  return result
}

/** Learns by every method, before the change and again after it. */
export function runMethods(all: readonly Study[]): MethodRun[] {
  const heldOut = all.slice(taught, change)
  return methods.map(({ name, options, asks }) => {
    const learnt = learn(name, options, all.slice(0, taught))
    const again = learn(name, options, all.slice(change, change + taught))
    const before = trueRate(learnt.threshold, false)
    // what the site sees: verdicts, not the truth
    const seen = estimatePerformance(heldOut, learnt.threshold).falsePositiveRate
    const own = learnt.falsePositiveRate
    return {
      threshold: learnt.threshold,
      before,
      after: trueRate(learnt.threshold, true),
      recalibrated: trueRate(again.threshold, true),
      askedInHeldOut: asks === null || !seen ? null : seen.low <= asks && asks <= seen.high,
      trueInOwn: own ? own.low <= before && before <= own.high : null
    }
  })
}

/** What the drift check said at one site. */
export interface DriftRun {
  checksBefore: number
  falseAlarms: number
  /** studies on the new scanner until the first alarm; null: never */
  delay: number | null
  advice: string | null
}

/** Checks for drift after every tenth study until it fires on the new scanner. */
export function runDrift(all: readonly Study[], seed: number): DriftRun {
  const reference = all.slice(0, taught).filter(({ label }) => label === 'normal')
  const run: DriftRun = { checksBefore: 0, falseAlarms: 0, delay: null, advice: null }
  for (let seen = taught + window; seen <= studies; seen += checkEvery) {
    const recent = all
      .slice(taught, seen)
      .filter(({ label }) => label === 'normal')
      .slice(-window)
    const report = detectDrift({
      reference,
      recent,
      falseAlarmRate: driftRate,
      percent: 95,
      seed: seed * 1000 + seen
    })
    const alarm = report.kind === 'drift' && report.drifted
    if (seen <= change) {
      run.checksBefore++
      if (alarm) run.falseAlarms++
    } else if (alarm) {
      run.delay = seen - change
      run.advice = report.advice
      break
    }
  }
  return run
}
