import { readFile } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { parseArgs } from 'node:util'
import { NidusError, toNidusError } from '../contract/errors'
import { researchNotice } from '../contract/notice'
import { evaluateMaps } from '../evaluation/evaluate-maps'
import type { Evaluation, EvaluationOptions, Figure } from '../evaluation/evaluate-maps'
import type { EvaluationImage } from '../evaluation/evaluation-image'
import { gatherPixels } from '../evaluation/gather-scores'
import { mapNamesOf, matchInOrder, matchMasks } from '../evaluation/match-masks'
import { precisionRecallCurve, rocCurve, thinCurve } from '../evaluation/score-curves'
import { listFiles } from '../study/list-files'
import { exitCodes } from './exit-codes'
import { runParsed } from './run-parsed'
import { readMap, readMask } from './read-map-and-mask'

const help = `Usage: nidus evaluate --maps DIR --masks DIR [options]

Measures maps against masks. Higher scores are less normal; a mask is anomalous where it is not zero.
For research use only.

  --maps DIR            .npy (as nidus analyze --out writes them) or .png, in folders or not
  --masks DIR           .png or .npy, of the same size as their map
  --map NAME            only maps named <index>_NAME, where a folder holds several maps of a slice
  --threshold VALUE     also Dice at this threshold, score units
  --slice-score HOW     a slice's score: max of its map (default), or a percentile of it, 0 to 100
  --normal-without-mask a map without a mask is of a normal slice
  --in-order            pair maps and masks by their order instead of by name (slice2 before slice10)
  --patients CSV        head line with name, patient: name of a map without extension, with or without folder.
                        Otherwise a folder of maps is a patient, and at the top each map is one
  --min-area-px N       smaller regions over a threshold are no findings (default 1)
  --curves              ROC and precision-recall curves in the JSON, at most 1000 points each
  --resamples N         of patients, for 95 % limits (default 1000); --seed N (default 1)
  --json                everything as JSON
  --help                this text

A mask belongs to the map of the same relative path without extension, case aside; a mask's name may end in _mask,
_seg, _label or _gt. A map <index>_<map> (0003_combi) also takes the mask <index> (0003, or 3). Failing that, folders
are left aside where the name is unique. Where a map is there as .npy and .png, the .npy counts.

Figures: AUROC, average precision and best Dice over all pixels pooled; AUROC and average precision of slices; lesion
sensitivity at 1, 2 and 4 false positives per image (regions are 8-connected; a lesion is found when a region over the
threshold shares a pixel with it; a region that touches no lesion is a false positive; the threshold falls until the
limit is first passed); PRO, the per-region overlap integrated to a false positive rate of 0.3.

Exit codes: 0 done, 2 usage, 3 nothing readable, 5 done in part (some files left out).
`

interface EvaluateArguments extends EvaluationOptions {
  maps: string
  masks: string
  map?: string
  patients?: string
  normalWithoutMask: boolean
  inOrder: boolean
  curves: boolean
  json: boolean
}

/**
 * `nidus evaluate`: figures of anomaly maps against ground-truth masks.
 * @param argv what follows the command's name
 * @returns the process's exit code: 0 done, 2 usage, 3 nothing readable, 5 some files left out
 */
export function evaluateCommand(argv: string[]): Promise<number> {
  return runParsed('evaluate', help, () => parseArguments(argv), evaluate)
}

