import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { detectDrift } from '../calibration/detect-drift'
import type { DriftCheck, DriftRefused, DriftReport, VerdictCount } from '../calibration/detect-drift'
import { driftAdvice } from '../calibration/drift-advice'
import { applyLabels, readLabelTable, readScoreTable } from '../calibration/read-score-table'
import type { LabelTable, SkippedRow } from '../calibration/read-score-table'
import type { ScoredCase } from '../calibration/scored-case'
import { NidusError } from '../contract/errors'
import { researchNotice } from '../contract/notice'
import { scoreLevels } from '../calibration/threshold-result'
import { driftFromStore } from './drift-from-store'
import type { StoreDrift, StoreDriftArguments } from './drift-from-store'
import { exitCodes } from './exit-codes'
import { runParsed } from './run-parsed'

const help = `Usage: nidus drift [--db FILE] [--model ID] [--map NAME] [options]
       nidus drift --reference CSV --recent CSV [options]

Tells whether recent normal scores still look like those that the threshold was learnt from.
For research use only.

From readers' verdicts in the store:
  --db FILE              the store (default: feedback/feedback.db in the user data folder)
  --model ID, --map NAME what the verdicts are about (default: the model and map with most verdicts)
  --modality NAME        images of this modality only
  --level NAME           ${scoreLevels.join(', ')} (default slice)

From tables:
  --reference CSV        normal scores of the calibration: head line with id, patient, score [, time]
  --recent CSV           recent normal scores; with a time (number or ISO date) for each, the trend is tested too
  --labels CSV           head line with id, label: of both files only cases labelled 0 or normal are taken
  --threshold VALUE      threshold in use (default: the reference's percentile)
  --rejected-before A/N  readers rejected A of N findings then
  --rejected-now A/N     and now

For both:
  --percent P            percentile that the threshold stands for (default 99, or as approved)
  --false-alarm-rate R   probability that a check without any change gives an alarm (default 0.01)
  --permutations N       of the permutation tests, at least (default as the false alarm rate needs)
  --seed N               (default 1)
  --json                 everything as JSON
  --help                 this text

Exit codes: 0 done, whether there is drift or not; 2 usage, 3 nothing readable, 5 done in part (rows skipped, or too
few patients for a check).
`

/** `store` where the scores come from verdicts. */
interface DriftArguments {
  store: StoreDriftArguments | null
  reference: string
  recent: string
  labels?: string
  threshold?: number
  percent?: number
  verdicts?: { reference: VerdictCount; recent: VerdictCount }
  falseAlarmRate?: number
  permutations?: number
  seed?: number
  json: boolean
}

/**
 * `nidus drift`: recent normal scores against the calibration's.
 * @param argv what follows the command's name
 * @returns the process's exit code: 0 done, 2 usage, 3 nothing readable, 5 rows skipped or no check possible
 */
export function driftCommand(argv: string[]): Promise<number> {
  return runParsed('drift', help, () => parseArguments(argv), drift)
}

