import type { ThumbnailMessage, SlicePixelsMessage } from '../contract/channels'
import type { ErrorCode, ErrorContext } from '../contract/errors'
import type { OpeningProgress } from '../contract/opening-channels'
import type { OpenedStudies, Series, Slice, Study } from '../contract/study'
import type { ImageOrigin } from '../image/dicom/read-origin'
import type { Work } from './reader-work'

/** A series without its slices: enough to read one of them. */
export type SeriesFacts = Omit<Series, 'slices'>

/** What the reader process is asked. It remembers nothing of the studies, so that a new one can take over. */
export type ReaderQuestion =
  | { kind: 'open'; paths: string[] }
  | { kind: 'pixels'; series: SeriesFacts; slice: Slice }
  | { kind: 'thumbnail'; series: SeriesFacts; slice: Slice }
  | { kind: 'origin'; slice: Slice }
  /** for the command line: writes what is in a file to others, as export/write-decoded.ts says */
  | { kind: 'decode'; path: string; target: string }

/** The answer to each kind of question. */
export interface ReaderAnswers {
  open: OpenedStudies
  pixels: SlicePixelsMessage
  thumbnail: ThumbnailMessage
  origin: ImageOrigin
  decode: { code: ErrorCode; context: ErrorContext } | null
}

/** The one file that a question is about; null for an opening. */
export function pathOf(question: ReaderQuestion): string | null {
  if (question.kind === 'open') return null
  return question.kind === 'decode' ? question.path : question.slice.source.path
}

/**
 * Messages from main to the reader process.
 * `refused`: files that ended a reader before, not to be looked into again
 */
export type ToReader =
  { id: number; question: ReaderQuestion; refused: string[] } | { id: number; cancel: true }

/** What comes of an opening before its answer. */
export type OpeningReport =
  | { kind: 'progress'; progress: OpeningProgress }
  /** slices of a series, in their order; they belong to every list after them that leaves out those of the series */
  | { kind: 'slices'; seriesId: string; from: number; slices: Slice[] }
  /** what there is so far of studies whose files are still read; as in the answer, long series come without slices */
  | { kind: 'grown'; studies: Study[] }

/** What a reader process says of itself. */
export type ReaderSign =
  /** a few times a second while it owes an answer: it neither hangs nor computes for long */
  | { sign: 'alive' }
  /** before and, with null, after work whose end nobody can foresee */
  | { sign: 'work'; number: number; work: Work | null }
  /** so many of its threads wait for disks in vain that another process does better */
  | { sign: 'worn' }

/** Messages from the reader process to main. */
export type FromReader =
  | ReaderSign
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
