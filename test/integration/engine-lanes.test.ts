import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { goldenInput } from '../../src-main/inference/golden-input'
import { loadModel, type CatalogueModel } from '../../src-main/inference/model-catalogue'
import { openNetwork } from '../../src-main/inference/open-network'
import type { RunPlan } from '../../src-main/inference/run-plan'
import { sameBits, type SampleOutputs } from '../../src-main/inference/sample-outputs'
import { forkLane } from '../../src-main/platform/fork-lane'
import { buildEntries } from '../helpers/build-entries'

let entries: Awaited<ReturnType<typeof buildEntries>> | undefined
let model: CatalogueModel

beforeAll(async () => {
  entries = await buildEntries(['engine'])
  model = await loadModel(resolve(__dirname, '../fixtures/models/tiny-vae'))
})
afterAll(() => entries?.remove())

const spawnLane = () => forkLane(join(entries!.folder, 'engine.js'))()

/** A store that knows one plan, whatever it is asked for, and keeps what it is told. */
function knowing(plan: RunPlan | undefined) {
  const told: RunPlan[] = []
  return {
    told,
    get: () => Promise.resolve(plan),
    set: (_: string, value: RunPlan) => Promise.resolve(void told.push(value))
  }
}

describe('a network on lanes', () => {
  it.each([
    { lanes: 2, threads: 1, batch: 4 },
    { lanes: 3, threads: 2, batch: 8 }
  ])('gives the bits of single runs on $lanes lanes with batches of $batch', async (plan) => {
    const { available } = model.manifest.maps
    const samples = Array.from({ length: 29 }, (_, variant) => goldenInput(model.manifest, variant))
    const plain = await openNetwork(model, 'cpu', available)
    const expected: SampleOutputs[] = []
    for (const sample of samples) expected.push((await plain.run([sample]))[0])
    await plain.dispose()

    const network = await openNetwork(model, 'cpu', available, { spawnLane, plans: knowing(plan) })
    await network.expect(1e9)
    expect(network.plan).toEqual(plan)
    expect(network.groupSize).toBe(plan.lanes * plan.batch)
    for (let turn = 0; turn < 2; turn++) {
      const found = await network.run(samples)
      expect(found.map((output, i) => sameBits(output, expected[i]))).toEqual(samples.map(() => true))
    }
    await network.dispose()
  })

  it('measures once, remembers, and measures nothing for little work', async () => {
    const plans = knowing(undefined)
    const network = await openNetwork(model, 'cpu', ['rec'], { spawnLane, plans })
    await network.expect(1)
    expect(plans.told).toEqual([])
    await network.expect(1e9)
    await network.expect(1e9)
    expect(plans.told).toEqual([network.plan])
    await network.dispose()
  })

  it('goes on as before where processes do not start', async () => {
    const broken = forkLane(join(entries!.folder, 'not-there.js'))
    const plans = knowing({ lanes: 2, threads: 1, batch: 4 })
    const network = await openNetwork(model, 'cpu', ['rec'], { spawnLane: broken, plans })
    await network.expect(1e9)
    expect(network.plan.lanes).toBe(0)
    expect(await network.run([goldenInput(model.manifest, 0)])).toHaveLength(1)
    await network.dispose()
  })

  it('can be closed in the middle of a batch', async () => {
    const lanes = { lanes: 2, threads: 1, batch: 8 }
    const network = await openNetwork(model, 'cpu', ['rec'], { spawnLane, plans: knowing(lanes) })
    await network.expect(1e9)
    const samples = Array.from({ length: 4000 }, () => goldenInput(model.manifest, 1))
    const running = expect(network.run(samples)).rejects.toThrow()
    await new Promise((resolve) => setTimeout(resolve, 50))
    await network.dispose()
    await running
  })
})
