import { parseArgs } from 'node:util'
import { providerNames, type ProviderName } from '../contract/analysis'
import { NidusError } from '../contract/errors'
import { mapNames, type MapName } from '../contract/manifest'

export interface AnalyzeArguments {
  paths: string[]
  /** ID, folder or `auto` */
  model: string
  /** null: the usual ones of the model with an output folder, its default one without */
  maps: MapName[] | 'all' | null
  provider: ProviderName
  /** name of a threshold of the model, or a value in score units */
  threshold: string | number | undefined
  out: string | null
  save: { npy: boolean; png: boolean; report: boolean }
  json: boolean
}

/** Names in lines that stand below the text of an option. */
function listed(names: readonly string[]): string {
  const lines: string[] = []
  for (const name of names) {
    const last = lines.length - 1
    if (last >= 0 && lines[last].length + name.length < 76) lines[last] += `, ${name}`
    else lines.push(`${' '.repeat(27)}${name}`)
  }
  return lines.join('\n')
}

export const analyzeHelp = `Usage: nidus analyze PATH... [options]

Finds where images depart from what a model knows as normal. PATH: DICOM or PNG
files, or folders, which are searched with their subfolders. Research use only.

  --model ID|FOLDER|auto   model to use; auto takes the one trained for the
                           modality and body part (default: auto)
  --map NAME|all           a map to make, may be given several times; the findings
                           are those of the first (default with --out: rec, the
                           gradients and combi, as far as the model has them;
                           otherwise the model's default map, which also gives
                           the findings). all: every map of the model. Maps:
${listed(mapNames)}
  --provider NAME          ${providerNames.join(', ')} (default: auto)
  --threshold NAME|VALUE   threshold of the findings: one that the model names,
                           such as p99, site for the one approved here, or a
                           value in score units (default: the one approved
                           here for the modality and scanner, else the first
                           of the model)
  --out DIR                folder for maps and report.json, made if needed
  --save npy,png,report    what to write to --out (default: npy,report)
  --json                   print the report as JSON to stdout
  --help                   print this text

With --out: maps/<series>/<index>_<map>.npy (float32, [rows, columns], the grid
of the source image, in score units: robust spreads above the median of normal
images) and report.json; with --save png, heatmaps whose scale is fixed: black
at 0, middle at the threshold.

Exit codes: 0 done; 2 wrong arguments, or --out cannot be written; 3 nothing
readable; 4 the model cannot be loaded; 5 done in part: some files failed, the
rest is written, see "warnings" in the report.
`

/**
 * Reads the arguments of `nidus analyze`.
 * @param argv without node, script and command name
 * @returns 'help' where help was asked for
 * @throws usage, with the reason in plain words
 */
export function parseAnalyzeArguments(argv: string[]): AnalyzeArguments | 'help' {
  const { values, positionals } = parse(argv)
  if (values.help) return 'help'
  if (positionals.length === 0) throw usage('no PATH given')
  if (values.save !== undefined && values.out === undefined) throw usage('--save needs --out')
  return {
    paths: positionals,
    model: nonEmpty('--model', values.model ?? 'auto'),
    maps: values.map === undefined ? null : mapsOf(values.map),
    provider: oneOf('--provider', [values.provider ?? 'auto'], providerNames)[0],
    threshold: values.threshold === undefined ? undefined : thresholdOf(values.threshold),
    out: values.out === undefined ? null : nonEmpty('--out', values.out),
    save: saveOf(values.save ?? 'npy,report'),
    json: values.json ?? false
  }
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        model: { type: 'string' },
        map: { type: 'string', multiple: true },
        provider: { type: 'string' },
        threshold: { type: 'string' },
        out: { type: 'string' },
        save: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' }
      }
    })
  } catch (thrown) {
    throw usage(thrown instanceof Error ? thrown.message.split('. ')[0] : String(thrown))
  }
}

function mapsOf(given: string[]): MapName[] | 'all' {
  const names = given.flatMap(list)
  return names.includes('all') ? 'all' : oneOf('--map', names, mapNames)
}

function saveOf(text: string): AnalyzeArguments['save'] {
  const kinds = oneOf('--save', list(text), ['npy', 'png', 'report'] as const)
  return { npy: kinds.includes('npy'), png: kinds.includes('png'), report: kinds.includes('report') }
}

function thresholdOf(text: string): string | number {
  const value = Number(nonEmpty('--threshold', text))
  if (Number.isNaN(value)) return text
  if (!Number.isFinite(value)) throw usage('--threshold is not a finite number')
  return value
}

function oneOf<T extends string>(option: string, given: string[], known: readonly T[]): T[] {
  const unknown = given.find((name) => !known.includes(name as T))
  if (unknown !== undefined) throw usage(`${option}: unknown name '${unknown}'; known: ${known.join(', ')}`)
  if (given.length === 0) throw usage(`${option} is empty`)
  return [...new Set(given as T[])]
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
}

function nonEmpty(option: string, text: string): string {
  if (text.trim() === '') throw usage(`${option} is empty`)
  return text
}

function usage(reason: string): NidusError {
  return new NidusError('usage', { reason })
}
