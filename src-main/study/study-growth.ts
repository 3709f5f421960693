import type { OpenedStudies, Series, Study, StudyProblem, ValueWindow } from '../contract/study'
import { StudyBuilder } from './build-studies'
import { haveSamePixels } from './compare-pixels'
import { FileGroups } from './group-files'
import { pauseBetween } from './pause-between'
import type { FileHeader } from './read-file-header'
import type { Workbench } from './reader-work'
import { suggestWindows } from './suggest-window'

/** Files that are read faster than this are shown once they are all there. */
const firstShownMs = 50

/** Between two looks at what there is so far: often enough to see it grow. */
const leastIntervalMs = 500

/** Showing takes at most this share of the time, however big the series are. */
const mostShare = 0.1

/** Windows that take longer are looked for in the next list, or the one after that: a volume is read as a whole for them. */
const mostSuggestingMs = 200

interface Suggested {
  windows: ValueWindow[]
  problems: StudyProblem[]
  /** of the slice whose values they come from */
  sliceId: string | undefined
}

/** Copies are read as a whole; of a disc that was copied twice not all are. */
const mostComparedBytes = 1 << 29

/** Studies on the way from headers to the list: grouped as the headers come, shown now and then. */
export class StudyGrowth {
  private readonly groups = new FileGroups()
  private readonly builder = new StudyBuilder(this.groups)
  private readonly headers = new Map<string, FileHeader>()
  /** by series */
  private readonly suggested = new Map<string, Suggested>()
  private taken = 0
  private comparableBytes = mostComparedBytes
  private nextShownAt = performance.now() + firstShownMs

  /**
   * @param onGrown receives what there is of studies so far, until all of them are as they will stay
   * @param signal stops between series by throwing its reason
   * @param bench where slices are decoded
   */
  constructor(
    private readonly onGrown: ((studies: Study[]) => Promise<void>) | undefined,
    private readonly signal: AbortSignal | undefined,
    private readonly bench: Workbench
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
      const original = this.groups.originalOf(file)
      if (original) await this.addCopy(file, original)
      else this.groups.add(file)
    }
    const isAll = settled === headers.length
    if (isAll || !this.isDue()) return
    const started = performance.now()
    const studies = await pauseBetween(this.builder.growing(), this.signal)
    for (const series of lackingWindows(studies)) {
      // what is looked at is not to change its brightness with every slice that comes
      const known = this.suggested.get(series.id)
      if (!known && performance.now() - started > mostSuggestingMs) continue
      series.windows = (known ?? (await this.suggest(series))).windows
    }
    await this.show(studies, started)
  }

  /** Adds what names itself a copy where it shows something else; the others are left out. */
  private async addCopy(file: FileHeader, original: FileHeader): Promise<void> {
    if (this.signal?.aborted) throw this.signal.reason
    this.comparableBytes -= file.sizeBytes + original.sizeBytes
    const isSame = this.comparableBytes < 0 ? null : await haveSamePixels(file, original, this.bench)
    if (isSame === false) this.groups.add(file, true)
    else this.groups.leaveOut(file, original, isSame === true)
  }

  /** The studies once all headers were taken. @returns windows included, and what is doubtful */
  async finish(): Promise<OpenedStudies> {
    const { studies, problems } = await pauseBetween(this.builder.finish(), this.signal)
    for (const series of lackingWindows(studies)) {
      if (this.signal?.aborted) throw this.signal.reason
      const suggested = await this.suggest(series)
      series.windows = suggested.windows
      problems.push(...suggested.problems)
      if (this.isDue()) await this.show(studies, performance.now())
    }
    return { studies, problems }
  }

  private async suggest(series: Series): Promise<Suggested> {
    const sliceId = series.slices[series.slices.length >> 1]?.id
    const known = this.suggested.get(series.id)
    if (known && known.sliceId === sliceId) return known
    const problems: StudyProblem[] = []
    const windows = await suggestWindows(series, this.headers, problems, this.bench)
    const suggested = { windows, problems, sliceId }
    this.suggested.set(series.id, suggested)
    return suggested
  }

  private isDue(): boolean {
    return this.onGrown !== undefined && performance.now() >= this.nextShownAt
  }

  /** Shows what has its windows by now, as growing as long as anything else does. */
  private async show(studies: Study[], started: number): Promise<void> {
    const shown = studies.flatMap((study) => {
      const known = study.series.filter(({ windows }) => windows.length > 0)
      const series = known.map((one) => ({ ...one, growing: one.growing ?? 0 }))
      return series.length > 0 ? [{ ...study, series }] : []
    })
    if (shown.length > 0) await this.onGrown?.(shown)
    const tookMs = performance.now() - started
    this.nextShownAt = performance.now() + Math.max(leastIntervalMs, tookMs / mostShare)
  }
}

function lackingWindows(studies: Study[]): Series[] {
  return studies.flatMap(({ series }) => series).filter(({ windows }) => windows.length === 0)
}