function parseArguments(argv: string[]): DriftArguments | 'help' {
  const text = { type: 'string' } as const
  const options = {
    reference: text,
    recent: text,
    labels: text,
    threshold: text,
    percent: text,
    'rejected-before': text,
    'rejected-now': text,
    db: text,
    model: text,
    map: text,
    modality: text,
    level: text,
    'false-alarm-rate': text,
    permutations: text,
    seed: text,
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' }
  } as const
  let values
  try {
    values = parseArgs({ args: argv, options }).values
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error))
  }
  if (values.help) return 'help'
  const isFromTables = values.reference !== undefined || values.recent !== undefined
  const ofStore = ['db', 'model', 'map', 'modality', 'level'] as const
  const ofTables = ['labels', 'threshold', 'rejected-before', 'rejected-now', 'permutations'] as const
  const foreign = (isFromTables ? ofStore : ofTables).find((name) => values[name] !== undefined)
  if (foreign) {
    throw usage(isFromTables ? `--${foreign} is for verdicts of the store` : '--reference CSV is missing')
  }
  if (isFromTables && !values.reference) throw usage('--reference CSV is missing')
  if (isFromTables && !values.recent) throw usage('--recent CSV is missing')
  const level = values.level === undefined ? 'slice' : scoreLevels.find((own) => own === values.level)
  if (!level) throw usage(`--level is one of ${scoreLevels.join(', ')}`)
  const before = values['rejected-before']
  const now = values['rejected-now']
  if ((before === undefined) !== (now === undefined)) {
    throw usage('--rejected-before and --rejected-now go together')
  }
  const verdicts =
    before !== undefined && now !== undefined
      ? { reference: countOf('rejected-before', before), recent: countOf('rejected-now', now) }
      : undefined
  const number = (
    name: 'threshold' | 'percent' | 'false-alarm-rate' | 'permutations' | 'seed'
  ): number | undefined => numberOf(name, values[name])
  const percent = number('percent')
  if (percent !== undefined && !(percent > 0 && percent < 100)) throw usage('--percent is between 0 and 100')
  const falseAlarmRate = number('false-alarm-rate')
  if (falseAlarmRate !== undefined && !(falseAlarmRate > 0 && falseAlarmRate < 1)) {
    throw usage('--false-alarm-rate is between 0 and 1')
  }
  const permutations = number('permutations')
  if (permutations !== undefined && !(Number.isInteger(permutations) && permutations >= 199)) {
    throw usage('--permutations is a whole number of at least 199')
  }
  const seed = number('seed')
  const { db, model, map, modality } = values
  return {
    store: isFromTables ? null : { db, model, map, modality, level, percent, falseAlarmRate, seed },
    reference: values.reference ?? '',
    recent: values.recent ?? '',
    labels: values.labels,
    threshold: number('threshold'),
    percent,
    verdicts,
    falseAlarmRate,
    permutations,
    seed,
    json: values.json === true
  }
}

function usage(reason: string): NidusError {
  return new NidusError('usage', { reason })
}

function numberOf(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  if (given.trim() === '' || !Number.isFinite(Number(given))) throw usage(`--${name} needs a number`)
  return Number(given)
}

function countOf(name: string, given: string): VerdictCount {
  const parts = /^(\d+)\/(\d+)$/.exec(given)
  const rejected = Number(parts?.[1])
  const total = Number(parts?.[2])
  if (!parts || rejected > total || total === 0) throw usage(`--${name} is A/N, A of N findings rejected`)
  return { rejected, total }
}

async function drift(wanted: DriftArguments): Promise<number> {
  if (wanted.store) return printStoreDrift(await driftFromStore(wanted.store), wanted.json)
  const skipped: (SkippedRow & { file: string })[] = []
  const labels = wanted.labels ? readLabelTable(await readText(wanted.labels)) : null
  if (labels && wanted.labels) for (const row of labels.skipped) skipped.push({ file: wanted.labels, ...row })
  const load = async (path: string): Promise<ScoredCase[]> => {
    const table = readScoreTable(await readText(path))
    for (const row of table.skipped) skipped.push({ file: path, ...row })
    const cases = normalsOf(table.cases, labels)
    if (cases.length === 0) throw new NidusError('nothing-readable', { path, reason: 'no normal score' })
    return cases
  }
  const reference = await load(wanted.reference)
  const recent = await load(wanted.recent)
  const report = detectDrift({
    reference,
    recent,
    threshold: wanted.threshold,
    percent: wanted.percent,
    verdicts: wanted.verdicts,
    falseAlarmRate: wanted.falseAlarmRate,
    permutations: wanted.permutations,
    seed: wanted.seed
  })
  if (wanted.json) {
    const advice = report.kind === 'drift' ? { sentence: driftAdvice(report) } : {}
    const output = { researchUseOnly: true, ...report, ...advice, skippedRows: skipped }
    process.stdout.write(`${JSON.stringify(output, null, 2)}\n`)
  } else {
    process.stdout.write(textOf(report))
    for (const row of skipped) process.stderr.write(`${row.file}:${row.line}: ${row.reason}\n`)
  }
  return report.kind === 'refused' || skipped.length > 0 ? exitCodes.donePartly : exitCodes.done
}

