/** Every way Nidus can fail, as stable codes. Wording for people lives in the command line and the renderer. */
export const errorCodes = [
  // files and studies
  'file-not-found',
  'file-unreadable',
  'file-empty',
  'format-unknown',
  'dicom-malformed',
  'dicom-truncated',
  'dicom-no-pixel-data',
  'dicom-transfer-syntax-unsupported',
  'dicom-pixel-layout-unsupported',
  'pixel-decode-failed',
  'raster-malformed',
  'raster-unsupported',
  'frame-out-of-range',
  'nothing-readable',
  // models
  'model-not-found',
  'model-manifest-invalid',
  'model-hash-mismatch',
  'model-file-missing',
  'model-session-failed',
  'model-exists',
  'model-statistics-failed',
  // gradient graph
  'onnx-malformed',
  'onnx-external-data-missing',
  'onnx-opset-unsupported',
  'onnx-operator-without-gradient',
  'onnx-role-invalid',
  'onnx-shape-unknown',
  'onnx-gradient-check-failed',
  // engine
  'provider-unavailable',
  'engine-crashed',
  'engine-failed',
  'slice-without-foreground',
  'map-unavailable',
  // feedback store
  'feedback-unavailable',
  'feedback-newer',
  'feedback-corrupt',
  'feedback-blinded',
  'feedback-import-invalid',
  'threshold-changed',
  // settings
  'settings-damaged',
  // edges
  'request-invalid',
  'sender-foreign',
  'not-found',
  'series-growing',
  'usage',
  'output-unwritable',
  'internal'
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** Facts about a failure; values are plain so that they cross process boundaries. Never a patient identifier. */
export type ErrorContext = Record<string, string | number | boolean | null | undefined>

/**
 * The one error type that Nidus throws on purpose.
 * @param code stable code from {@link errorCodes}
 * @param context facts for the wording: `path`, `node`, `operator`, `reason`, … (no patient identifiers)
 */
export class NidusError extends Error {
  readonly code: ErrorCode
  readonly context: ErrorContext

  constructor(code: ErrorCode, context: ErrorContext = {}, options?: { cause?: unknown }) {
    super(`${code}: ${String(context.reason ?? '')}`.replace(/: $/, ''), options as ErrorOptions)
    this.name = 'NidusError'
    this.code = code
    this.context = context
  }
}

/** Turns anything thrown into a NidusError; unknown errors become `internal` with the original as cause. */
export function toNidusError(thrown: unknown): NidusError {
  if (thrown instanceof NidusError) return thrown
  const reason = thrown instanceof Error ? thrown.message : String(thrown)
  return new NidusError('internal', { reason }, { cause: thrown })
}

/** Marks a switch as exhaustive. Throws `internal` when a value of an unforeseen variant arrives at run time. */
export function assertNever(value: never): never {
  throw new NidusError('internal', { reason: `unforeseen variant ${JSON.stringify(value)}` })
}
