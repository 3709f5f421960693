import { NidusError } from '../../contract/errors'
import { valuesDependingOn } from '../graph/append-gradient'
import type { OnnxModel } from '../onnx/onnx-model'
import type { ForwardGraph } from './replay-forward'

/**
 * Refuses roles that name no value of the model.
 * @throws NidusError `onnx-role-invalid`
 */
export function checkRoles(source: OnnxModel, named: readonly string[]): void {
  const produced = new Set([
    ...source.graph.nodes.flatMap((node) => node.outputs),
    ...source.graph.inputs.map((input) => input.name)
  ])
  for (const name of named) {
    if (produced.has(name)) continue
    const known = source.graph.outputs.map((output) => output.name).join(', ')
    throw new NidusError('onnx-role-invalid', {
      value: name,
      reason: `the model gives no value '${name}'; its outputs are: ${known}`
    })
  }
}

/**
 * With an opened batch every value must have a known shape, or a batch size baked in elsewhere could go unseen.
 * @throws NidusError `onnx-shape-unknown`
 */
export function requireShapes({ b, input }: ForwardGraph): void {
  for (const name of valuesDependingOn(b, input)) b.shapeOf(name)
}
