import { slicesAtOnce } from '../contract/opening-channels'
import type { OpenedStudies } from '../contract/study'
import { openStudies } from './open-studies'
import type { OpeningReport } from './reader-protocol'
import { watchOpening } from './watch-opening'
import { withoutSlices } from './without-slices'

/**
 * Opens studies and sends what came of it in parts, since a message of 50,000 slices would keep main from everything
 * else for as long as it takes to unpack.
 * @param report receives progress, then the slices that the answer leaves out
 * @returns studies of which long series have no slices but their `sliceCount`
 */
export async function answerOpening(
  paths: string[],
  report: (report: OpeningReport) => void,
  signal: AbortSignal
): Promise<OpenedStudies> {
  const watch = watchOpening((progress) => report({ kind: 'progress', progress }))
  try {
    const opened = await openStudies(paths, { ...watch, signal })
    const brief = withoutSlices(opened)
    const whole = opened.studies.flatMap(({ series }) => series)
    for (const [at, { id, sliceCount }] of brief.studies.flatMap(({ series }) => series).entries()) {
      for (let from = 0; from < (sliceCount ?? 0); from += slicesAtOnce) {
        if (signal.aborted) throw signal.reason
        const slices = whole[at]?.slices.slice(from, from + slicesAtOnce) ?? []
        report({ kind: 'slices', seriesId: id, slices })
        await new Promise(setImmediate)
      }
    }
    return brief
  } catch (error) {
    if (signal.aborted) return { studies: [], problems: [], cancelled: true }
    throw error
  }
}
