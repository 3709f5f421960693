import type { ErrorCode, NidusError } from '../contract/errors'

/** What to say, by code; the reason follows in brackets where there is one. */
const sentences: Partial<Record<ErrorCode, string>> = {
  'nothing-readable': 'nothing that Nidus can read was found',
  'model-not-found': 'there is no such model',
  'model-manifest-invalid': 'the manifest of the model is not valid',
  'model-hash-mismatch': 'the network file is not the one that the manifest describes',
  'model-file-missing': 'the network file of the model cannot be read',
  'model-session-failed': 'ONNX Runtime cannot load the network',
  'model-exists': 'a model with this ID is there already',
  'model-statistics-failed': 'score statistics cannot be fitted',
  'onnx-malformed': 'the network file is not a valid ONNX file',
  'onnx-external-data-missing': 'the weights that the network file points to are missing',
  'onnx-opset-unsupported': 'the network file uses an operator set that Nidus does not know',
  'onnx-operator-without-gradient': 'the network uses an operator that Nidus cannot differentiate',
  'onnx-role-invalid': 'inputs and outputs of the network are not as stated',
  'onnx-shape-unknown': 'a shape inside the network cannot be worked out',
  'onnx-gradient-check-failed': 'the gradients of the network did not pass their check',
  'engine-crashed': 'the engine process crashed again and again',
  'engine-failed': 'the network could not be run',
  'map-unavailable': 'the model cannot make this map',
  'output-unwritable': 'cannot write the output',
  'feedback-unavailable': 'the feedback store cannot be opened',
  'feedback-newer': 'the feedback store was written by a newer Nidus',
  'feedback-corrupt': 'this is no whole feedback store',
  'feedback-import-invalid': 'this is no feedback that Nidus exported',
  internal: 'Nidus failed'
}

/** Facts of an error that help, in this order. */
const shownFacts = ['path', 'field', 'model', 'map', 'node', 'operator', 'expected', 'found'] as const

/** One line for people: what happened, to what, and why. */
export function describeError({ code, context }: NidusError): string {
  if (code === 'usage') return String(context.reason ?? 'wrong arguments')
  const facts = shownFacts
    .filter((fact) => context[fact] !== undefined && context[fact] !== null && context[fact] !== '')
    .map((fact) => (fact === 'path' ? String(context.path) : `${fact} ${context[fact]}`))
  if (context.reason) facts.push(String(context.reason))
  const sentence = sentences[code] ?? code
  return `${sentence}${facts.length ? `: ${facts.join(', ')}` : ''} [${code}]`
}
