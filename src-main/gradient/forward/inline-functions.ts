import type { Attributes, OnnxFunction, OnnxModel, OnnxNode } from '../onnx/onnx-model'
import { NidusError } from '../../contract/errors'

/**
 * Replaces calls of model-local functions (as the dynamo exporter writes them) by the nodes of their bodies, so
 * that only operators remain. Values inside a body get names of their own per call.
 */
export function inlineFunctions(model: OnnxModel): OnnxNode[] {
  if (model.functions.length === 0) return model.graph.nodes
  const byName = new Map(model.functions.map((entry) => [`${entry.domain}::${entry.name}`, entry]))
  let calls = 0
  const expand = (nodes: readonly OnnxNode[], depth: number): OnnxNode[] => {
    if (depth > 32)
      throw new NidusError('onnx-malformed', { reason: 'its local functions call each other without end' })
    return nodes.flatMap((node) => {
      const body = byName.get(`${node.domain}::${node.opType}`)
      return body ? expand(instantiate(body, node, `${node.opType}.${calls++}`), depth + 1) : [node]
    })
  }
  return expand(model.graph.nodes, 0)
}

function instantiate(body: OnnxFunction, call: OnnxNode, prefix: string): OnnxNode[] {
  const names = new Map<string, string>([['', '']])
  body.inputs.forEach((name, index) => names.set(name, call.inputs[index] ?? ''))
  body.outputs.forEach((name, index) => names.set(name, call.outputs[index] ?? `${prefix}/${name}`))
  const rename = (name: string): string => {
    const known = names.get(name)
    if (known !== undefined) return known
    names.set(name, `${prefix}/${name}`)
    return `${prefix}/${name}`
  }
  return body.nodes.map((node) => ({
    ...node,
    name: `${call.name || call.opType}/${node.name || node.opType}`,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
    attributes: resolveAttributes(node.attributes, call.attributes, body.defaults)
  }))
}

function resolveAttributes(own: Attributes, given: Attributes, defaults: Attributes): Attributes {
  const resolved: Attributes = {}
  for (const [name, attribute] of Object.entries(own)) {
    const value =
      attribute.kind === 'reference' ? (given[attribute.value] ?? defaults[attribute.value]) : attribute
    if (value) resolved[name] = value
  }
  return resolved
}
