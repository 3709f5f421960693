import type { EngineState } from '../contract/channels'
import type { AnalysisService } from '../jobs/analysis-service'
import type { ModelService } from '../jobs/model-service'
import type { StudyRegistry } from '../study/study-registry'
import type { Handle } from './handle'

export interface AnalysisServices {
  studies: Pick<StudyRegistry, 'list'>
  models: Pick<ModelService, 'list'>
  analyses: Pick<AnalysisService, 'start' | 'addMap' | 'cancel' | 'state' | 'layer' | 'findings'>
  engineState(): EngineState
}

/** Registers the channels for models, analyses and the engine. */
export function registerAnalysisHandlers(handle: Handle, services: AnalysisServices): void {
  const { studies, models, analyses, engineState } = services
  handle('model:list', () => models.list(studies.list().studies))
  handle('analysis:start', (request) => analyses.start(request))
  handle('analysis:add-map', (request) => analyses.addMap(request))
  handle('analysis:cancel', ({ jobId }) => {
    analyses.cancel(jobId)
    return null
  })
  handle('analysis:state', ({ seriesId, modelId }) => analyses.state(seriesId, modelId))
  handle('analysis:map', (request) => analyses.layer(request))
  handle('analysis:findings', (request) => analyses.findings(request))
  handle('engine:state', () => engineState())
}
