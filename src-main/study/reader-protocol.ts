import type { ThumbnailMessage, SlicePixelsMessage } from '../contract/channels'
import type { ErrorCode, ErrorContext } from '../contract/errors'
import type { OpeningProgress } from '../contract/opening-channels'
import type { OpenedStudies, Series, Slice, Study } from '../contract/study'
import type { ImageOrigin } from '../image/dicom/read-origin'

/** A series without its slices: enough to read one of them. */
export type SeriesFacts = Omit<Series, 'slices'>

/** What the reader process is asked. It remembers nothing of the studies, so that a new one can take over. */
export type ReaderQuestion =
  | { kind: 'open'; paths: string[] }
  | { kind: 'pixels'; series: SeriesFacts; slice: Slice }
  | { kind: 'thumbnail'; series: SeriesFacts; slice: Slice }
  | { kind: 'origin'; slice: Slice }

/** The answer to each kind of question. */
export interface ReaderAnswers {
  open: OpenedStudies
  pixels: SlicePixelsMessage
  thumbnail: ThumbnailMessage
  origin: ImageOrigin
}

/** Messages from main to the reader process. */
export type ToReader = { id: number; question: ReaderQuestion } | { id: number; cancel: true }

/** What comes of an opening before its answer. */
export type OpeningReport =
  | { kind: 'progress'; progress: OpeningProgress }
  /** slices of a series, in their order; they belong to every list after them that leaves out those of the series */
  | { kind: 'slices'; seriesId: string; from: number; slices: Slice[] }
  /** what there is so far of studies whose files are still read; as in the answer, long series come without slices */
  | { kind: 'grown'; studies: Study[] }

/** Messages from the reader process to main. */
export type FromReader =
  | { id: number; report: OpeningReport }
  | { id: number; ok: true; answer: ReaderAnswers[keyof ReaderAnswers] }
  | { id: number; ok: false; code: ErrorCode; context: ErrorContext }

/** A running reader process, whatever started it. */
export interface ReaderProcess {
  post(message: ToReader): void
  onMessage(listener: (message: FromReader) => void): void
  /** called once, also where the process could not be started */
  onExit(listener: () => void): void
  kill(): void
}
export type SpawnReader = () => ReaderProcess
