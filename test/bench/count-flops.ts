import { InferenceSession, Tensor } from '../../src-main/inference/onnx-runtime'
import type { OnnxGraph, OnnxModel, OnnxNode } from '../../src-main/gradient/onnx/onnx-model'
import { elementCount } from '../../src-main/gradient/onnx/onnx-tensor'
import { writeOnnxModel } from '../../src-main/gradient/onnx/write-model'

const counted = ['Conv', 'ConvTranspose', 'Gemm', 'MatMul']

/**
 * Floating point operations (a multiply-add counts as two) of the convolutions and matrix products of a graph for
 * one sample. Shapes come from one run that gives every operand out.
 * @param dims of the input x, batch 1
 */
export async function countFlops(model: OnnxModel, dims: number[]): Promise<number> {
  const { graph } = model
  const nodes = graph.nodes.filter(({ opType }) => counted.includes(opType))
  const sizes = await sizesOf(model, nodes, dims)
  return nodes.reduce((sum, node) => sum + flopsOf(node, sizes), 0)
}

function flopsOf({ opType, inputs, outputs, attributes }: OnnxNode, sizes: Map<string, number[]>): number {
  const [a, b, out] = [inputs[0], inputs[1], outputs[0]].map((name) => sizes.get(name as string) as number[])
  switch (opType) {
    case 'Conv': // every output element sums over one filter
      return 2 * elementCount(out) * elementCount(b.slice(1))
    case 'ConvTranspose': // every input element is spread by one filter
      return 2 * elementCount(a) * elementCount(b.slice(1))
    default: {
      const transposed =
        opType === 'Gemm' && attributes.transA?.kind === 'int' && attributes.transA.value === 1
      return 2 * elementCount(out) * (transposed ? a[0] : a[a.length - 1])
    }
  }
}

async function sizesOf(model: OnnxModel, nodes: OnnxNode[], dims: number[]): Promise<Map<string, number[]>> {
  const { graph } = model
  const sizes = new Map([...graph.initializers].map(([name, tensor]) => [name, tensor.dims]))
  sizes.set('x', dims)
  const names = new Set(nodes.flatMap(({ inputs, outputs }) => [...inputs.slice(0, 2), outputs[0] as string]))
  const unknown = [...names].filter((name) => !sizes.has(name))
  const opened: OnnxGraph = {
    ...graph,
    outputs: unknown.map((name) => ({ name, dataType: 1, dims: undefined }))
  }
  const session = await InferenceSession.create(writeOnnxModel({ ...model, graph: opened }), {
    graphOptimizationLevel: 'disabled'
  })
  const found = await session.run({ x: new Tensor('float32', new Float32Array(elementCount(dims)), dims) })
  for (const name of unknown) sizes.set(name, [...(found[name] as Tensor).dims])
  await session.release()
  return sizes
}
