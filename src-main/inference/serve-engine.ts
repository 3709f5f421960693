import { performance } from 'node:perf_hooks'
import { toNidusError } from '../contract/errors'
import { mapFacts } from '../contract/map-facts'
import { mapSettingsOf } from '../maps/map-settings'
import { scoredMapOf } from '../maps/slice-score'
import type { EnginePort, EngineRequest, FromEngine } from './engine-protocol'
import { openMapMaker, type MapMaker } from './open-map-maker'
import { outputsFor, type NetworkHelp } from './open-network'
import { probeProvider } from './probe-provider'
import { runAnalysis } from './run-analysis'

/** Open networks that are kept: the model in use and the one before. */
const keptNetworks = 2

/**
 * The engine process: takes requests from the port, one run at a time, and answers slice by slice. Everything
 * that ends a run is answered: ended, failed, or the process's own exit.
 * @param help what is kept from start to start; without it all is made and measured anew
 */
export function serveEngine(port: EnginePort, help: NetworkHelp = {}): void {
  const networks = new Map<string, MapMaker>()
  const cancelled = new Set<number>()

  const networkFor = async ({ model, provider, maps, threshold }: EngineRequest): Promise<MapMaker> => {
    const scored = scoredMapOf(model.manifest)
    const wanted = [...new Set([...maps, threshold.map, ...(scored ? [scored] : [])])]
    const costly = wanted.filter((map) => mapFacts[map].costly).sort()
    const outputs = [...outputsFor(model.manifest, wanted), ...costly]
    const key = [
      model.folder,
      model.manifest.sha256,
      JSON.stringify(model.manifest.losses),
      JSON.stringify([mapSettingsOf(model.manifest), model.manifest.maps.ensemble]),
      provider,
      ...outputs
    ]
    const name = key.join('|')
    const network = networks.get(name) ?? (await openMapMaker(model, provider, wanted, help))
    networks.delete(name)
    networks.set(name, network)
    for (const [old, unused] of [...networks].slice(0, -keptNetworks)) {
      networks.delete(old)
      await unused.dispose()
    }
    return network
  }

  const analyse = async (runId: number, request: EngineRequest): Promise<FromEngine> => {
    try {
      const started = performance.now()
      const network = await networkFor(request)
      const start = performance.now() - started
      const isCancelled = (): boolean => cancelled.has(runId)
      const stages = await runAnalysis(runId, request, network, (message) => port.post(message), isCancelled)
      const outcome = isCancelled() ? 'cancelled' : 'done'
      return { kind: 'ended', runId, outcome, timingsMs: { start, ...stages } }
    } catch (thrown) {
      const { code, context } = toNidusError(thrown)
      return code === 'internal'
        ? { kind: 'failed', runId, code: 'engine-failed', context }
        : { kind: 'failed', runId, code, context }
    } finally {
      cancelled.delete(runId)
    }
  }

  let last: Promise<unknown> = Promise.resolve()
  port.onMessage((message) => {
    switch (message.kind) {
      case 'cancel':
        cancelled.add(message.runId)
        break
      case 'analyse':
        last = last.then(async () => port.post(await analyse(message.runId, message.request)))
        break
      case 'probe':
        last = last.then(async () =>
          port.post(await probeProvider(message.provider, message.model, message.maps))
        )
        break
    }
  })
}
