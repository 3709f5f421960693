import type { ValueFacts } from '../graph/value-facts'
import { inferBroadcast, inferCast, inferComparison, inferLikeFirst } from './infer-elementwise'
import {
  inferConcat,
  inferConstantOfShape,
  inferDepthToSpace,
  inferExpand,
  inferFlatten,
  inferGather,
  inferGatherElements,
  inferPad,
  inferReshape,
  inferScalarInt64,
  inferShape,
  inferSlice,
  inferSpaceToDepth,
  inferSplit,
  inferSqueeze,
  inferTile,
  inferTranspose,
  inferUnsqueeze
} from './infer-layout'
import { inferConv, inferConvTranspose, inferEinsum, inferGemm, inferMatMul } from './infer-linear'
import { inferLayerNormalization } from './infer-normalization'
import { inferGlobalPool, inferPool } from './infer-pooling'
import { inferArgReduction, inferReduction } from './infer-reduction'
import type { OperatorCall } from './operator-call'
import { resizePlan } from './resize-plan'

type Inference = (call: OperatorCall) => ValueFacts[]

const inferResize: Inference = (call) => [
  { dataType: call.inputs[0]!.dataType, shape: resizePlan(call)?.output }
]

const families: readonly [Inference, string][] = [
  [
    inferLikeFirst,
    'Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization Ceil Celu Clip Cos Cosh Dropout Elu Erf Exp Floor Gelu GroupNormalization HardSigmoid HardSwish Hardmax Identity InstanceNormalization LRN LeakyRelu Log LogSoftmax LpNormalization MeanVarianceNormalization Mish Neg PRelu RMSNormalization Reciprocal Relu Round ScatterElements ScatterND Selu Shrink Sigmoid Sign Sin Sinh Softmax Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu Trilu'
  ],
  [inferBroadcast, 'Add Sub Mul Div Pow Min Max Mean Sum Where Mod'],
  [inferComparison, 'Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor'],
  [
    inferReduction,
    'ReduceMean ReduceSum ReduceL1 ReduceL2 ReduceMax ReduceMin ReduceProd ReduceSumSquare ReduceLogSum ReduceLogSumExp'
  ],
  [inferArgReduction, 'ArgMax ArgMin'],
  [inferPool, 'AveragePool MaxPool LpPool'],
  [inferGlobalPool, 'GlobalAveragePool GlobalMaxPool GlobalLpPool'],
  [inferResize, 'Resize']
]

const logicalNot: Inference = (call) => [{ dataType: 9, shape: call.inputs[0]!.shape }]

/** Shape inference by operator. An operator that is not listed has outputs of unknown shape. */
const inferences = new Map<string, Inference>([
  ...families.flatMap(([inference, names]) => names.split(' ').map((name) => [name, inference] as const)),
  ['Cast', inferCast],
  ['Concat', inferConcat],
  ['ConstantOfShape', inferConstantOfShape],
  ['Conv', inferConv],
  ['ConvTranspose', inferConvTranspose],
  ['DepthToSpace', inferDepthToSpace],
  ['Einsum', inferEinsum],
  ['Expand', inferExpand],
  ['Flatten', inferFlatten],
  ['Gather', inferGather],
  ['GatherElements', inferGatherElements],
  ['Gemm', inferGemm],
  ['IsInf', logicalNot],
  ['IsNaN', logicalNot],
  ['LayerNormalization', inferLayerNormalization],
  ['MatMul', inferMatMul],
  ['Not', logicalNot],
  ['Pad', inferPad],
  ['Reshape', inferReshape],
  ['Shape', inferShape],
  ['Size', inferScalarInt64],
  ['Slice', inferSlice],
  ['SpaceToDepth', inferSpaceToDepth],
  ['Split', inferSplit],
  ['Squeeze', inferSqueeze],
  ['Tile', inferTile],
  ['Transpose', inferTranspose],
  ['Unsqueeze', inferUnsqueeze]
])

/** Facts about the outputs of a call; the shape is undefined where it cannot be told before the graph runs. */
export function inferOutputs(call: OperatorCall): ValueFacts[] {
  const inference = call.inputs[0] && inferences.get(call.opType)
  const facts = inference ? inference(call) : []
  const dataType = call.inputs[0]?.dataType ?? 1
  return Array.from(
    { length: call.outputCount },
    (_, index) => facts[index] ?? { dataType, shape: undefined }
  )
}
