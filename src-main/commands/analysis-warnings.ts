import { dirname } from 'node:path'
import type { ProviderReport } from '../contract/analysis'
import { errorCodes, type ErrorCode, type NidusError } from '../contract/errors'
import type { Series, StudyProblem } from '../contract/study'
import type { ReportSlice, ReportWarning } from '../export/analysis-report'
import type { CatalogueModel, ModelProblem } from '../inference/model-catalogue'
import { findMismatches } from '../inference/suggest-model'
import { judgeDomain } from '../maps/judge-domain'
import type { DomainFeatures } from '../preprocess/domain-features'
import { describeError } from './describe-error'

/** What could not be read, or is doubtful, of the paths and of the installed models. */
export function openingWarnings(studies: StudyProblem[], models: ModelProblem[]): ReportWarning[] {
  return [
    ...studies.map(({ code, path, message }) => ({ code, path, message })),
    ...models.map(({ folder, error }) => ({ code: error.code, path: folder, message: describeError(error) }))
  ]
}

/** Each warning once: a file that fails when its window is looked for fails again when it is analysed. */
export function withoutTwins(warnings: ReportWarning[]): ReportWarning[] {
  const seen = new Set<string>()
  return warnings.filter(({ code, path, message }) => {
    const key = JSON.stringify([code, path, message])
    return !seen.has(key) && seen.add(key)
  })
}

/**
 * Whether a problem of opening means that a file could not be read: doubts about a file that was read carry codes
 * of their own.
 */
export function isUnreadable({ code }: StudyProblem): boolean {
  return errorCodes.includes(code as ErrorCode)
}

/** How a series departs from what the model was trained for. */
export function mismatchWarnings(
  { id, manifest }: CatalogueModel,
  series: Series,
  studyDescription: string
): ReportWarning[] {
  return findMismatches(manifest, { ...series, studyDescription }).map(({ what, found, trainedFor }) => ({
    code: 'model-mismatch',
    path: folderOf(series),
    message: `outside what the model ${id} was trained for: ${what} ${found}, trained for ${trainedFor}`
  }))
}

/** How the pixels of a series depart from the images that the model was trained on. */
export function domainWarnings(
  { id, manifest }: CatalogueModel,
  series: Series,
  features: readonly DomainFeatures[]
): ReportWarning[] {
  return judgeDomain(manifest.domain, features).departures.map(({ what, found, trainedFor }) => ({
    code: 'model-mismatch',
    path: folderOf(series),
    message: `unlike the images that the model ${id} was trained on: ${what} ${found}, trained for ${trainedFor}`
  }))
}

/** A slice that could not be read or analysed. */
export function sliceWarning(series: Series, index: number, error: NidusError): ReportWarning {
  const { path } = series.slices[index].source
  return { code: error.code, path, message: String(error.context.reason ?? error.code) }
}

/** A series whose analysis was given up. */
export function seriesWarning(series: Series, error: NidusError): ReportWarning {
  return {
    code: error.code,
    path: folderOf(series),
    message: `not analysed to its end: ${describeError(error)}`
  }
}

/** A slice that shows too little to be judged. */
export function foregroundWarning({ source }: ReportSlice): ReportWarning {
  return {
    code: 'slice-without-foreground',
    path: source.path,
    message: 'too little of the patient in the slice; its maps are at their floor'
  }
}

/** A provider that was asked for by name and is not the one that ran. */
export function providerWarnings({ requested, used, reason }: ProviderReport): ReportWarning[] {
  if (requested === 'auto' || requested === used) return []
  return [{ code: 'provider-unavailable', path: '', message: `runs on ${used} instead: ${reason}` }]
}

function folderOf({ slices }: Series): string {
  return dirname(slices[0].source.path)
}
