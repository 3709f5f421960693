import { openStudies } from '../../src-main/study/open-studies'
import { readSlice } from '../../src-main/study/read-slice'
import { toNidusError } from '../../src-main/contract/errors'

/** What became of a hostile file: codes and words of what was listed, what its slices gave, and what it cost. */
export interface HostileOutcome {
  problems: { code: string; path: string; message: string }[]
  slices: string[]
  elapsedMs: number
  peakBytes: number
}

async function main(path: string): Promise<HostileOutcome> {
  const started = performance.now()
  const { studies, problems } = await openStudies([path])
  const slices: string[] = []
  for (const series of studies.flatMap((study) => study.series)) {
    for (const slice of series.slices.slice(0, 2)) {
      const outcome = await readSlice(series, slice, { partial: true }).catch(toNidusError)
      slices.push('code' in outcome ? outcome.code : outcome.partial ? 'partial' : 'whole')
    }
  }
  return {
    problems: problems.map(({ code, path, message }) => ({ code, path, message })),
    slices,
    elapsedMs: performance.now() - started,
    peakBytes: process.resourceUsage().maxRSS * 1024
  }
}

void main(process.argv[2] as string).then((outcome) => process.stdout.write(JSON.stringify(outcome)))
