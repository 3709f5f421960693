import type { ForwardGraph } from './forward/replay-forward'
import type { BuiltNode } from './graph/graph-builder'
import type { OnnxModel, OnnxNode, OnnxValue } from './onnx/onnx-model'
import type { OnnxTensor } from './onnx/onnx-tensor'
import { dimToText } from './shape/dims'

/**
 * The file's structure around a finished graph: only what the outputs need, inputs and outputs by their names,
 * operator set and ir_version of the source.
 * @param outputs name in the file -> value of the graph
 * @param inputs the same; all of them become inputs of the file
 */
export function finishModel(
  source: OnnxModel,
  { b }: ForwardGraph,
  outputs: ReadonlyMap<string, string>,
  inputs: ReadonlyMap<string, string>
): OnnxModel {
  const nodes = neededNodes(b.nodes, new Set(outputs.values()))
  const names = finalNames(nodes, inputs, outputs)
  const rename = (name: string): string => names.get(name) ?? name
  const written: OnnxNode[] = nodes.map(({ origin: _, ...node }) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename)
  }))
  for (const [output, value] of outputs) {
    if (rename(value) !== output) {
      written.push({
        name: output,
        opType: 'Identity',
        domain: '',
        inputs: [rename(value)],
        outputs: [output],
        attributes: {}
      })
    }
  }
  const initializers = new Map<string, OnnxTensor>()
  for (const name of new Set([...nodes.flatMap((node) => node.inputs), ...outputs.values()])) {
    const tensor = b.constants.get(name)
    if (tensor) initializers.set(rename(name), tensor)
  }
  const declared = (name: string, value: string): OnnxValue => {
    const { dataType, shape } = b.factsOf(value)
    return { name, dataType, dims: shape?.map(dimToText) }
  }
  return {
    ...source,
    producerName: 'nidus',
    functions: [],
    graph: {
      name: `${source.graph.name || 'model'}_gradient`,
      nodes: written,
      initializers,
      inputs: [...inputs].map(([name, value]) => declared(name, value)),
      outputs: [...outputs].map(([output, value]) => declared(output, value)),
      values: []
    }
  }
}

function neededNodes(nodes: readonly BuiltNode[], wanted: Set<string>): BuiltNode[] {
  const kept: BuiltNode[] = []
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue
    for (const name of node.inputs) wanted.add(name)
    const outputs = node.outputs.map((name, index) => (index > 0 && !wanted.has(name) ? '' : name))
    while (outputs[outputs.length - 1] === '') outputs.pop()
    kept.push({ ...node, outputs: node.opType === 'Split' ? node.outputs : outputs })
  }
  return kept.reverse()
}

/** New names for the inputs and the outputs; a value of the source that already has such a name steps aside. */
function finalNames(
  nodes: readonly BuiltNode[],
  inputs: ReadonlyMap<string, string>,
  outputs: ReadonlyMap<string, string>
): Map<string, string> {
  const reserved = new Set<string>([...inputs.keys(), ...outputs.keys()])
  const produced = new Set(nodes.flatMap((node) => node.outputs))
  const used = new Set([
    ...produced,
    ...nodes.flatMap((node) => node.inputs),
    ...inputs.values(),
    ...outputs.values()
  ])
  const names = new Map<string, string>([...inputs].map(([name, value]) => [value, name]))
  for (const [output, value] of outputs)
    if (produced.has(value) && !names.has(value)) names.set(value, output)
  for (const name of used) {
    if (!name || !reserved.has(name) || names.has(name)) continue
    let aside = `${name}.source`
    while (used.has(aside)) aside += '_'
    names.set(name, aside)
  }
  return names
}
