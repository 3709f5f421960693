import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { JoinedFinding, ProviderReport, ThresholdChoice } from '../contract/analysis'
import { NidusError, toNidusError } from '../contract/errors'
import { usualMaps } from '../contract/map-facts'
import { siteThresholdId } from '../calibration/site-threshold'
import type { MapName, ModelManifest } from '../contract/manifest'
import { whyMapUnavailable } from '../contract/why-map-unavailable'
import type { Series } from '../contract/study'
import {
  buildReport,
  reportSlice,
  type AnalysisReport,
  type ReportSlice,
  type ReportTimings,
  type ReportWarning
} from '../export/analysis-report'
import { createFolderNames } from '../export/folder-names'
import { makeFolder } from '../platform/make-folder'
import { writeSliceMaps } from '../export/write-slice-maps'
import { writeWholeFile } from '../export/write-whole-file'
import { Engine, type EngineOptions } from '../inference/analyse-series'
import type { AnalyseOutcome, SpawnEngine } from '../inference/engine-protocol'
import type { CatalogueModel } from '../inference/model-catalogue'
import { regionsOfSlice } from '../jobs/regions-of-slice'
import { chooseThreshold } from '../maps/choose-threshold'
import type { SliceRegions } from '../maps/find-regions'
import { joinFindings } from '../maps/join-findings'
import { sliceNeighbours } from '../maps/slice-neighbours'
import type { DomainFeatures } from '../preprocess/domain-features'
import { ReaderClient } from '../study/reader-client'
import type { SpawnReader } from '../study/reader-protocol'
import {
  domainWarnings,
  foregroundWarning,
  isUnreadable,
  mismatchWarnings,
  openingWarnings,
  providerWarnings,
  seriesWarning,
  sliceWarning,
  withoutTwins
} from './analysis-warnings'
import { chooseModel } from './choose-model'
import { describeError } from './describe-error'
import { exitCodeOf, exitCodes } from './exit-codes'
import { createInTurn } from './in-turn'
import { analyzeHelp, parseAnalyzeArguments, type AnalyzeArguments } from './parse-analyze-arguments'
import { siteManifests, type SiteManifests } from './site-manifests'
import { summarize } from './summarize-report'

/** What the command needs from its surroundings. */
export interface CommandContext {
  appVersion: string
  modelFolders: string[]
  /** the store whose approved thresholds are used; need not exist */
  feedbackDatabase: string
  spawnEngine: SpawnEngine
  spawnReader: SpawnReader
  engineOptions: EngineOptions
  /** results, to stdout */
  print(text: string): void
  /** everything else, to stderr */
  tell(text: string): void
  /** aborts on Ctrl+C */
  signal: AbortSignal
}

/** How all series of a run are analysed. */
interface Plan {
  wanted: AnalyzeArguments
  model: CatalogueModel
  maps: MapName[]
  site: SiteManifests
  folderName: ReturnType<typeof createFolderNames>
  engine: Engine
  signal: AbortSignal
}

/** What came of one series. */
interface SeriesResult {
  slices: ReportSlice[]
  /** joined across slices */
  findings: JoinedFinding[]
  warnings: ReportWarning[]
  failed: number
  threshold: ThresholdChoice
  /** null where the engine gave up */
  outcome: AnalyseOutcome | null
}

/**
 * `nidus analyze`: opens paths, runs a model over every slice, writes maps and report.
 * @param argv without node, script and command name
 * @returns the exit code, see exit-codes.ts
 */
export async function analyzeCommand(argv: string[], context: CommandContext): Promise<number> {
  const engine = new Engine(context.spawnEngine, context.engineOptions)
  const reader = new ReaderClient(context.spawnReader)
  try {
    const wanted = parseAnalyzeArguments(argv)
    if (wanted === 'help') {
      context.print(analyzeHelp)
      return exitCodes.done
    }
    return await analyze(wanted, context, engine, reader)
  } catch (thrown) {
    if (context.signal.aborted) return exitCodes.interrupted
    const error = toNidusError(thrown)
    context.tell(`nidus analyze: ${describeError(error)}`)
    if (error.code === 'usage') context.tell(`See 'nidus analyze --help'.`)
    return exitCodeOf(error.code)
  } finally {
    reader.dispose()
    await engine.dispose()
  }
}

