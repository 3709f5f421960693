import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { ProviderReport } from '../contract/analysis'
import { errorCodes, NidusError, toNidusError, type ErrorCode } from '../contract/errors'
import type { MapName, ModelManifest } from '../contract/manifest'
import type { OpenedStudies, Series } from '../contract/study'
import {
  buildReport,
  reportSlice,
  type AnalysisReport,
  type ReportSlice,
  type ReportTimings,
  type ReportWarning
} from '../export/analysis-report'
import { createFolderNames } from '../export/folder-names'
import { writeSliceMaps } from '../export/write-slice-maps'
import { writeWholeFile } from '../export/write-whole-file'
import { Engine, type EngineOptions } from '../inference/analyse-series'
import type { AnalysedSlice, SpawnEngine } from '../inference/engine-protocol'
import type { CatalogueModel } from '../inference/model-catalogue'
import { findMismatches } from '../inference/suggest-model'
import { chooseThreshold } from '../maps/choose-threshold'
import { openStudies } from '../study/open-studies'
import { chooseModel } from './choose-model'
import { describeError } from './describe-error'
import { exitCodeOf, exitCodes } from './exit-codes'
import { analyzeHelp, parseAnalyzeArguments, type AnalyzeArguments } from './parse-analyze-arguments'
import { summarize } from './summarize-report'

/** What the command needs from its surroundings. */
export interface CommandContext {
  appVersion: string
  modelFolders: string[]
  spawnEngine: SpawnEngine
  engineOptions: EngineOptions
  /** results, to stdout */
  print(text: string): void
  /** everything else, to stderr */
  tell(text: string): void
  /** aborts on Ctrl+C */
  signal: AbortSignal
}

/**
 * `nidus analyze`: opens paths, runs a model over every slice, writes maps and report.
 * @param argv without node, script and command name
 * @returns the exit code, see exit-codes.ts
 */
export async function analyzeCommand(argv: string[], context: CommandContext): Promise<number> {
  const engine = new Engine(context.spawnEngine, context.engineOptions)
  try {
    const wanted = parseAnalyzeArguments(argv)
    if (wanted === 'help') {
      context.print(analyzeHelp)
      return exitCodes.done
    }
    return await analyze(wanted, context, engine)
  } catch (thrown) {
    if (context.signal.aborted) return exitCodes.interrupted
    const error = toNidusError(thrown)
    context.tell(`nidus analyze: ${describeError(error)}`)
    if (error.code === 'usage') context.tell(`See 'nidus analyze --help'.`)
    return exitCodeOf(error.code)
  } finally {
    await engine.dispose()
  }
}

async function analyze(wanted: AnalyzeArguments, context: CommandContext, engine: Engine): Promise<number> {
  const started = performance.now()
  const { signal, tell } = context
  if (wanted.out) await makeOutFolder(wanted.out)
  const choice = await chooseModel(wanted.model, context.modelFolders)
  const opened = await openStudies(wanted.paths, { signal })
  const allSeries = opened.studies.flatMap(({ series }) => series)
  const model = choice.forStudies(opened.studies)
  const maps = wantedMaps(wanted, model.manifest)
  const threshold = chooseThreshold(
    model.manifest,
    wanted.maps?.[0] ?? model.manifest.maps.default,
    wanted.threshold
  )
  const timingsMs: ReportTimings = {
    load: performance.now() - started,
    preprocess: 0,
    inference: 0,
    maps: 0,
    total: 0
  }

  const warnings: ReportWarning[] = openingWarnings(opened, choice.problems)
  const slices = new Map<string, ReportSlice[]>()
  const folderName = createFolderNames()
  let failedFiles = opened.problems.filter(({ code }) => isFailure(code)).length
  let provider: ProviderReport = { requested: wanted.provider, used: 'cpu', reason: 'not started', tried: [] }

  const studyOf = new Map(opened.studies.flatMap((study) => study.series.map((series) => [series, study])))

  for (const series of allSeries) {
    warnings.push(...mismatchWarnings(model, series, studyOf.get(series)?.description ?? ''))
    const done: ReportSlice[] = []
    slices.set(series.id, done)
    const files = inTurn()
    const keep = (slice: AnalysedSlice): void => {
      const entry = reportSlice(series, slice)
      done.push(entry)
      if (!slice.analysis.hasForeground) warnings.push(foregroundWarning(entry))
      const { out, save } = wanted
      if (!out) return
      const seriesFolder = folderName(series.id, series.seriesInstanceUid)
      const thresholdOf = (map: MapName): number => pictureThreshold(model.manifest, map, threshold)
      files.add(async () => {
        const options = { outFolder: out, seriesFolder, wanted: maps, save, thresholdOf }
        Object.assign(entry, await writeSliceMaps(slice, model.manifest, options))
      })
    }
    const fail = (index: number, error: NidusError): void => {
      failedFiles += 1
      const { path } = series.slices[index].source
      warnings.push({ code: error.code, path, message: String(error.context.reason ?? error.code) })
    }
    const sliceIndexes = series.slices.map(({ index }) => index)
    const request = { series, sliceIndexes, model, provider: wanted.provider, maps, threshold }
    const outcome = await engine.analyse(request, { onSlice: keep, onSliceFailed: fail }, signal)
    provider = outcome.provider
    timingsMs.load += outcome.timingsMs.start + outcome.timingsMs.load
    timingsMs.preprocess += outcome.timingsMs.preprocess
    timingsMs.inference += outcome.timingsMs.inference
    timingsMs.maps += outcome.timingsMs.maps
    await files.finished()
    if (outcome.outcome === 'cancelled') throw signal.reason
    tell(`${series.id}: ${done.length} of ${series.slices.length} slices analysed`)
  }
  warnings.push(...providerWarnings(provider))
  timingsMs.total = performance.now() - started

  const report = buildReport({
    appVersion: context.appVersion,
    model,
    provider,
    threshold,
    studies: opened.studies,
    slicesOf: (series) => slices.get(series.id) ?? [],
    warnings,
    timingsMs
  })
  await deliver(report, wanted, context)
  const analysed = [...slices.values()].reduce((count, entries) => count + entries.length, 0)
  if (analysed === 0) {
    const nothing = new NidusError('nothing-readable', { reason: warnings[0]?.message })
    tell(`nidus analyze: ${describeError(nothing)}`)
    return exitCodes.nothingReadable
  }
  return failedFiles > 0 ? exitCodes.donePartly : exitCodes.done
}

