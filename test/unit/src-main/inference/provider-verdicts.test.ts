import { describe, expect, it, vi } from 'vitest'
import type { ProbeOutcome } from '../../../../src-main/inference/choose-provider'
import { ProviderVerdicts } from '../../../../src-main/inference/provider-verdicts'

/** Disk of a test: the same for several runs of Nidus. */
function memory() {
  const kept = new Map<string, ProbeOutcome>()
  return {
    kept,
    get: (key: string) => Promise.resolve(kept.get(key)),
    set: (key: string, value: ProbeOutcome) => Promise.resolve(void kept.set(key, value))
  }
}
const works = { usable: true, reason: 'agrees' }
const fails = { usable: false, reason: 'crashed' }

describe('ProviderVerdicts', () => {
  it('finds out once and trusts it at later starts, for the same driver, runtime and model only', async () => {
    const disk = memory()
    const probe = vi.fn(async () => works)
    const start = (machine: string) => new ProviderVerdicts(() => machine, disk)
    const first = start('driver 1')
    expect(await first.verdict('cuda', 'model', 'auto', probe)).toEqual(works)
    await first.verdict('cuda', 'model', 'auto', probe)
    expect(await start('driver 1').verdict('cuda', 'model', 'auto', probe)).toEqual({
      usable: true,
      reason: 'agrees, as found at an earlier start'
    })
    expect(probe).toHaveBeenCalledTimes(1)
    await start('driver 2').verdict('cuda', 'model', 'auto', probe)
    await start('driver 1').verdict('cuda', 'other model', 'auto', probe)
    await start('driver 1').verdict('webgpu', 'model', 'auto', probe)
    expect(probe).toHaveBeenCalledTimes(4)
  })

  it('does not try what crashed again for auto, but once a start for who names it', async () => {
    const disk = memory()
    await new ProviderVerdicts(() => '', disk).verdict('cuda', 'm', 'auto', async () => fails)
    const probe = vi.fn(async () => works)
    expect((await new ProviderVerdicts(() => '', disk).verdict('cuda', 'm', 'auto', probe)).usable).toBe(
      false
    )
    expect(probe).not.toHaveBeenCalled()
    const named = new ProviderVerdicts(() => '', disk)
    expect(await named.verdict('cuda', 'm', 'cuda', probe)).toEqual(works)
    await named.verdict('cuda', 'm', 'cuda', probe)
    expect(probe).toHaveBeenCalledTimes(1)
    expect((await new ProviderVerdicts(() => '', disk).verdict('cuda', 'm', 'auto', probe)).usable).toBe(true)
  })

  it('keeps that a provider failed in use', async () => {
    const disk = memory()
    const verdicts = new ProviderVerdicts(() => '', disk)
    await verdicts.verdict('dml', 'm', 'auto', async () => works)
    await verdicts.refuse('dml', 'm', 'driver reset')
    const probe = vi.fn(async () => works)
    expect(await verdicts.verdict('dml', 'm', 'auto', probe)).toEqual({
      usable: false,
      reason: 'driver reset'
    })
    const later = await new ProviderVerdicts(() => '', disk).verdict('dml', 'm', 'auto', probe)
    expect(later.usable).toBe(false)
    expect(probe).not.toHaveBeenCalled()
  })

  it('works without a disk', async () => {
    const probe = vi.fn(async () => works)
    await new ProviderVerdicts(() => '').verdict('cuda', 'm', 'auto', probe)
    await new ProviderVerdicts(() => '').verdict('cuda', 'm', 'auto', probe)
    expect(probe).toHaveBeenCalledTimes(2)
  })
})
