import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { describeRefusal, describeWarning } from '../calibration/describe-result'
import { estimatePerformance } from '../calibration/estimate-performance'
import type { Performance } from '../calibration/estimate-performance'
import { findMethod, methodNames, thresholdMethods } from '../calibration/methods'
import type { MethodName, MethodOptions } from '../calibration/methods'
import { onePerPatient } from '../calibration/one-per-patient'
import { proposeThreshold } from '../calibration/propose-threshold'
import { applyLabels, readLabelTable, readScoreTable } from '../calibration/read-score-table'
import type { SkippedRow } from '../calibration/read-score-table'
import { samplesOf } from '../calibration/scored-case'
import type { ScoredCase } from '../calibration/scored-case'
import { sharedPatients, splitCases } from '../calibration/split-cases'
import { refuse, scoreLevels } from '../calibration/threshold-result'
import type {
  RateEstimate,
  ScoreLevel,
  ThresholdResult,
  ThresholdWarning
} from '../calibration/threshold-result'
import { NidusError, toNidusError } from '../contract/errors'
import { researchNotice } from '../contract/notice'
import { describeError } from './describe-error'
import { exitCodeOf, exitCodes } from './exit-codes'

const help = `Usage: nidus calibrate --method NAME --scores CSV [--labels CSV] [options]

Learns a threshold from scores. A score at or over the threshold is anomalous.
For research use only.

  --method NAME        one of those below
  --scores CSV         head line with id, patient, score [, study] [, group] [, time]; time: number or ISO date
  --labels CSV         head line with id, label [, complete]; label: 0/normal or 1/anomalous; complete: 1 where
                       the whole study was read. Without labels all scores are taken as normal
  --complete           all labelled studies were read completely
  --held-out CSV       scores of held-out cases, labelled by --labels: figures come from them
  --split SHARE        instead hold out this share of the patients (0 to 1); always the same patients for a seed
  --current VALUE      threshold in use: what would change, before and after
  --level NAME         ${scoreLevels.join(', ')} (default slice)
  --one-per-patient HOW  max or median: one case for each patient and label
  --json               everything as JSON
  --help               this text

Methods, with their options:
${thresholdMethods.map(methodLine).join('\n')}
  --prevalence SHARE for cost-ratio and precision; --images N, number of normal images, for
  false-positives-per-image; --confidence SHARE (0.95), --resamples N (1000) and --seed N (1) for intervals.

Exit codes: 0 done, 2 usage, 3 nothing readable, 5 done in part (rows skipped, or no threshold can be given).
`

function methodLine({ name, needs, description, options }: (typeof thresholdMethods)[number]): string {
  const defaults = Object.entries(options).map(([key, value]) => `--${optionName(key)} ${value}`)
  const labels = needs === 'labels' ? '; needs labels' : ''
  return `  ${name.padEnd(26)} ${description}${labels}${defaults.length ? ` (${defaults.join(' ')})` : ''}`
}

function optionName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

const numberOptions = [
  'percent',
  'k',
  'window',
  'beta',
  'costRatio',
  'prevalence',
  'sensitivity',
  'precision',
  'perImage',
  'rate',
  'tailPercent',
  'credibility',
  'confidence',
  'seed',
  'resamples'
] as const

interface CalibrateArguments {
  method: MethodName
  scores: string
  labels?: string
  heldOut?: string
  split?: number
  current?: number
  level: ScoreLevel
  images?: number
  complete: boolean
  onePerPatient?: 'max' | 'median'
  json: boolean
  options: MethodOptions
}

/**
 * `nidus calibrate`: a threshold from scores and verdicts, with held-out figures where cases are held out.
 * @param argv what follows the command's name
 * @returns the process's exit code: 0 done, 2 usage, 3 nothing readable, 5 rows skipped or no threshold
 */
export async function calibrateCommand(argv: string[]): Promise<number> {
  let wanted
  try {
    wanted = parseArguments(argv)
  } catch (thrown) {
    process.stderr.write(`nidus calibrate: ${describeError(toNidusError(thrown))}\n\n${help}`)
    return exitCodes.usage
  }
  if (wanted === 'help') {
    process.stdout.write(help)
    return exitCodes.done
  }
  try {
    return await calibrate(wanted)
  } catch (thrown) {
    const error = toNidusError(thrown)
    process.stderr.write(`nidus calibrate: ${describeError(error)}\n`)
    return exitCodeOf(error.code)
  }
}