function parseArguments(argv: string[]): EvaluateArguments | 'help' {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = {
    maps: text,
    masks: text,
    map: text,
    threshold: text,
    'slice-score': text,
    'normal-without-mask': flag,
    'in-order': flag,
    patients: text,
    'min-area-px': text,
    curves: flag,
    resamples: text,
    seed: text,
    json: flag,
    help: { type: 'boolean', short: 'h' }
  } as const
  const usage = (reason: string): NidusError => new NidusError('usage', { reason })
  let values: Record<string, string | boolean | undefined>
  try {
    values = parseArgs({ args: argv, options }).values
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error))
  }
  if (values.help) return 'help'
  const read = (name: string): string | undefined => values[name] as string | undefined
  const number = (name: string, fits: (value: number) => boolean): number | undefined => {
    const given = read(name)
    if (given === undefined) return undefined
    if (given.trim() === '' || !fits(Number(given))) throw usage(`--${name} ${given} is not possible`)
    return Number(given)
  }
  const maps = read('maps')
  const masks = read('masks')
  if (!maps) throw usage('--maps DIR is missing')
  if (!masks) throw usage('--masks DIR is missing')
  const sliceScore = read('slice-score')
  const whole = (value: number): boolean => Number.isInteger(value) && value >= 0
  return {
    maps,
    masks,
    map: read('map')?.toLowerCase(),
    threshold: number('threshold', Number.isFinite),
    sliceScore:
      sliceScore === undefined || sliceScore === 'max'
        ? 'max'
        : number('slice-score', (value) => value >= 0 && value <= 100),
    minAreaPx: number('min-area-px', (value) => whole(value) && value > 0),
    resamples: number('resamples', whole),
    seed: number('seed', Number.isInteger),
    patients: read('patients'),
    normalWithoutMask: values['normal-without-mask'] === true,
    inOrder: values['in-order'] === true,
    curves: values.curves === true,
    json: values.json === true
  }
}

interface LeftOut {
  path: string
  code: string
  reason: string
}

async function evaluate(wanted: EvaluateArguments): Promise<number> {
  const leftOut: LeftOut[] = []
  const maps = preferNpy(await imagesIn(wanted.maps))
  const masks = preferNpy(await imagesIn(wanted.masks))
  const names = mapNamesOf(maps)
  const matched = wanted.inOrder ? matchInOrder(maps, masks, wanted.map) : matchMasks(maps, masks, wanted.map)
  if (!matched) {
    const several = names.length > 1 && !wanted.map ? `; choose a map with --map (${names.join(', ')})` : ''
    throw new NidusError('usage', { reason: `--in-order needs as many masks as maps${several}` })
  }
  const perMask = new Set(matched.pairs.map(({ mask }) => mask)).size
  const ambiguous = perMask < matched.pairs.length || matched.mapsWithoutMask.length > 0
  if (!wanted.map && names.length > 1 && ambiguous) {
    const reason = `there are several maps of a slice: choose one with --map (${names.slice(0, 12).join(', ')})`
    throw new NidusError('usage', { reason })
  }
  const patients = wanted.patients ? await readPatients(wanted.patients) : null
  const images: EvaluationImage[] = []
  const add = async (map: string, mask: string | null): Promise<void> => {
    try {
      const scores = await readMap(`${wanted.maps}/${map}`)
      const truth = mask === null ? null : await readMask(`${wanted.masks}/${mask}`)
      if (truth && (truth.rows !== scores.rows || truth.columns !== scores.columns)) {
        const found = `${truth.rows} x ${truth.columns}`
        throw new NidusError('request-invalid', {
          reason: `the map is ${scores.rows} x ${scores.columns}, its mask ${found}`
        })
      }
      if (!scores.scores.every((score) => Number.isFinite(score))) {
        throw new NidusError('request-invalid', { reason: 'the map holds scores that are not finite' })
      }
      const name = map.replace(/\.[^./]+$/, '')
      const flags = truth?.mask ?? new Uint8Array(scores.scores.length)
      images.push({ name, patient: patientOf(name, patients), ...scores, mask: flags })
    } catch (thrown) {
      const { code, context } = toNidusError(thrown)
      leftOut.push({ path: map, code, reason: String(context.reason ?? '') })
    }
  }
  for (const { map, mask } of matched.pairs) await add(map, mask)
  for (const map of matched.mapsWithoutMask) {
    if (wanted.normalWithoutMask) await add(map, null)
    else leftOut.push({ path: map, code: 'not-found', reason: 'no mask of this name' })
  }
  for (const mask of matched.masksWithoutMap) {
    leftOut.push({ path: mask, code: 'not-found', reason: 'no map for this mask' })
  }
  if (images.length === 0) {
    const reason = leftOut.length > 0 ? `${leftOut[0].path}: ${leftOut[0].reason}` : 'no map has a mask'
    throw new NidusError('nothing-readable', { path: wanted.maps, reason })
  }
  const figures = evaluateMaps(images, wanted)
  if (wanted.json) {
    const curves = wanted.curves ? { curves: curvesOf(images) } : {}
    const output = { researchUseOnly: true, ...figures, ...curves, leftOut }
    process.stdout.write(`${JSON.stringify(output, null, 2)}\n`)
  } else process.stdout.write(textOf(figures))
  for (const { path, reason } of leftOut) process.stderr.write(`left out: ${path}: ${reason}\n`)
  return leftOut.length > 0 ? exitCodes.donePartly : exitCodes.done
}

