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
  private openings = 0
  private readonly listeners = new Set<(opened: OpenedStudies, closedSeries: string[]) => void>()

  private readonly underWay = new Set<AbortController>()

  /** @param onProgress told how far opening has come, and null once nothing is being opened */
  constructor(
    private readonly reader: Pick<ReaderClient, 'ask'>,
    private readonly onProgress: (progress: OpeningProgress | null) => void = () => undefined
  ) {}

  /**
   * Opens files and folders and adds their studies to the list; a study that is open already is replaced.
   * @returns what came of these paths alone
   */
  async open(paths: string[]): Promise<OpenedStudies> {
    const opening = ++this.openings
    const found = await this.read(paths)
    if (found.cancelled) return found
    const prefix = `o${opening}-`
    const studies = found.studies.map((study) => withPrefix(study, prefix))
    const problems = found.problems.map((problem) =>
      problem.seriesId === undefined ? problem : { ...problem, seriesId: prefix + problem.seriesId }
    )
    const replaced = new Set(studies.map(({ studyInstanceUid }) => studyInstanceUid))
    const closed = this.studies.filter(({ studyInstanceUid }) => replaced.has(studyInstanceUid))
    this.studies = [...studies, ...this.studies.filter((study) => !closed.includes(study))]
    const gone = new Set(closed.flatMap(({ series }) => series.map(({ id }) => id)))
    const kept = this.problems.filter(({ seriesId }) => seriesId === undefined || !gone.has(seriesId))
    this.problems = withoutTwins([...problems, ...kept])
    this.tell(closed)
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

  private async read(paths: string[]): Promise<OpenedStudies> {
    const stop = new AbortController()
    this.underWay.add(stop)
    try {
      const { signal } = stop
      return await this.reader.ask({ kind: 'open', paths }, { signal, onProgress: this.onProgress })
    } finally {
      this.underWay.delete(stop)
      if (this.underWay.size === 0) this.onProgress(null)
    }
  }

  list(): OpenedStudies {
    return { studies: this.studies, problems: this.problems }
  }

  closeAll(): void {
    const closed = this.studies
    this.studies = []
    this.problems = []
    this.tell(closed)
  }

  /** @throws not-found */
  series(seriesId: string): Series {
    for (const { series } of this.studies) {
      const found = series.find(({ id }) => id === seriesId)
      if (found) return found
    }
    throw new NidusError('not-found', { seriesId, reason: 'the series was closed' })
  }

  /** The study that a series belongs to. @throws not-found */
  studyOf(seriesId: string): Study {
    const found = this.studies.find(({ series }) => series.some(({ id }) => id === seriesId))
    if (!found) throw new NidusError('not-found', { seriesId, reason: 'the series was closed' })
    return found
  }

  /** Patient and scanner of a series, by its first slice. @throws not-found, or why the file can not be read */
  origin(seriesId: string): Promise<ImageOrigin> {
    return this.reader.ask({ kind: 'origin', slice: sliceOf(this.series(seriesId), 0) })
  }

  /** Pixels of a slice. @throws not-found, or why the file can not be read */
  pixels(seriesId: string, sliceIndex: number): Promise<SlicePixelsMessage> {
    const series = this.series(seriesId)
    return this.reader.ask({ kind: 'pixels', series: factsOf(series), slice: sliceOf(series, sliceIndex) })
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

  private tell(closed: Study[]): void {
    const closedSeries = closed.flatMap(({ series }) => series.map(({ id }) => id))
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

function withPrefix(study: Study, prefix: string): Study {
  return {
    ...study,
    id: prefix + study.id,
    series: study.series.map((series) => ({
      ...series,
      id: prefix + series.id,
      slices: series.slices.map((slice) => ({ ...slice, id: prefix + slice.id }))
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
