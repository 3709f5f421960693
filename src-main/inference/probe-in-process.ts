import type { UsedProvider } from '../contract/analysis'
import type { MapName } from '../contract/manifest'
import type { ProbeOutcome } from './choose-provider'
import type { SpawnEngine } from './engine-protocol'
import type { CatalogueModel } from './model-catalogue'

/**
 * Tries a provider in an engine process of its own, which is ended afterwards. A crash, a start that fails and
 * silence are outcomes, not errors.
 * @param timeoutMs after which the provider counts as hanging
 */
export function probeInProcess(
  spawn: SpawnEngine,
  provider: UsedProvider,
  model: CatalogueModel,
  maps: MapName[],
  timeoutMs: number
): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const engine = spawn()
    const settle = (outcome: ProbeOutcome): void => {
      clearTimeout(timer)
      resolve(outcome)
      engine.kill()
    }
    const timer = setTimeout(
      () => settle({ usable: false, reason: `no answer within ${timeoutMs / 1000} s` }),
      timeoutMs
    )
    engine.onMessage((message) => {
      if (message.kind === 'probed') settle({ usable: message.usable, reason: message.reason })
    })
    engine.onExit((exitCode, signal) =>
      settle({ usable: false, reason: `the trial process crashed (${signal ?? `exit code ${exitCode}`})` })
    )
    engine.post({ kind: 'probe', provider, model, maps })
  })
}
