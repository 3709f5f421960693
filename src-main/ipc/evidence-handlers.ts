import type { AnalysisService } from '../jobs/analysis-service'
import type { Handle } from './handle'

/** Registers the channels for what stands behind a heatmap. */
export function registerEvidenceHandlers(
  handle: Handle,
  { analyses }: { analyses: Pick<AnalysisService, 'histogram'> }
): void {
  handle('evidence:histogram', (request) => analyses.histogram(request))
}
