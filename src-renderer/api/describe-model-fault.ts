import { describeError, describeThrown } from './describe-error'
import { RequestError } from './nidus'

/** A failure of adding, checking or removing a model, in plain words and without options of the command line. */
export function describeModelFault(thrown: unknown): string {
  if (!(thrown instanceof RequestError)) return describeThrown(thrown)
  const { code, context } = thrown
  const text = code === 'usage' ? sentence(String(context.reason ?? '')) : describeError(code, context)
  return withNames(withoutCommandLine(text), code, context)
}

/** Advice for the command line means nothing in the window. */
function withoutCommandLine(text: string): string {
  return text
    .replace(/ \(--[^)]*\)/g, '')
    .replace(/,? or remove it first: nidus models remove \S+/g, ', or remove it first')
    .replace(/--([a-z]+)/g, '$1')
}

/** The node at which a network can not be differentiated helps whoever exports it again. */
function withNames(text: string, code: string, { node, reason }: Record<string, unknown>): string {
  if (code !== 'onnx-operator-without-gradient') return text
  const where = node ? ` It is at the node '${String(node)}'.` : ''
  return `${text}${where}${reason ? ` ${sentence(String(reason))}` : ''}`
}

function sentence(text: string): string {
  const ended = /[.!?]$/.test(text) ? text : `${text}.`
  return ended.charAt(0).toUpperCase() + ended.slice(1)
}
