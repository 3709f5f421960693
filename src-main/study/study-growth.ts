import type { OpenedStudies, Study, ValueWindow } from '../contract/study'
import { StudyBuilder } from './build-studies'
import { pauseBetween } from './pause-between'
import type { FileHeader } from './read-file-header'
import { suggestWindows } from './suggest-window'

/** Files that are read faster than this are shown once they are all there. */
const firstShownMs = 50

/** Between two looks at what there is so far: often enough to see it grow. */
const leastIntervalMs = 500

/** Showing takes at most this share of the time, however big the series are. */
const mostShare = 0.1

/** Studies on the way from headers to the list: grouped as the headers come, shown now and then. */
export class StudyGrowth {
  private readonly builder = new StudyBuilder()
  private readonly headers = new Map<string, FileHeader>()
  private readonly windows = new Map<string, ValueWindow[]>()
  private taken = 0
  private nextShownAt = performance.now() + firstShownMs

  /**
   * @param onGrown receives what there is of studies so far, until all files are read
   * @param signal stops between series by throwing its reason
   */
  constructor(
    private readonly onGrown: ((studies: Study[]) => Promise<void>) | undefined,
    private readonly signal: AbortSignal | undefined
  ) {}

  /**
   * Takes over headers, in the order of their files whatever the order in which they were read.
   * @param headers of all files, null for those that could not be read
   * @param settled how many of them, from the first on, are as they will stay
   */
  async take(headers: (FileHeader | null)[], settled: number): Promise<void> {
    for (; this.taken < settled; this.taken++) {
      const file = headers[this.taken]
      if (!file) continue
      this.headers.set(file.path, file)
      this.builder.add(file)
    }
    const isAll = settled === headers.length
    if (this.onGrown && !isAll && performance.now() >= this.nextShownAt) await this.show(this.onGrown)
  }

  /** The studies once all headers were taken. @returns windows included, and what is doubtful */
  async finish(): Promise<OpenedStudies> {
    const { studies, problems } = await pauseBetween(this.builder.finish(), this.signal)
    for (const series of studies.flatMap((study) => study.series)) {
      if (this.signal?.aborted) throw this.signal.reason
      if (series.windows.length === 0) series.windows = await suggestWindows(series, this.headers, problems)
    }
    return { studies, problems }
  }

  private async show(onGrown: (studies: Study[]) => Promise<void>): Promise<void> {
    const started = performance.now()
    const studies = await pauseBetween(this.builder.growing(), this.signal)
    for (const series of studies.flatMap((study) => study.series)) {
      if (series.windows.length > 0) continue
      // what is looked at is not to change its brightness with every slice that comes
      const known = this.windows.get(series.id) ?? (await suggestWindows(series, this.headers, []))
      this.windows.set(series.id, known)
      series.windows = known
    }
    if (studies.length > 0) await onGrown(studies)
    const tookMs = performance.now() - started
    this.nextShownAt = performance.now() + Math.max(leastIntervalMs, tookMs / mostShare)
  }
}
