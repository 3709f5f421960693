import { z } from 'zod'
import type { ProviderName, UsedProvider } from '../contract/analysis'
import type { ProbeOutcome } from './choose-provider'
import type { Remembered } from './remembered'

export const probeOutcomeSchema = z.object({ usable: z.boolean(), reason: z.string().max(500) })

/** What has to be the same for a verdict to hold: hardware driver, operating system, ONNX Runtime. */
export type DescribeMachine = (provider: UsedProvider) => string | Promise<string>

/** Whether providers can be used for a model: from this run of Nidus, from earlier ones, or found out. */
export class ProviderVerdicts {
  private readonly own = new Map<string, ProbeOutcome>()

  /** @param store verdicts of earlier runs of Nidus; without one each run finds out anew */
  constructor(
    private readonly describeMachine: DescribeMachine,
    private readonly store?: Remembered<ProbeOutcome>
  ) {}

  /**
   * The verdict on a provider for a model. A verdict against a provider is kept for `auto`; who names the provider
   * has it tried once more in every run of Nidus, since what was in the way may have been mended.
   */
  async verdict(
    provider: UsedProvider,
    modelSha256: string,
    requested: ProviderName,
    probe: () => Promise<ProbeOutcome>
  ): Promise<ProbeOutcome> {
    const key = await this.keyOf(provider, modelSha256)
    const own = this.own.get(key)
    if (own) return own
    const earlier = await this.store?.get(key)
    const trusted = earlier && (earlier.usable || requested === 'auto') ? earlier : undefined
    const outcome = trusted
      ? { ...trusted, reason: `${trusted.reason}, as found at an earlier start` }
      : await probe()
    this.own.set(key, outcome)
    if (!trusted) await this.store?.set(key, outcome)
    return outcome
  }

  /** Keeps that a provider failed while it was in use. */
  async refuse(provider: UsedProvider, modelSha256: string, reason: string): Promise<void> {
    const key = await this.keyOf(provider, modelSha256)
    this.own.set(key, { usable: false, reason })
    await this.store?.set(key, { usable: false, reason })
  }

  private async keyOf(provider: UsedProvider, modelSha256: string): Promise<string> {
    return [provider, await this.describeMachine(provider), modelSha256].join('|')
  }
}
