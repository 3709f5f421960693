import type { AnalysisReport, ReportSlice } from '../export/analysis-report'
import { thresholdVersionOf } from '../maps/threshold-version-of'

/** Slices that a summary names for each series. */
const shownSlices = 5

/**
 * The report as a few lines for people: what ran, the highest-scoring slices of each series, where the files are.
 * Names no patient, no description, no UID.
 */
export function summarize(report: AnalysisReport, out: string | null): string {
  const { model, provider, timingsMs } = report
  const lines = [
    `Nidus ${report.app.version}. ${report.notice}`,
    `Model ${model.id} ${model.version}, provider ${provider.used} (${provider.reason})`,
    ...findingLines(report)
  ]
  report.studies.forEach((study, s) => {
    study.series.forEach(({ modality, slices, findings }, n) => {
      lines.push(
        '',
        `Study ${s + 1}, series ${n + 1}: ${modality}, ${count(slices.length, 'slice')}, ` +
          `${count(findings.length, 'finding')} joined across slices`
      )
      const ranked = slices.filter((slice) => slice.findings.length > 0).sort((a, b) => peakOf(b) - peakOf(a))
      for (const slice of ranked.slice(0, shownSlices)) lines.push(sliceLine(slice))
      if (ranked.length > shownSlices)
        lines.push(`  ... and ${count(ranked.length - shownSlices, 'more slice')} with regions`)
    })
  })
  const stages = (['load', 'preprocess', 'inference', 'maps', 'total'] as const)
    .map((stage) => `${stage} ${(timingsMs[stage] / 1000).toFixed(2)} s`)
    .join(', ')
  lines.push('', `Time: ${stages}`)
  if (out) lines.push(`Written to ${out}`)
  return lines.join('\n') + '\n'
}

/** The threshold of the findings; one line for each where series differ. */
function findingLines({ threshold, studies }: AnalysisReport): string[] {
  const used = studies.flatMap(({ series }) => series.map((own) => own.threshold))
  const lines = (used.length > 0 ? used : [threshold]).map(
    (own) => `Findings: ${own.map} at ${own.value} score units or more (${thresholdVersionOf(own)})`
  )
  return [...new Set(lines)]
}

function sliceLine({ index, score, findings }: ReportSlice): string {
  const [x, y, width, height] = findings[0].bbox
  return (
    `  slice ${String(index).padStart(4)}  score ${score.toFixed(1)}  ${count(findings.length, 'region')}, ` +
    `highest ${findings[0].peak.toFixed(1)} in ${width} x ${height} pixels at (${x}, ${y})`
  )
}

function peakOf({ findings }: ReportSlice): number {
  return findings[0]?.peak ?? -Infinity
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
