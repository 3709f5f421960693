import { describe, expect, it } from 'vitest'
import { createSteadyBatches } from '../../../../src-main/inference/steady-batches'

/** Samples of one value each; the fake network answers with ten times it, plus a fault by place in the batch. */
const samples = (...values: number[]): Float32Array[] => values.map((value) => Float32Array.of(value))

function fakeNetwork(fault: (place: number, batch: number) => number) {
  const batches: number[] = []
  const runSamples = (batch: Float32Array[]): Promise<number[]> => {
    batches.push(batch.length)
    return Promise.resolve(batch.map(([value], place) => value * 10 + fault(place, batch.length)))
  }
  return { batches, runSamples }
}

function steadyBatches(
  network: ReturnType<typeof fakeNetwork>,
  initially: 'unknown' | 'steady' | 'single' = 'unknown'
) {
  return createSteadyBatches<number>({
    runSamples: network.runSamples,
    batchSize: 4,
    initially,
    same: Object.is
  })
}

describe('createSteadyBatches', () => {
  it('compares the first full batch with single runs, forwards and backwards, and batches from then on', async () => {
    const network = fakeNetwork(() => 0)
    const run = steadyBatches(network)
    expect(await run(samples(1))).toEqual([10])
    expect(await run(samples(1, 2, 3, 4))).toEqual([10, 20, 30, 40])
    expect(network.batches).toEqual([1, 1, 1, 1, 1, 4, 4])
    expect(await run(samples(5, 6, 7, 8))).toEqual([50, 60, 70, 80])
    expect(network.batches.slice(7)).toEqual([4])
  })

  it.each([
    ['the place in the batch', (place: number) => (place === 3 ? 1e-9 : 0)],
    ['the size of the batch', (_: number, batch: number) => (batch > 1 ? 1e-9 : 0)]
  ])('stays with single runs where results depend on %s', async (_, fault) => {
    const network = fakeNetwork(fault)
    const run = steadyBatches(network)
    await run(samples(1, 2, 3, 4))
    const before = network.batches.length
    const results = await run(samples(9, 8, 7, 6))
    expect(results).toEqual([90, 80, 70, 60])
    expect(network.batches.slice(before)).toEqual([1, 1, 1, 1])
  })

  it('pads a long rest to the proven size and runs a short one singly', async () => {
    const network = fakeNetwork(() => 0)
    const run = steadyBatches(network, 'steady')
    expect(await run(samples(1, 2, 3))).toEqual([10, 20, 30])
    expect(await run(samples(4, 5))).toEqual([40, 50])
    expect(await run(samples(1, 2, 3, 4, 5))).toEqual([10, 20, 30, 40, 50])
    expect(network.batches).toEqual([4, 1, 1, 4, 1])
  })

  it('never tries batches where they are known to be unsteady', async () => {
    const network = fakeNetwork(() => 0)
    await steadyBatches(network, 'single')(samples(1, 2, 3, 4, 5))
    expect(network.batches).toEqual([1, 1, 1, 1, 1])
  })

  it('runs no other size than a batch where told to, alone slices included', async () => {
    const network = fakeNetwork(() => 0)
    const run = createSteadyBatches<number>({
      runSamples: network.runSamples,
      batchSize: 4,
      initially: 'padded',
      same: Object.is
    })
    expect(await run(samples(1))).toEqual([10])
    expect(await run(samples(1, 2, 3, 4, 5))).toEqual([10, 20, 30, 40, 50])
    expect(network.batches).toEqual([4, 4, 4])
  })

  it('runs as many batches at once as there are lanes, and compares them with single runs of the other session', async () => {
    const single = fakeNetwork(() => 0)
    let running = 0
    let most = 0
    const batches: number[] = []
    const run = createSteadyBatches<number>({
      runSamples: single.runSamples,
      runBatch: async (batch) => {
        batches.push(batch.length)
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 5))
        running--
        return batch.map(([value]) => value * 10)
      },
      lanes: 2,
      batchSize: 2,
      initially: 'unknown',
      same: Object.is
    })
    expect(await run(samples(1, 2, 3, 4, 5, 6, 7, 8, 9))).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90])
    expect(single.batches).toEqual([1, 1, 1])
    expect(batches).toEqual([2, 2, 2, 2, 2])
    expect(most).toBe(2)
  })

  it('passes failures on', async () => {
    const run = createSteadyBatches<number>({
      runSamples: () => Promise.reject(new Error('no')),
      batchSize: 4,
      initially: 'steady',
      same: Object.is
    })
    await expect(run(samples(1))).rejects.toThrow('no')
    expect(await run([])).toEqual([])
  })
})
