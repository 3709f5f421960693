import { NidusError } from '../contract/errors'
import type { SlicePixelsMessage, ThumbnailMessage } from '../contract/channels'
import { slicesAtOnce, type OpeningProgress } from '../contract/opening-channels'
import type { OpenedStudies, Series, Slice, Study, StudyProblem } from '../contract/study'
import type { ImageOrigin } from '../image/dicom/read-origin'
import type { ReaderClient } from './reader-client'
import type { SeriesFacts } from './reader-protocol'

/** What is open in the app. Ids given out here are never used twice while it runs. */
export class StudyRegistry {
  private studies: Study[] = []
  private problems: StudyProblem[] = []
  /** what there is of studies whose files are still read, by opening */
  private readonly growing = new Map<number, Study[]>()
  private openings = 0
  /** series that listeners know of */
  private told = new Set<string>()
  private readonly listeners = new Set<(opened: OpenedStudies, closedSeries: string[]) => void>()

  private readonly underWay = new Set<AbortController>()

  /** @param onProgress told how far opening has come, and null once nothing is being opened */
  constructor(
    private readonly reader: Pick<ReaderClient, 'ask'>,
    private readonly onProgress: (progress: OpeningProgress | null) => void = () => undefined
  ) {}

  /**
   * Opens files and folders and adds their studies to the list; a study that is open already is replaced. While their
   * files are read, what there is of the studies is in the list in the place of those that they will replace.
   * @returns what came of these paths alone
   */
  async open(paths: string[]): Promise<OpenedStudies> {
    const opening = ++this.openings
    const prefix = `o${opening}-`
    const known: PrefixedSlices = new WeakMap()
    const found = await this.read(paths, (studies) => {
      this.growing.set(
        opening,
        studies.map((study) => withPrefix(study, prefix, known))
      )
      this.tell()
    }).catch((error: unknown) => {
      this.withdraw(opening)
      throw error
    })
    if (found.cancelled) {
      this.withdraw(opening)
      return found
    }
    this.growing.delete(opening)
    const studies = found.studies.map((study) => withPrefix(study, prefix, known))
    const problems = found.problems.map((problem) =>
      problem.seriesId === undefined ? problem : { ...problem, seriesId: prefix + problem.seriesId }
    )
    const closed = this.studies.filter(isAmong(studies))
    this.studies = [...studies, ...this.studies.filter((study) => !closed.includes(study))]
    const gone = new Set(closed.flatMap(({ series }) => series.map(({ id }) => id)))
    const kept = this.problems.filter(({ seriesId }) => seriesId === undefined || !gone.has(seriesId))
    this.problems = withoutTwins([...problems, ...kept])
    this.tell()
    return { studies, problems }
  }

  /** Ends whatever is being opened; what it would have added stays away. */
  cancelOpening(): void {
    for (const stop of this.underWay) stop.abort()
  }

  /** Slices of a series from that index on, as many as one message may carry. @throws not-found */
  slices(seriesId: string, from: number): Slice[] {
    return this.series(seriesId).slices.slice(from, from + slicesAtOnce)
  }

  private async read(paths: string[], onGrown: (studies: Study[]) => void): Promise<OpenedStudies> {
    const stop = new AbortController()
    this.underWay.add(stop)
    try {
      const { signal } = stop
      const { onProgress } = this
      return await this.reader.ask({ kind: 'open', paths }, { signal, onProgress, onGrown })
    } finally {
      this.underWay.delete(stop)
      if (this.underWay.size === 0) this.onProgress(null)
    }
  }

  /** What is open, and before it what is being opened. */
  list(): OpenedStudies {
    const growing = this.growingStudies()
    const replaced = isAmong(growing)
    const studies = this.studies.filter((study) => !replaced(study))
    return { studies: [...growing, ...studies], problems: this.problems }
  }

  closeAll(): void {
    this.studies = []
    this.problems = []
    this.tell()
  }

  /** @throws not-found */
  series(seriesId: string): Series {
    for (const { series } of this.all()) {
      const found = series.find(({ id }) => id === seriesId)
      if (found) return found
    }
    throw new NidusError('not-found', { seriesId, reason: 'the series was closed' })
  }

