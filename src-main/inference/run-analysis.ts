import { performance } from 'node:perf_hooks'
import { toNidusError } from '../contract/errors'
import { prepareAsShown } from '../preprocess/prepare-as-shown'
import { readSlice, type SlicePixels } from '../study/read-slice'
import { analyseSlice, type ReadySlice } from './analyse-slice'
import type { EngineRequest, FromEngine, RunTimings } from './engine-protocol'
import type { MapMaker, MapOutputs } from './open-map-maker'

/** A slice's pixels, or why there are none. */
type ReadOutcome = { pixels: SlicePixels } | { thrown: unknown }

type SliceMessage = Extract<FromEngine, { kind: 'slice' | 'slice-failed' }>

/**
 * Runs a request through an open network and posts each slice as soon as it is done. The next slices are read
 * while the network works on the current ones (reads go on in the thread pool, decoding between two runs).
 * The first slice goes alone, so that what the reader looks at is there first.
 * @param isCancelled asked between slices and between batches
 * @returns work by stage in milliseconds
 */
export async function runAnalysis(
  runId: number,
  request: EngineRequest,
  network: MapMaker,
  post: (message: SliceMessage) => void,
  isCancelled: () => boolean
): Promise<Pick<RunTimings, 'load' | 'preprocess' | 'inference' | 'maps'>> {
  const timings = { load: 0, preprocess: 0, inference: 0, maps: 0 }
  const { model, maps, threshold } = request
  const fail = (index: number, thrown: unknown): void => {
    const { code, context } = toNidusError(thrown)
    post({ kind: 'slice-failed', runId, index, code, context })
  }

  const read = async (index: number): Promise<ReadOutcome> => {
    try {
      return { pixels: await readSlice(request.series, request.series.slices[index]) }
    } catch (thrown) {
      return { thrown }
    }
  }
  const ready = async (index: number, reading: Promise<ReadOutcome>): Promise<ReadySlice | null> => {
    const started = performance.now()
    const outcome = await reading
    timings.load += performance.now() - started
    try {
      if ('thrown' in outcome) throw outcome.thrown
      const begun = performance.now()
      const { spacingMm } = outcome.pixels
      const prepared = prepareAsShown(outcome.pixels, request.series.valueUnit, model.manifest)
      timings.preprocess += performance.now() - begun
      return { index, spacingMm, prepared }
    } catch (thrown) {
      fail(index, thrown)
      return null
    }
  }
  const readyAll = async (indexes: number[]): Promise<ReadySlice[]> => {
    const found: ReadySlice[] = []
    let ahead: Promise<ReadOutcome> | null = null
    for (const [i, index] of indexes.entries()) {
      await turn()
      if (isCancelled()) break
      const reading = ahead ?? read(index)
      // The file of the next slice is on its way while this one is prepared.
      ahead = i + 1 < indexes.length ? read(indexes[i + 1]) : null
      const slice = await ready(index, reading)
      if (slice) found.push(slice)
    }
    await ahead
    return found
  }

  const finish = async (slices: ReadySlice[], outputs: MapOutputs[]): Promise<void> => {
    for (const [i, slice] of slices.entries()) {
      const begun = performance.now()
      try {
        post({
          kind: 'slice',
          runId,
          slice: analyseSlice(slice, outputs[i], model.manifest, maps, threshold)
        })
      } catch (thrown) {
        fail(slice.index, thrown)
      }
      timings.maps += performance.now() - begun
      await turn()
      if (isCancelled()) break
    }
  }
  const infer = async (slices: ReadySlice[]): Promise<MapOutputs[] | null> => {
    const started = performance.now()
    const outputs = await network.run(
      slices.map(({ prepared }) => prepared),
      isCancelled
    )
    timings.inference += performance.now() - started
    return outputs
  }

  const [first, ...others] = request.sliceIndexes
  if (first === undefined) return timings
  const alone = await readyAll([first])
  const firstOutputs = isCancelled() ? null : await infer(alone)
  if (firstOutputs) await finish(alone, firstOutputs)
  if (!isCancelled()) await network.expect(others.length)
  const groups = inGroups(others, network.groupSize)

  // While the network works on a group, the next one is read and prepared, and maps of the one before are made.
  let reading = readyAll(groups[0] ?? [])
  let finishing: Promise<void> = Promise.resolve()
  for (let g = 0; g < groups.length; g++) {
    const slices = await reading
    reading = readyAll(groups[g + 1] ?? [])
    await turn()
    if (isCancelled()) break
    const outputs = await infer(slices)
    await finishing
    if (!outputs || isCancelled()) break
    finishing = finish(slices, outputs)
  }
  await finishing
  await reading
  return timings
}

/** Lets waiting messages in, a cancel above all. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function inGroups(indexes: number[], size: number): number[][] {
  const groups: number[][] = []
  for (let from = 0; from < indexes.length; from += size) groups.push(indexes.slice(from, from + size))
  return groups
}