/** Relative paths, with /, of what may be a map or a mask. */
async function imagesIn(folder: string): Promise<string[]> {
  const { files, problems } = await listFiles([folder])
  if (files.length === 0 && problems.length > 0) {
    throw new NidusError('nothing-readable', { path: folder, reason: problems[0].message })
  }
  return files
    .filter((file) => /\.(npy|png)$/i.test(file))
    .map((file) => relative(folder, file).split(sep).join('/'))
}

function preferNpy(paths: readonly string[]): string[] {
  const known = new Set(paths.filter((path) => /\.npy$/i.test(path)).map((path) => path.slice(0, -4)))
  return paths.filter((path) => /\.npy$/i.test(path) || !known.has(path.slice(0, -4)))
}

async function readPatients(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new NidusError(
      'nothing-readable',
      { path, reason: (cause as NodeJS.ErrnoException).code },
      { cause }
    )
  })
  const [head, ...rows] = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((line) => line.split(',').map((cell) => cell.trim()))
  const name = head.indexOf('name')
  const patient = head.indexOf('patient')
  if (name < 0 || patient < 0) {
    throw new NidusError('nothing-readable', { path, reason: 'the head line lacks name or patient' })
  }
  return new Map(rows.filter((cells) => cells[name]).map((cells) => [cells[name], cells[patient] ?? '']))
}

function patientOf(name: string, patients: Map<string, string> | null): string {
  const stem = name.slice(name.lastIndexOf('/') + 1)
  const listed = patients?.get(name) ?? patients?.get(stem)
  if (listed) return listed
  return name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : name
}

function curvesOf(images: readonly EvaluationImage[]): Record<string, unknown> {
  const ranked = gatherPixels(images)
  if (ranked.normals.length === 0 || ranked.anomalies.length === 0)
    return { roc: null, precisionRecall: null }
  // JSON has no infinity: the first point of the ROC curve lies above every score
  const roc = rocCurve(ranked).map((point) => ({
    ...point,
    threshold: Number.isFinite(point.threshold) ? point.threshold : null
  }))
  return { roc: thinCurve(roc, 1000), precisionRecall: thinCurve(precisionRecallCurve(ranked), 1000) }
}

function textOf(figures: Evaluation): string {
  const { pixel, slice, fixedThreshold, freeResponse, perRegionOverlap } = figures
  const lines = [
    `${figures.images} images of ${figures.patients} patients, ${figures.anomalousImages} with an anomaly`,
    `  pixel AUROC ${figure(pixel?.auroc)}`,
    `  pixel average precision ${figure(pixel?.averagePrecision)}`,
    `  best Dice ${figure(pixel?.bestDice)}${pixel ? ` at ${digits(pixel.bestDice.threshold)}` : ''}`
  ]
  if (fixedThreshold) {
    lines.push(`  Dice at ${digits(fixedThreshold.threshold)} ${figure(fixedThreshold.dice ?? undefined)}`)
  }
  lines.push(
    `  slice AUROC ${figure(slice?.auroc)}`,
    `  slice average precision ${figure(slice?.averagePrecision)}`
  )
  for (const point of freeResponse ?? []) {
    lines.push(
      `  lesion sensitivity at ${point.falsePositivesPerImage} false positives per image ${digits(point.sensitivity)} (${point.found} of ${point.lesions})`
    )
  }
  lines.push(`  PRO ${perRegionOverlap ? digits(perRegionOverlap.value) : 'unknown'}`, researchNotice)
  return `${lines.join('\n')}\n`
}

function figure(own: Figure | undefined): string {
  if (!own) return 'unknown'
  const limits = own.limits ? ` (${digits(own.limits[0])} to ${digits(own.limits[1])})` : ''
  return `${digits(own.value)}${limits}`
}

function digits(value: number): string {
  return value.toFixed(4)
}