async function deliver(
  report: AnalysisReport,
  wanted: AnalyzeArguments,
  context: CommandContext
): Promise<void> {
  const text = JSON.stringify(report, null, 2) + '\n'
  if (wanted.out && wanted.save.report) await writeWholeFile(join(wanted.out, 'report.json'), text)
  for (const { code, path, message } of report.warnings) {
    context.tell(`warning: ${[path, message].filter(Boolean).join(': ')} [${code}]`)
  }
  context.print(wanted.json ? text : summarize(report, wanted.out))
}

async function makeOutFolder(out: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true })
  } catch (thrown) {
    const reason = (thrown as NodeJS.ErrnoException).code ?? String(thrown)
    throw new NidusError('output-unwritable', { path: out, reason }, { cause: thrown })
  }
  // A folder that exists may still refuse files; better to know before the work than after it.
  const trial = join(out, `.nidus-${process.pid}`)
  await writeWholeFile(trial, '')
  const { rm } = await import('node:fs/promises')
  await rm(trial, { force: true })
}

function wantedMaps(wanted: AnalyzeArguments, { id, maps }: ModelManifest): MapName[] {
  for (const map of wanted.maps ?? []) {
    if (!maps.available.includes(map)) {
      const reason = `it makes ${maps.available.join(', ')}`
      throw new NidusError('map-unavailable', { model: id, map, reason })
    }
  }
  return wanted.maps ?? (wanted.out ? [...maps.available] : [maps.default])
}

/** Where the scale of a map's picture is fixed: the threshold in use, else the map's own, else 3 spreads. */
function pictureThreshold(
  manifest: ModelManifest,
  map: MapName,
  inUse: { map: MapName; value: number }
): number {
  const own = manifest.thresholds.find((threshold) => threshold.map === map)?.value
  const value = map === inUse.map ? inUse.value : own
  return value !== undefined && value > 0 ? value : 3
}

function openingWarnings(
  { problems }: OpenedStudies,
  models: { id: string; folder: string; error: NidusError }[]
): ReportWarning[] {
  return [
    ...problems.map(({ code, path, message }) => ({ code, path, message })),
    ...models.map(({ folder, error }) => ({ code: error.code, path: folder, message: describeError(error) }))
  ]
}

function mismatchWarnings(model: CatalogueModel, series: Series, studyDescription: string): ReportWarning[] {
  return findMismatches(model.manifest, { ...series, studyDescription }).map(
    ({ what, found, trainedFor }) => ({
      code: 'model-mismatch',
      path: dirname(series.slices[0].source.path),
      message: `outside what the model ${model.id} was trained for: ${what} ${found}, trained for ${trainedFor}`
    })
  )
}

function foregroundWarning({ source }: ReportSlice): ReportWarning {
  return {
    code: 'slice-without-foreground',
    path: source.path,
    message: 'too little of the patient in the slice; its maps are at their floor'
  }
}

function providerWarnings({ requested, used, reason }: ProviderReport): ReportWarning[] {
  const asWished = requested === 'auto' || requested === used
  return asWished
    ? []
    : [{ code: 'provider-unavailable', path: '', message: `runs on ${used} instead: ${reason}` }]
}

/** Doubts about a file carry codes of their own; codes of {@link errorCodes} mean that it could not be read. */
function isFailure(code: string): boolean {
  return errorCodes.includes(code as ErrorCode)
}

/** Runs jobs one after the other while others are still being added; `finished` rejects with the first failure. */
function inTurn(): { add(job: () => Promise<void>): void; finished(): Promise<void> } {
  let last = Promise.resolve()
  let failure: unknown = null
  return {
    add(job) {
      last = last.then(async () => {
        if (failure === null) await job().catch((thrown: unknown) => (failure = thrown))
      })
    },
    async finished() {
      await last
      if (failure !== null) throw failure
    }
  }
}
