import { slicesAtOnce } from '../contract/opening-channels'
import type { OpenedStudies, Slice, Study } from '../contract/study'
import { openStudies } from './open-studies'
import type { OpeningReport } from './reader-protocol'
import { unwatched } from './reader-work'
import { watchOpening } from './watch-opening'
import { withoutSlices } from './without-slices'

/**
 * Opens studies and sends what comes of it in parts, since a message of 50,000 slices would keep main from everything
 * else for as long as it takes to unpack.
 * @param report receives progress, what there is so far, and the slices that either leaves out
 * @param bench where headers and slices are decoded
 * @returns studies of which long series have no slices but their `sliceCount`
 */
export async function answerOpening(
  paths: string[],
  report: (report: OpeningReport) => void,
  signal: AbortSignal,
  bench = unwatched
): Promise<OpenedStudies> {
  const watch = watchOpening((progress) => report({ kind: 'progress', progress }))
  const sent = new Map<string, Slice[]>()
  const send = async (opened: OpenedStudies): Promise<OpenedStudies> => {
    const brief = withoutSlices(opened)
    const whole = opened.studies.flatMap(({ series }) => series)
    for (const [at, { id, sliceCount = 0 }] of brief.studies.flatMap(({ series }) => series).entries()) {
      const slices = whole[at]?.slices ?? []
      if (sliceCount === 0 || sent.get(id) === slices) continue
      sent.set(id, slices)
      for (let from = 0; from < sliceCount; from += slicesAtOnce) {
        if (signal.aborted) throw signal.reason
        report({ kind: 'slices', seriesId: id, from, slices: slices.slice(from, from + slicesAtOnce) })
        await new Promise(setImmediate)
      }
    }
    return brief
  }
  const onGrown = async (studies: Study[]): Promise<void> => {
    const brief = await send({ studies, problems: [] })
    report({ kind: 'grown', studies: brief.studies })
  }
  try {
    return await send(await openStudies(paths, { ...watch, onGrown, signal, bench }))
  } catch (error) {
    if (signal.aborted) return { studies: [], problems: [], cancelled: true }
    throw error
  }
}
