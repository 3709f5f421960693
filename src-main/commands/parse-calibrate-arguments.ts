import { parseArgs } from 'node:util'
import { methodNames, thresholdMethods } from '../calibration/methods'
import type { MethodName, MethodOptions } from '../calibration/methods'
import { scoreLevels } from '../calibration/threshold-result'
import type { ScoreLevel } from '../calibration/threshold-result'
import { NidusError } from '../contract/errors'

/** What `nidus calibrate --help` prints. */
export const calibrateHelp = `Usage: nidus calibrate --method NAME --scores CSV [--labels CSV] [options]

Learns a threshold from scores. A score at or over the threshold is anomalous.
For research use only.

  --method NAME        one of those below
  --scores CSV         head line with id, patient, score [, study] [, group] [, time]; time: number or ISO date
  --labels CSV         head line with id, label [, complete]; label: 0/normal or 1/anomalous; complete: 1 where
                       the whole study was read. Without labels all scores are taken as normal
  --complete           all labelled studies were read completely
  --held-out CSV       scores of held-out cases, labelled by --labels: figures come from them
  --split SHARE        instead hold out this share of the patients (0 to 1); always the same patients for a seed
  --training CSV       head line with patient: patients that trained the model; nothing is learnt where one of
                       them is among the cases
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

export interface CalibrateArguments {
  method: MethodName
  scores: string
  labels?: string
  heldOut?: string
  training?: string
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
 * Reads the arguments of `nidus calibrate`.
 * @throws NidusError `usage`
 */
export function parseCalibrateArguments(argv: string[]): CalibrateArguments | 'help' {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const numbers = Object.fromEntries(numberOptions.map((key) => [optionName(key), text]))
  const usage = (reason: string): NidusError => new NidusError('usage', { reason })
  let values: Record<string, string | boolean | undefined>
  try {
    const names = [
      'method',
      'scores',
      'labels',
      'held-out',
      'training',
      'split',
      'current',
      'level',
      'images',
      'fit'
    ]
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
    training: read('training'),
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