function printStoreDrift(drift: StoreDrift, json: boolean): number {
  const { report, advice, windows, modelId, map, version, scanners, comparedWith, ...rest } = drift
  if (json) {
    const about = { modelId, map, version, scanners, comparedWith, ...rest }
    const output = { researchUseOnly: true, ...about, sentence: advice, ...report, windows }
    process.stdout.write(`${JSON.stringify(output, null, 2)}\n`)
  } else {
    const day = (time: number): string => new Date(time).toISOString().slice(0, 10)
    const then =
      comparedWith === 'taught-threshold' ? 'what taught the threshold' : "the site's first normals"
    const points = windows.map(
      (own) =>
        `  ${day(own.from)} to ${day(own.until)}: ${own.patients} patients, distance ${digits(own.kolmogorovSmirnov.value)} ` +
        `(limit ${digits(own.kolmogorovSmirnov.limit)}), percentile 95 ${digits(own.percentile95)}, threshold ${digits(100 * own.thresholdMove)} %`
    )
    const lines = [
      `${modelId}, map ${map}, threshold ${digits(drift.threshold)} (${version ?? 'of the model'}), ${scanners.join(', ')}`,
      `recent normals against ${then}:`,
      report.kind === 'drift' ? textOf(report).trimEnd() : advice,
      ...(points.length > 0 ? ['over time:', ...points] : [])
    ]
    process.stdout.write(`${lines.join('\n')}\n`)
  }
  return report.kind === 'refused' ? exitCodes.donePartly : exitCodes.done
}

function normalsOf(cases: readonly ScoredCase[], labels: LabelTable | null): ScoredCase[] {
  return labels ? applyLabels(cases, labels).filter(({ label }) => label === 'normal') : cases.slice()
}

function textOf(report: DriftReport | DriftRefused): string {
  if (report.kind === 'refused') {
    const reasons = {
      'scores-not-finite': 'some scores are not finite numbers',
      'scores-all-equal': 'all scores of the reference are equal',
      'too-few-patients': `too few patients (needs ${report.need} on both sides, has ${report.have})`
    }
    return `no check possible: ${reasons[report.reason]}\n`
  }
  const {
    kolmogorovSmirnov: ks,
    populationStability: psi,
    thresholdMove,
    percentile95,
    rejectedShare
  } = report
  const { trend } = percentile95
  const over = report.falsePositiveRate
  const lines = [
    driftAdvice(report),
    `  ${report.cases.recent} recent scores of ${report.patients.recent} patients against ${report.cases.reference} of ${report.patients.reference}`,
    `  Kolmogorov-Smirnov distance ${digits(ks.statistic)}, ${verdictOf(ks)}`,
    `  probability that a recent score is higher ${digits(report.rankShift.probabilityHigher)}, ${verdictOf(report.rankShift)}`,
    `  population stability index ${digits(psi.index)}, ${verdictOf(psi)}`,
    `  percentile ${thresholdMove.percent}: ${digits(thresholdMove.reference)} then, ${digits(thresholdMove.recent)} now (${digits(100 * thresholdMove.relative)} %), ${verdictOf(thresholdMove)}`,
    `  percentile 95: ${digits(percentile95.reference)} then, ${digits(percentile95.recent)} now`
  ]
  if (trend)
    lines.push(
      `  trend of percentile 95: ${digits(trend.change)} over the recent scores, ${verdictOf(trend)}`
    )
  if (rejectedShare) {
    lines.push(
      `  rejected findings: ${digits(100 * rejectedShare.reference)} % then, ${digits(100 * rejectedShare.recent)} % now, ${verdictOf(rejectedShare)}`
    )
  }
  lines.push(
    `  recent normals over the threshold ${digits(over.threshold)}: ${digits(over.estimate)} (${digits(over.low)} to ${digits(over.high)})`,
    `  false alarm rate of this check: at most ${digits(report.falseAlarmRate)} where nothing has changed`,
    researchNotice
  )
  return `${lines.join('\n')}\n`
}

function verdictOf({ alarm, pValue, limit }: DriftCheck): string {
  return `p = ${digits(pValue)}${alarm ? `: alarm (limit ${digits(limit)})` : ''}`
}

function digits(value: number): string {
  return String(Number(value.toPrecision(4)))
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new NidusError('nothing-readable', { path, reason }, { cause })
  }
}
