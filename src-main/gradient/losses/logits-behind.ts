import type { GraphBuilder } from '../graph/graph-builder'

const views = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose'])

/**
 * The logits of a value that is the Sigmoid of something, possibly reshaped or transposed afterwards; the same
 * views are then laid over the logits. Undefined when there is no Sigmoid behind the value.
 */
export function logitsBehind(b: GraphBuilder, value: string): string | undefined {
  const node = b.producerOf(value)
  if (node?.opType === 'Sigmoid') return node.inputs[0]
  if (!node || !views.has(node.opType)) return undefined
  const inner = logitsBehind(b, node.inputs[0]!)
  return inner === undefined
    ? undefined
    : b.op(node.opType, [inner, ...node.inputs.slice(1)], node.attributes)
}
