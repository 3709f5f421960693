import type { ErrorCode } from '../contract/errors'

/** Exit codes of every command. */
export const exitCodes = {
  done: 0,
  /** something that Nidus itself did wrong */
  internal: 1,
  /** wrong arguments, an output folder that cannot be written among them */
  usage: 2,
  nothingReadable: 3,
  modelNotLoaded: 4,
  /** some files failed, the rest is written */
  donePartly: 5,
  /** 128 + SIGINT, as shells have it */
  interrupted: 130
} as const

/** The exit code of a command that ended with an error before anything was done. */
export function exitCodeOf(code: ErrorCode): number {
  if (code === 'usage' || code === 'output-unwritable' || code === 'map-unavailable') return exitCodes.usage
  if (code === 'nothing-readable') return exitCodes.nothingReadable
  if (code.startsWith('model-') || code.startsWith('onnx-')) return exitCodes.modelNotLoaded
  return exitCodes.internal
}
