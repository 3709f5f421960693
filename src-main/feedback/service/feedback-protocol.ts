import type { ErrorCode, ErrorContext } from '../../contract/errors'
import type { FeedbackQuestions } from './feedback-questions'

export type QuestionName = keyof FeedbackQuestions
export type QuestionOf<N extends QuestionName> = Parameters<FeedbackQuestions[N]>[1]
export type AnswerTo<N extends QuestionName> = Awaited<ReturnType<FeedbackQuestions[N]>>

/** Messages from main to the process that holds the store. */
export type ToFeedback = { id: number; name: QuestionName; argument: unknown }

/** Messages back. */
export type FromFeedback =
  | { id: number; ok: true; answer: unknown }
  | { id: number; ok: false; code: ErrorCode; context: ErrorContext }

/** The process's side of the channel. */
export interface FeedbackPort {
  post(message: FromFeedback): void
  onMessage(listener: (message: ToFeedback) => void): void
}

/** Main's side: a running process, whatever started it. */
export interface FeedbackProcess {
  post(message: ToFeedback): void
  onMessage(listener: (message: FromFeedback) => void): void
  /** called once, also where the process could not be started */
  onExit(listener: () => void): void
  kill(): void
}
export type SpawnFeedback = () => FeedbackProcess
