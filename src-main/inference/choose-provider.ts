import type { ProviderName, ProviderReport, UsedProvider } from '../contract/analysis'

/** What came of trying a provider: its own answer, or why none came. */
export interface ProbeOutcome {
  usable: boolean
  reason: string
}

export interface ProviderFacts {
  platform: NodeJS.Platform
  /** why the provider cannot be tried at all here (files not installed), or null */
  missing(provider: UsedProvider): string | null
  /** tries it in a process that may be lost */
  probe(provider: UsedProvider): Promise<ProbeOutcome>
}

/** Operating systems for which ONNX Runtime has the provider. */
const platforms: Record<Exclude<UsedProvider, 'cpu'>, NodeJS.Platform[]> = {
  cuda: ['linux'],
  dml: ['win32'],
  coreml: ['darwin'],
  webgpu: ['linux', 'win32', 'darwin']
}

/** What `auto` tries before the CPU. WebGPU is for those who ask for it. */
const automatic: Partial<Record<NodeJS.Platform, UsedProvider>> = {
  linux: 'cuda',
  win32: 'dml',
  darwin: 'coreml'
}

/**
 * Picks the provider to run on. The CPU is the reference and needs no probe; every other one has to agree with it
 * first. One that was asked for and does not work gives way to the CPU, and the report says why.
 */
export async function chooseProvider(requested: ProviderName, facts: ProviderFacts): Promise<ProviderReport> {
  const tried: ProviderReport['tried'] = []
  const candidate = requested === 'auto' ? automatic[facts.platform] : requested
  if (candidate && candidate !== 'cpu') {
    const { usable, reason } = await tryOut(candidate, facts)
    tried.push({ provider: candidate, usable, reason })
    if (usable) return { requested, used: candidate, reason: `${candidate}: ${reason}`, tried }
  }
  tried.push({ provider: 'cpu', usable: true, reason: 'the reference' })
  const reason =
    requested === 'cpu'
      ? 'as requested'
      : tried.length > 1
        ? `${candidate}: ${tried[0].reason}`
        : 'nothing faster here'
  return { requested, used: 'cpu', reason, tried }
}

async function tryOut(provider: Exclude<UsedProvider, 'cpu'>, facts: ProviderFacts): Promise<ProbeOutcome> {
  if (!platforms[provider].includes(facts.platform)) {
    return { usable: false, reason: `not available on ${facts.platform}` }
  }
  const missing = facts.missing(provider)
  return missing ? { usable: false, reason: missing } : facts.probe(provider)
}