function parseArguments(argv: string[]): CalibrateArguments | 'help' {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const numbers = Object.fromEntries(numberOptions.map((key) => [optionName(key), text]))
  const usage = (reason: string): NidusError => new NidusError('usage', { reason })
  let values: Record<string, string | boolean | undefined>
  try {
    const names = ['method', 'scores', 'labels', 'held-out', 'split', 'current', 'level', 'images', 'fit']
    const options = {
      ...Object.fromEntries([...names, 'one-per-patient'].map((name) => [name, text])),
      ...numbers,
      complete: flag,
      json: flag,
      help: { type: 'boolean', short: 'h' } as const
    }
    values = parseArgs({ args: argv, options }).values as typeof values
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error))
  }
  if (values.help) return 'help'
  const read = (name: string): string | undefined => values[name] as string | undefined
  const numeric = (name: string): number | undefined => {
    const given = read(name)
    if (given === undefined) return undefined
    if (given.trim() === '' || !Number.isFinite(Number(given))) throw usage(`--${name} needs a number`)
    return Number(given)
  }
  const oneOf = <Name extends string>(name: string, known: readonly Name[]): Name | undefined => {
    const given = read(name)
    const found = known.find((own) => own === given)
    if (given !== undefined && !found) throw usage(`--${name} is one of ${known.join(', ')}`)
    return found
  }
  const method = oneOf('method', methodNames)
  const scores = read('scores')
  if (!method) throw usage('--method NAME is missing')
  if (!scores) throw usage('--scores CSV is missing')
  const split = numeric('split')
  if (split !== undefined && !(split > 0 && split < 1)) throw usage('--split is a share between 0 and 1')
  if (split !== undefined && read('held-out')) throw usage('--split and --held-out exclude each other')
  const options: MethodOptions = { fit: oneOf('fit', ['pwm', 'ml'] as const) }
  for (const key of numberOptions) {
    const value = numeric(optionName(key))
    if (value !== undefined) options[key] = value
  }
  if (options.fit === undefined) delete options.fit
  return {
    method,
    scores,
    labels: read('labels'),
    heldOut: read('held-out'),
    split,
    current: numeric('current'),
    level: oneOf('level', scoreLevels) ?? 'slice',
    images: numeric('images'),
    complete: values.complete === true,
    onePerPatient: oneOf('one-per-patient', ['max', 'median'] as const),
    json: values.json === true,
    options
  }
}

async function calibrate(wanted: CalibrateArguments): Promise<number> {
  const skipped: (SkippedRow & { file: string })[] = []
  const warnings: ThresholdWarning[] = []
  const keep = (file: string, rows: SkippedRow[]): void =>
    rows.forEach((row) => skipped.push({ file, ...row }))
  const labels = wanted.labels ? readLabelTable(await readText(wanted.labels), wanted.complete) : null
  if (labels && wanted.labels) keep(wanted.labels, labels.skipped)
  const load = async (path: string): Promise<ScoredCase[]> => {
    const table = readScoreTable(await readText(path))
    keep(path, table.skipped)
    if (table.cases.length === 0) throw new NidusError('nothing-readable', { path, reason: 'no usable row' })
    const cases: ScoredCase[] = labels
      ? applyLabels(table.cases, labels)
      : table.cases.map((own) => ({ ...own, label: 'normal' }))
    return wanted.onePerPatient ? onePerPatient(cases, wanted.onePerPatient) : cases
  }
  if (!labels) warnings.push({ code: 'labels-absent-assumed-normal' })
  const cases = await load(wanted.scores)
  const { calibration, heldOut } = wanted.heldOut
    ? { calibration: cases, heldOut: await load(wanted.heldOut) }
    : wanted.split
      ? splitCases(cases, wanted.split, wanted.options.seed)
      : { calibration: cases, heldOut: [] }
  const unlabelled = [...calibration, ...heldOut].filter(({ label }) => label === null).length
  if (unlabelled > 0) warnings.push({ code: 'unlabelled-left-out', cases: unlabelled })

  const answer = learn(wanted, calibration, heldOut)
  if (answer.result.kind === 'threshold') answer.result.warnings.unshift(...warnings)
  const output = {
    researchUseOnly: true,
    ...answer.result,
    options: wanted.options,
    cases: { calibration: calibration.length, heldOut: heldOut.length, unlabelled },
    heldOut: answer.heldOut,
    proposal: answer.proposal,
    skippedRows: skipped
  }
  process.stdout.write(wanted.json ? `${JSON.stringify(output, null, 2)}\n` : textOf(answer, wanted))
  if (!wanted.json) {
    for (const row of skipped) process.stderr.write(`${row.file}:${row.line}: ${row.reason}\n`)
  }
  return answer.result.kind === 'refused' || skipped.length > 0 ? exitCodes.donePartly : exitCodes.done
}

