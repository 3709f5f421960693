import { NidusError } from '../../contract/errors'
import type { BuiltNode, GraphBuilder } from '../graph/graph-builder'
import type { Attributes } from '../onnx/onnx-model'
import type { OperatorCall } from '../shape/operator-call'

/** One operator call of the forward graph, seen from the backward pass. */
export interface RuleCall {
  b: GraphBuilder
  inputs: readonly string[]
  outputs: readonly string[]
  attributes: Attributes
  /** gradient with respect to the first output */
  grad: string
  /** gradients with respect to every output; undefined where nothing flows back */
  grads: readonly (string | undefined)[]
  /** whether a gradient with respect to this input is wanted */
  needs(index: number): boolean
  /** the call as shape inference sees it */
  describe(): OperatorCall
  /** Throws `onnx-operator-without-gradient` with the node's name and the reason. */
  refuse(reason: string): never
}

/**
 * Vector-Jacobian product of one operator: from gradients with respect to its outputs to gradients with respect
 * to its inputs, in the shapes of the inputs. An undefined entry means that nothing flows to that input.
 */
export type GradientRule = (call: RuleCall) => (string | undefined)[]

/** Builds the rule's view of a node. */
export function ruleCall(
  b: GraphBuilder,
  node: BuiltNode,
  grads: readonly (string | undefined)[],
  isActive: (name: string) => boolean
): RuleCall {
  const { inputs, outputs, attributes } = node
  return {
    b,
    inputs,
    outputs,
    attributes,
    grad: grads[0] ?? '',
    grads,
    needs: (index) => Boolean(inputs[index]) && isActive(inputs[index]!),
    describe: () => b.describe(node.opType, inputs, attributes, outputs.length),
    refuse: (reason) => refuseNode(node, reason)
  }
}

/** Throws the typed error for a node that cannot be differentiated. */
export function refuseNode(node: BuiltNode, reason: string): never {
  const operator = node.origin?.operator ?? node.opType
  const name = node.origin?.node ?? node.name
  throw new NidusError('onnx-operator-without-gradient', {
    node: name,
    operator,
    reason: `node '${name}' (${operator}): ${reason}`
  })
}