async function analyze(
  wanted: AnalyzeArguments,
  context: CommandContext,
  engine: Engine,
  reader: ReaderClient
): Promise<number> {
  const started = performance.now()
  const { signal, tell } = context
  if (wanted.out) await makeOutFolder(wanted.out)
  const choice = await chooseModel(wanted.model, context.modelFolders)
  const opened = await reader.ask({ kind: 'open', paths: wanted.paths }, { signal })
  if (signal.aborted) throw signal.reason
  const model = choice.forStudies(opened.studies)
  const { manifest } = model
  const maps = wantedMaps(wanted, manifest)
  const site = siteManifests(context.feedbackDatabase, reader)
  // before the work: no series will do better with a threshold that nobody has named
  if (wanted.threshold !== siteThresholdId)
    chooseThreshold(manifest, thresholdMap(wanted, manifest), wanted.threshold)
  const plan = { wanted, model, maps, site, folderName: createFolderNames(), engine, signal }
  const timingsMs = { load: performance.now() - started, preprocess: 0, inference: 0, maps: 0, total: 0 }

  const results = new Map<Series, SeriesResult>()
  const warnings = [...openingWarnings(opened.problems, choice.problems), ...site.warnings]
  let provider: ProviderReport = { requested: wanted.provider, used: 'cpu', reason: 'not started', tried: [] }
  for (const study of opened.studies) {
    for (const series of study.series) {
      const result = await analyzeSeries(series, plan)
      results.set(series, result)
      warnings.push(...mismatchWarnings(model, series, study.description), ...result.warnings)
      if (result.outcome) {
        provider = result.outcome.provider
        addTimings(timingsMs, result.outcome)
      }
      tell(`${series.id}: ${result.slices.length} of ${series.slices.length} slices analysed`)
    }
  }
  warnings.push(...providerWarnings(provider))
  timingsMs.total = performance.now() - started

  const slicesOf = (series: Series): ReportSlice[] => results.get(series)?.slices ?? []
  const findingsOf = (series: Series): JoinedFinding[] => results.get(series)?.findings ?? []
  const thresholdOf = (series: Series): ThresholdChoice | undefined => results.get(series)?.threshold
  const { appVersion } = context
  const { studies } = opened
  await deliver(
    buildReport({
      appVersion,
      model,
      provider,
      thresholdOf,
      studies,
      slicesOf,
      findingsOf,
      warnings: withoutTwins(warnings),
      timingsMs
    }),
    wanted,
    context
  )
  return exitCode([...results.values()], opened.problems.filter(isUnreadable).length, warnings, tell)
}

/**
 * Analyses one series and writes its maps while the next slices are under way.
 * @throws model-*, onnx-* (no series will do better), output-unwritable, the signal's reason
 */