  /** As {@link series}, for work that needs all of it. @throws not-found; series-growing while files of it may come */
  wholeSeries(seriesId: string): Series {
    const series = this.series(seriesId)
    if (series.growing !== undefined) throw new NidusError('series-growing', { seriesId })
    return series
  }

  /** The study that a series belongs to. @throws not-found */
  studyOf(seriesId: string): Study {
    const found = this.all().find(({ series }) => series.some(({ id }) => id === seriesId))
    if (!found) throw new NidusError('not-found', { seriesId, reason: 'the series was closed' })
    return found
  }

  /** Patient and scanner of a series, by its first slice. @throws not-found, or why the file can not be read */
  origin(seriesId: string): Promise<ImageOrigin> {
    return this.reader.ask({ kind: 'origin', slice: sliceOf(this.series(seriesId), 0) })
  }

  /**
   * Pixels of a slice.
   * @param sliceId goes before the index where both are given: that of a slice changes while its series grows
   * @throws not-found, or why the file can not be read
   */
  pixels(seriesId: string, sliceIndex: number, sliceId?: string): Promise<SlicePixelsMessage> {
    const series = this.series(seriesId)
    const named = sliceId === undefined ? undefined : series.slices.find(({ id }) => id === sliceId)
    const slice = named ?? sliceOf(series, sliceIndex)
    return this.reader.ask({ kind: 'pixels', series: factsOf(series), slice })
  }

  /** The middle slice, small. @throws not-found, or why the file can not be read */
  thumbnail(seriesId: string): Promise<ThumbnailMessage> {
    const series = this.series(seriesId)
    const slice = sliceOf(series, series.slices.length >> 1)
    return this.reader.ask({ kind: 'thumbnail', series: factsOf(series), slice })
  }

  /** Calls the listener on every change, with the ids of the series that are gone. */
  onChange(listener: (opened: OpenedStudies, closedSeries: string[]) => void): void {
    this.listeners.add(listener)
  }

  /** Takes what there was of an opening out of the list. */
  private withdraw(opening: number): void {
    if (this.growing.delete(opening)) this.tell()
  }

  private growingStudies(): Study[] {
    return [...this.growing.values()].flat()
  }

  /** Those that wait to be replaced, too: they come back where the opening is cancelled. */
  private all(): Study[] {
    return [...this.growingStudies(), ...this.studies]
  }

  private tell(): void {
    const now = new Set(this.all().flatMap(({ series }) => series.map(({ id }) => id)))
    const closedSeries = [...this.told].filter((id) => !now.has(id))
    this.told = now
    for (const listener of this.listeners) listener(this.list(), closedSeries)
  }
}

function sliceOf(series: Series, sliceIndex: number): Slice {
  const slice = series.slices[sliceIndex]
  if (!slice) throw new NidusError('not-found', { seriesId: series.id, sliceIndex, reason: 'no such slice' })
  return slice
}

function factsOf({ slices: _, ...facts }: Series): SeriesFacts {
  return facts
}

function isAmong(studies: Study[]): (study: Study) => boolean {
  const uids = new Set(studies.map(({ studyInstanceUid }) => studyInstanceUid))
  return ({ studyInstanceUid }) => uids.has(studyInstanceUid)
}

/** Slices with a prefix by those without: a list that grows brings most of its series as they were. */
type PrefixedSlices = WeakMap<Slice[], Slice[]>

function withPrefix(study: Study, prefix: string, known: PrefixedSlices): Study {
  const prefixed = (slices: Slice[]): Slice[] => {
    const own = known.get(slices) ?? slices.map((slice) => ({ ...slice, id: prefix + slice.id }))
    known.set(slices, own)
    return own
  }
  return {
    ...study,
    id: prefix + study.id,
    series: study.series.map((series) => ({
      ...series,
      id: prefix + series.id,
      slices: prefixed(series.slices)
    }))
  }
}

function withoutTwins(problems: StudyProblem[]): StudyProblem[] {
  const seen = new Set<string>()
  return problems.filter(({ code, path, message }) => {
    const key = JSON.stringify([code, path, message])
    return !seen.has(key) && seen.add(key)
  })
}
