import { isFloatType } from '../onnx/onnx-tensor'
import { gradientRules, isPiecewiseConstant } from '../rules'
import { refuseNode, ruleCall } from '../rules/rule'
import { add } from './expressions'
import type { GraphBuilder } from './graph-builder'

/** Values that depend on the input through floating point arithmetic, over the nodes made so far. */
export function valuesDependingOn(b: GraphBuilder, input: string): Set<string> {
  const dependent = new Set([input])
  for (const node of b.nodes) {
    if (isPiecewiseConstant(node.opType) || !node.inputs.some((name) => dependent.has(name))) continue
    for (const name of node.outputs) if (name && isFloatType(b.dataTypeOf(name))) dependent.add(name)
  }
  return dependent
}

/**
 * Reverse-mode differentiation: appends to the graph the gradient of `sum over seeds of <seed, value>` with
 * respect to the input. Values with several uses accumulate; what the seeds do not reach is not touched.
 *
 * @param b graph whose nodes are in topological order
 * @param seeds value name -> gradient with respect to that value (same shape)
 * @param input value to differentiate with respect to
 * @returns name of the gradient in the shape of the input, or undefined when the seeds do not depend on it
 * @throws NidusError `onnx-operator-without-gradient` for an operator without a rule on the path
 */
export function appendGradient(
  b: GraphBuilder,
  seeds: ReadonlyMap<string, string>,
  input: string
): string | undefined {
  const dependent = valuesDependingOn(b, input)
  const forward = [...b.nodes]
  const gradients = new Map<string, string>()
  const accumulate = (name: string, gradient: string): void => {
    const earlier = gradients.get(name)
    gradients.set(name, earlier === undefined ? gradient : add(b, earlier, gradient))
  }
  for (const [name, seed] of seeds) if (dependent.has(name)) accumulate(name, seed)
  for (const node of forward.reverse()) {
    const grads = node.outputs.map((name) => (name ? gradients.get(name) : undefined))
    if (grads.every((gradient) => gradient === undefined)) continue
    if (!node.inputs.some((name) => dependent.has(name))) continue
    b.origin = node.origin
    const rule = gradientRules.get(node.opType)
    if (!rule)
      refuseNode(
        node,
        `no gradient rule for operator ${node.opType}; export the model with another layer or without custom operators`
      )
    const results = rule(ruleCall(b, node, grads, (name) => dependent.has(name)))
    results.forEach((gradient, index) => {
      const name = node.inputs[index]
      if (gradient !== undefined && name && dependent.has(name)) accumulate(name, gradient)
    })
  }
  b.origin = undefined
  return gradients.get(input)
}