async function analyzeSeries(series: Series, plan: Plan): Promise<SeriesResult> {
  const { wanted, model, maps, signal } = plan
  const manifest = await plan.site.of(model.manifest, series)
  const threshold = chooseThreshold(manifest, thresholdMap(wanted, manifest), wanted.threshold)
  const result: SeriesResult = {
    ...{ slices: [], findings: [], warnings: [], failed: 0, threshold, outcome: null }
  }
  const files = createInTurn()
  const regions = series.slices.map((): SliceRegions | null => null)
  const features: DomainFeatures[] = []
  const overThreshold = { map: threshold.map, threshold: threshold.value }
  const request = {
    series,
    sliceIndexes: series.slices.map(({ index }) => index),
    model,
    provider: wanted.provider,
    maps,
    threshold
  }
  try {
    result.outcome = await plan.engine.analyse(
      request,
      {
        onSlice: (slice) => {
          const entry = reportSlice(series, slice)
          result.slices.push(entry)
          const { index } = slice.analysis
          regions[index] = regionsOfSlice(slice, series.slices[index], model.manifest, overThreshold)
          if (slice.domain) features.push(slice.domain)
          if (!slice.analysis.hasForeground) result.warnings.push(foregroundWarning(entry))
          const { out, save } = wanted
          if (!out) return
          const seriesFolder = plan.folderName(series.id, series.seriesInstanceUid)
          const thresholdOf = (map: MapName): number => pictureThreshold(manifest, map, threshold)
          files.add(async () => {
            const options = { outFolder: out, seriesFolder, wanted: maps, save, thresholdOf }
            Object.assign(entry, await writeSliceMaps(slice, model.manifest, options))
          })
        },
        onSliceFailed: (index, error) => {
          result.failed += 1
          result.warnings.push(sliceWarning(series, index, error))
        }
      },
      signal
    )
  } catch (thrown) {
    const error = toNidusError(thrown)
    if (error.code !== 'engine-crashed' && error.code !== 'engine-failed') throw thrown
    result.failed += 1
    result.warnings.push(seriesWarning(series, error))
  }
  result.warnings.push(...domainWarnings(model, series, features))
  result.findings = joinFindings(regions, sliceNeighbours(series.slices), model.manifest.findings)
  await files.finished()
  if (signal.aborted) throw signal.reason
  return result
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

function exitCode(
  results: SeriesResult[],
  unreadable: number,
  warnings: ReportWarning[],
  tell: (text: string) => void
): number {
  const analysed = results.some(({ slices }) => slices.length > 0)
  const failed = results.some((result) => result.failed > 0)
  if (analysed) return failed || unreadable > 0 ? exitCodes.donePartly : exitCodes.done
  if (results.some(({ outcome }) => outcome === null)) return exitCodes.internal
  const nothing = new NidusError('nothing-readable', { reason: warnings[0]?.message })
  tell(`nidus analyze: ${describeError(nothing)}`)
  return exitCodes.nothingReadable
}

async function makeOutFolder(out: string): Promise<void> {
  try {
    await makeFolder(out)
  } catch (thrown) {
    const reason = (thrown as NodeJS.ErrnoException).code ?? String(thrown)
    throw new NidusError('output-unwritable', { path: out, reason }, { cause: thrown })
  }
  // A folder that exists may still refuse files; better to know before the work than after it.
  const trial = join(out, `.nidus-${process.pid}`)
  await writeWholeFile(trial, '')
  await rm(trial, { force: true })
}

/** The map that the findings are of. */
function thresholdMap(wanted: AnalyzeArguments, manifest: ModelManifest): MapName {
  return wanted.maps === null ? manifest.maps.default : wantedMaps(wanted, manifest)[0]
}

function wantedMaps({ maps: names, out }: AnalyzeArguments, manifest: ModelManifest): MapName[] {
  const { maps, id } = manifest
  if (names === 'all') return [maps.default, ...maps.available.filter((map) => map !== maps.default)]
  for (const map of names ?? []) {
    const why = whyMapUnavailable(manifest, map)
    if (why === null) continue
    const reason = `${why}; it makes ${maps.available.join(', ')}`
    throw new NidusError('map-unavailable', { model: id, map, reason })
  }
  return names ?? (out ? usualMaps(manifest) : [maps.default])
}

/** Where the scale of a map's picture is fixed: the threshold in use, else the map's own, else 3 spreads. */
function pictureThreshold(manifest: ModelManifest, map: MapName, inUse: ThresholdChoice): number {
  const own = manifest.thresholds.find((threshold) => threshold.map === map)?.value
  const value = map === inUse.map ? inUse.value : own
  return value !== undefined && value > 0 ? value : 3
}

function addTimings(sum: ReportTimings, { timingsMs }: AnalyseOutcome): void {
  sum.load += timingsMs.start + timingsMs.load
  sum.preprocess += timingsMs.preprocess
  sum.inference += timingsMs.inference
  sum.maps += timingsMs.maps
}
