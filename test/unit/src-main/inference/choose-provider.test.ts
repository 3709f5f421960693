import { describe, expect, it } from 'vitest'
import type { UsedProvider } from '../../../../src-main/contract/analysis'
import { chooseProvider } from '../../../../src-main/inference/choose-provider'

function facts(platform: NodeJS.Platform, usable: boolean, missing: string | null = null) {
  const probed: UsedProvider[] = []
  return {
    probed,
    platform,
    missing: () => missing,
    probe: (provider: UsedProvider) => {
      probed.push(provider)
      return Promise.resolve({ usable, reason: usable ? 'agrees' : 'crashed' })
    }
  }
}

describe('chooseProvider', () => {
  it.each([
    ['linux', 'cuda'],
    ['win32', 'dml'],
    ['darwin', 'coreml']
  ] as const)('auto tries, on %s, %s and takes it where it works', async (platform, provider) => {
    const here = facts(platform, true)
    const report = await chooseProvider('auto', here)
    expect(here.probed).toEqual([provider])
    expect(report).toMatchObject({ requested: 'auto', used: provider })
    expect(report.tried).toEqual([{ provider, usable: true, reason: 'agrees' }])
  })

  it('auto falls back to the CPU with the reason', async () => {
    const report = await chooseProvider('auto', facts('linux', false))
    expect(report).toEqual({
      requested: 'auto',
      used: 'cpu',
      reason: 'cuda: crashed',
      tried: [
        { provider: 'cuda', usable: false, reason: 'crashed' },
        { provider: 'cpu', usable: true, reason: 'the reference' }
      ]
    })
  })

  it('tries nothing for cpu', async () => {
    const here = facts('linux', true)
    expect(await chooseProvider('cpu', here)).toMatchObject({ used: 'cpu', reason: 'as requested' })
    expect(here.probed).toEqual([])
  })

  it('never starts a process for a provider of another system or without its files', async () => {
    const elsewhere = facts('linux', true)
    expect(await chooseProvider('dml', elsewhere)).toMatchObject({
      requested: 'dml',
      used: 'cpu',
      reason: 'dml: not available on linux'
    })
    const bare = facts('linux', true, 'no files')
    expect(await chooseProvider('cuda', bare)).toMatchObject({ used: 'cpu', reason: 'cuda: no files' })
    expect([...elsewhere.probed, ...bare.probed]).toEqual([])
  })

  it('auto on a system without an accelerator goes straight to the CPU', async () => {
    expect(await chooseProvider('auto', facts('freebsd', true))).toMatchObject({ used: 'cpu' })
  })
})
