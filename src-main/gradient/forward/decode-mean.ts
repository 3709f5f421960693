import { sameShape } from '../shape/dims'
import type { ModelRoles } from '../gradient-spec'
import type { ForwardGraph } from './replay-forward'

/**
 * Lets the decoder take mu where the file adds a function of the spread to it without drawing noise (some public
 * evaluation graphs decode mu + sigma). Only an Add of mu itself and a value that depends on the spread counts.
 *
 * @returns a note for the user when something was changed
 */
export function decodeMean({ b, valueOf }: ForwardGraph, roles: ModelRoles): string[] {
  const spreadName = roles.logVar ?? roles.logStd ?? roles.std ?? roles.variance
  if (!roles.mu || !spreadName) return []
  const mu = valueOf(roles.mu)
  const fromSpread = new Set([valueOf(spreadName)])
  const replaced: string[] = []
  for (const node of b.nodes) {
    const other =
      node.opType === 'Add' && node.inputs.includes(mu) ? node.inputs.find((name) => name !== mu) : undefined
    const output = node.outputs[0]!
    const shape = b.factsOf(output).shape
    const muShape = b.factsOf(mu).shape
    if (other && fromSpread.has(other) && shape && muShape && sameShape(shape, muShape)) replaced.push(output)
    else if (node.inputs.some((name) => fromSpread.has(name)))
      node.outputs.forEach((name) => fromSpread.add(name))
  }
  for (const node of b.nodes) node.inputs = node.inputs.map((name) => (replaced.includes(name) ? mu : name))
  return replaced.length > 0
    ? ['the file decodes mu plus a function of the spread; z = mu is decoded instead']
    : []
}