interface Answer {
  result: ThresholdResult
  heldOut: Performance | null
  proposal: ReturnType<typeof proposeThreshold> | null
}

function learn(
  { method: name, options, level, images, current }: CalibrateArguments,
  calibration: readonly ScoredCase[],
  heldOut: readonly ScoredCase[]
): Answer {
  const shared = sharedPatients([calibration, heldOut])
  if (shared.length > 0) {
    return {
      result: refuse(name, 'patient-in-two-sets', { have: shared.length }),
      heldOut: null,
      proposal: null
    }
  }
  const method = findMethod(name)
  if (!method) throw new NidusError('usage', { reason: `no method ${name}` })
  const result = method.learn(samplesOf(calibration, level, images), options)
  if (result.kind === 'refused') return { result, heldOut: null, proposal: null }
  const figures = heldOut.length > 0 ? estimatePerformance(heldOut, result.threshold) : null
  if (!figures) result.warnings.push({ code: 'no-held-out-figures' })
  const proposal =
    current === undefined
      ? null
      : proposeThreshold({
          level,
          method: name,
          options,
          currentThreshold: current,
          calibration,
          heldOut,
          pastFindings: [...calibration, ...heldOut],
          pastFindingsFloor: -Infinity,
          normalImages: images
        })
  return { result, heldOut: figures, proposal }
}

function textOf({ result, heldOut, proposal }: Answer, wanted: CalibrateArguments): string {
  if (result.kind === 'refused') return `no threshold: ${describeRefusal(result)}\n`
  const { interval, falsePositiveRate, sensitivity, sampleCounts } = result
  const lines = [`${result.method}, ${result.level} scores: threshold ${digits(result.threshold)}`]
  if (interval) {
    const limit = (value: number | null): string => (value === null ? 'unbounded' : digits(value))
    lines.push(`  ${100 * interval.confidence} % interval ${limit(interval.low)} to ${limit(interval.high)}`)
  }
  const { normals, anomalies, patients } = sampleCounts
  lines.push(`  learnt from ${normals} normals, ${anomalies} anomalies, ${patients} patients`)
  const unit =
    wanted.method === 'false-positives-per-image' ? 'false positives per image' : 'false positive rate'
  if (falsePositiveRate) lines.push(`  ${unit}, ${falsePositiveRate.source}: ${rate(falsePositiveRate)}`)
  if (sensitivity) lines.push(`  sensitivity, ${sensitivity.source}: ${rate(sensitivity)}`)
  const warnings = [...result.warnings]
  if (heldOut) {
    lines.push(...performanceLines('held-out', heldOut))
    warnings.push(...heldOut.warnings)
  }
  if (proposal?.kind === 'refused') lines.push(`no proposal: ${describeRefusal(proposal)}`)
  if (proposal?.kind === 'proposal') {
    const { stay, go, come } = proposal.findings
    lines.push(
      `instead of ${digits(proposal.currentThreshold)}: ${stay} stay over it, ${go} go, ${come ?? 'an unknown number'} come`,
      ...performanceLines('held-out, threshold in use', proposal.before)
    )
  }
  lines.push(...warnings.map((warning) => `warning: ${describeWarning(warning)}`), researchNotice)
  return `${lines.join('\n')}\n`
}

function performanceLines(name: string, figures: Performance): string[] {
  const { falsePositiveRate, falsePositivesPerStudy, sensitivity } = figures
  return [
    `  ${name}: false positive rate ${rate(falsePositiveRate)}`,
    `  ${name}: false positives per study ${rate(falsePositivesPerStudy)}`,
    `  ${name}: sensitivity ${rate(sensitivity)}`
  ]
}

function rate(estimate: RateEstimate | null): string {
  if (!estimate) return 'unknown'
  return `${digits(estimate.estimate)} (${digits(estimate.low)} to ${digits(estimate.high)})`
}

function digits(value: number): string {
  return String(Number(value.toPrecision(6)))
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new NidusError('nothing-readable', { path, reason }, { cause })
  }
}
