import type { OnnxGraph } from '../gradient/onnx/onnx-model'

/**
 * Operators whose CPU kernels gave every element the same bits at any place of any batch (ONNX Runtime 1.30, x64:
 * batches of 2, 3, 4, 8 and 16 against single runs, odd and even sizes, two threads), or that only move values or
 * round each result once. Reductions are here although they fail for rows of odd length: there nearly every
 * value differs, so the comparison of the first batch sees it. Elu, Selu, Softplus, Mish and Log are not: there
 * a few elements in a thousand differ, which one comparison can miss.
 */
const steady = new Set(
  `Conv ConvTranspose Gemm MatMul Add Sub Mul Div Neg Abs Sign Sqrt Reciprocal Pow Exp Sigmoid Tanh Erf Gelu
  HardSigmoid HardSwish Softsign Relu LeakyRelu PRelu Clip Min Max Where Greater GreaterOrEqual Less LessOrEqual
  Equal And Or Not Cast Softmax ReduceSum ReduceMean ReduceMax ReduceMin GlobalAveragePool AveragePool MaxPool
  InstanceNormalization BatchNormalization Resize Upsample Pad Concat Split Slice Gather Reshape Flatten Squeeze
  Unsqueeze Transpose Expand Tile Identity Dropout Constant ConstantOfShape Shape Size Range DepthToSpace
  SpaceToDepth Sum`.split(/\s+/)
)

/**
 * Whether all operators of a graph may be trusted with batches once a first batch has been compared.
 * Operators of other domains than ONNX's own are not known and not trusted.
 */
export function hasSteadyOperators(graph: Pick<OnnxGraph, 'nodes'>): boolean {
  return graph.nodes.every(
    ({ opType, domain }) => (domain === '' || domain === 'ai.onnx') && steady.has(opType)
  )
}
