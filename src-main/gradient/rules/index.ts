import {
  celuRule,
  eluRule,
  geluRule,
  hardSigmoidRule,
  hardSwishRule,
  leakyReluRule,
  mishRule,
  preluRule,
  reluRule,
  seluRule,
  sigmoidRule,
  softplusRule,
  softsignRule,
  swishRule,
  tanhRule,
  thresholdedReluRule
} from './activation'
import {
  addRule,
  divRule,
  extremumRule,
  meanRule,
  modRule,
  mulRule,
  powRule,
  subRule,
  whereRule
} from './arithmetic'
import { convRule, convTransposeRule } from './convolution'
import {
  absRule,
  atanRule,
  clipRule,
  cosRule,
  coshRule,
  erfRule,
  expRule,
  logRule,
  negRule,
  reciprocalRule,
  sinRule,
  sinhRule,
  sqrtRule,
  tanRule
} from './elementary'
import {
  castRule,
  concatRule,
  depthToSpaceRule,
  expandRule,
  gatherElementsRule,
  gatherRule,
  identityRule,
  reshapeRule,
  sliceRule,
  spaceToDepthRule,
  splitRule,
  tileRule,
  transposeRule,
  triluRule
} from './layout'
import { einsumRule, gemmRule, matMulRule } from './linear'
import {
  batchNormalizationRule,
  groupNormalizationRule,
  instanceNormalizationRule,
  layerNormalizationRule,
  logSoftmaxRule,
  lpNormalizationRule,
  rmsNormalizationRule,
  softmaxRule
} from './normalization'
import { padRule } from './padding'
import { averagePoolRule, globalAveragePoolRule, globalMaxPoolRule, maxPoolRule } from './pooling'
import {
  reduceExtremumRule,
  reduceL1Rule,
  reduceL2Rule,
  reduceLogSumExpRule,
  reduceLogSumRule,
  reduceMeanRule,
  reduceProdRule,
  reduceSumRule,
  reduceSumSquareRule
} from './reduction'
import { resizeRule } from './resampling'
import type { GradientRule } from './rule'

/**
 * Every operator that Nidus can differentiate, by family. Upsample and Attention are written as operators of this
 * table when a model is read; Constant, Dropout, Shape arithmetic and noise are gone by then.
 * An operator that is missing here is a typed error.
 */
export const gradientRules: ReadonlyMap<string, GradientRule> = new Map<string, GradientRule>([
  // arithmetic
  ['Add', addRule],
  ['Sub', subRule],
  ['Mul', mulRule],
  ['Div', divRule],
  ['Pow', powRule],
  ['Mod', modRule],
  ['Min', extremumRule],
  ['Max', extremumRule],
  ['Sum', addRule],
  ['Mean', meanRule],
  ['Where', whereRule],
  // elementary functions
  ['Neg', negRule],
  ['Abs', absRule],
  ['Exp', expRule],
  ['Log', logRule],
  ['Sqrt', sqrtRule],
  ['Reciprocal', reciprocalRule],
  ['Erf', erfRule],
  ['Clip', clipRule],
  ['Sin', sinRule],
  ['Cos', cosRule],
  ['Tan', tanRule],
  ['Atan', atanRule],
  ['Sinh', sinhRule],
  ['Cosh', coshRule],
  // activations
  ['Relu', reluRule],
  ['LeakyRelu', leakyReluRule],
  ['PRelu', preluRule],
  ['Elu', eluRule],
  ['Selu', seluRule],
  ['Celu', celuRule],
  ['ThresholdedRelu', thresholdedReluRule],
  ['Sigmoid', sigmoidRule],
  ['HardSigmoid', hardSigmoidRule],
  ['HardSwish', hardSwishRule],
  ['Tanh', tanhRule],
  ['Softplus', softplusRule],
  ['Softsign', softsignRule],
  ['Mish', mishRule],
  ['Swish', swishRule],
  ['Gelu', geluRule],
  // linear maps
  ['Conv', convRule],
  ['ConvTranspose', convTransposeRule],
  ['Gemm', gemmRule],
  ['MatMul', matMulRule],
  ['Einsum', einsumRule],
  // normalisation
  ['BatchNormalization', batchNormalizationRule],
  ['InstanceNormalization', instanceNormalizationRule],
  ['GroupNormalization', groupNormalizationRule],
  ['LayerNormalization', layerNormalizationRule],
  ['RMSNormalization', rmsNormalizationRule],
  ['LpNormalization', lpNormalizationRule],
  ['Softmax', softmaxRule],
  ['LogSoftmax', logSoftmaxRule],
  // reductions
  ['ReduceSum', reduceSumRule],
  ['ReduceMean', reduceMeanRule],
  ['ReduceL1', reduceL1Rule],
  ['ReduceL2', reduceL2Rule],
  ['ReduceSumSquare', reduceSumSquareRule],
  ['ReduceLogSum', reduceLogSumRule],
  ['ReduceLogSumExp', reduceLogSumExpRule],
  ['ReduceProd', reduceProdRule],
  ['ReduceMax', reduceExtremumRule],
  ['ReduceMin', reduceExtremumRule],
  // pooling and resampling
  ['GlobalAveragePool', globalAveragePoolRule],
  ['GlobalMaxPool', globalMaxPoolRule],
  ['AveragePool', averagePoolRule],
  ['MaxPool', maxPoolRule],
  ['Resize', resizeRule],
  // layout
  ['Pad', padRule],
  ['Identity', identityRule],
  ['Cast', castRule],
  ['Reshape', reshapeRule],
  ['Flatten', reshapeRule],
  ['Squeeze', reshapeRule],
  ['Unsqueeze', reshapeRule],
  ['Transpose', transposeRule],
  ['Expand', expandRule],
  ['Tile', tileRule],
  ['Concat', concatRule],
  ['Split', splitRule],
  ['Slice', sliceRule],
  ['Gather', gatherRule],
  ['GatherElements', gatherElementsRule],
  ['DepthToSpace', depthToSpaceRule],
  ['SpaceToDepth', spaceToDepthRule],
  ['Trilu', triluRule]
])

const piecewiseConstant = new Set([
  'Sign',
  'Floor',
  'Ceil',
  'Round',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Not',
  'And',
  'Or',
  'Xor',
  'IsNaN',
  'IsInf',
  'Shape',
  'Size',
  'ArgMax',
  'ArgMin',
  'NonZero',
  'OneHot',
  'Hardmax',
  'ConstantOfShape'
])

/** Operators whose derivative is zero wherever it exists: nothing flows back through them. */
export const isPiecewiseConstant = (opType: string): boolean => piecewiseConstant.has(opType)
