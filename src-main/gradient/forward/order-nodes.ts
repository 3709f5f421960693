import { NidusError } from '../../contract/errors'
import type { OnnxNode } from '../onnx/onnx-model'

/**
 * The nodes that the wanted values need, in an order in which every node follows its inputs.
 * @throws NidusError `onnx-malformed` when the graph runs in a circle
 */
export function orderNodes(nodes: readonly OnnxNode[], wanted: readonly string[]): OnnxNode[] {
  const producers = new Map<string, OnnxNode>()
  for (const node of nodes) for (const name of node.outputs) if (name) producers.set(name, node)
  const ordered: OnnxNode[] = []
  const state = new Map<OnnxNode, 'open' | 'done'>()
  // an explicit stack: graphs are deeper than the call stack likes
  const stack: { node: OnnxNode; needs: string[] }[] = []
  const enter = (name: string): void => {
    const node = producers.get(name)
    if (!node || state.get(node) === 'done') return
    if (state.get(node) === 'open') {
      throw new NidusError('onnx-malformed', {
        node: node.name,
        operator: node.opType,
        reason: `node '${node.name}' needs its own result`
      })
    }
    state.set(node, 'open')
    stack.push({ node, needs: [...node.inputs, ...outerNames(node)] })
  }
  for (const name of wanted) {
    enter(name)
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      const next = top.needs.pop()
      if (next !== undefined) enter(next)
      else {
        state.set(top.node, 'done')
        ordered.push(top.node)
        stack.pop()
      }
    }
  }
  return ordered
}

/** Names that the branches of a node may take from the graph around it. */
function outerNames(node: OnnxNode): string[] {
  return Object.values(node.attributes).flatMap((attribute) => {
    if (attribute.kind !== 'graph') return []
    const { nodes, outputs } = attribute.value
    const inside = new Set(nodes.flatMap((inner) => inner.outputs))
    const used = [
      ...outputs.map((output) => output.name),
      ...nodes.flatMap((inner) => [...inner.inputs, ...outerNames(inner)])
    ]
    return used.filter((name) => name && !inside.has(name))
  })
}
