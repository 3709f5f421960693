import type { Envelope } from '../../src-main/contract/channels'
import type { ErrorCode, ErrorContext } from '../../src-main/contract/errors'
import type { NidusApi } from '../../src-main/contract/preload-api'

declare global {
  interface Window {
    readonly nidus: NidusApi
  }
}

/** A refusal from main, as it is thrown in the renderer. Its wording is in describe-error.ts. */
export class RequestError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly context: ErrorContext
  ) {
    super(code)
    this.name = 'RequestError'
  }
}

/** The value of an answer; throws {@link RequestError} for a refusal. */
export async function unwrap<T>(answer: Promise<Envelope<T>> | Envelope<T>): Promise<T> {
  const envelope = await answer
  if (envelope.ok) return envelope.value
  throw new RequestError(envelope.error.code, envelope.error.context)
}

/** The only way from the page to the rest of the app. */
export const nidus: NidusApi = window.nidus
