import { NidusError } from '../../contract/errors'
import type { GradientSpec } from '../gradient-spec'
import type { OnnxModel } from '../onnx/onnx-model'
import { readOnnxModel } from '../onnx/read-model'
import type { Shape } from '../shape/dims'
import { inputShapeOf } from './input-shape'

/** Operator sets that Nidus reads: axes became inputs with 13; 26 is the newest that onnxruntime-node 1.30 runs. */
const oldestOpset = 13
const newestOpset = 26

/** A forward model that was read, and how its input is to be taken. */
export interface OpenForward {
  source: OnnxModel
  inputShape: Shape
  /** batch size that the file has baked in and that is to become open */
  bakedBatch: number | undefined
}

/**
 * Reads a forward model and builds something on it, with the batch opened wherever the file allows.
 * @returns what was built, and the batch size it is bound to where the batch could not be opened
 * @throws NidusError `onnx-*`; any other failure becomes `onnx-malformed`
 */
export function openForward<Built>(
  forward: Uint8Array,
  spec: GradientSpec,
  build: (opened: OpenForward) => Built
): { built: Built; fixedBatch: number | undefined } {
  try {
    return openBatch(forward, spec, build)
  } catch (thrown) {
    if (thrown instanceof NidusError) throw thrown
    // sizes, attributes and references of a damaged file can contradict each other in more ways than are named
    const reason = `the file contradicts itself (${thrown instanceof Error ? thrown.message : String(thrown)}); export or copy it again`
    throw new NidusError('onnx-malformed', { reason }, { cause: thrown })
  }
}

function openBatch<Built>(
  forward: Uint8Array,
  spec: GradientSpec,
  build: (opened: OpenForward) => Built
): { built: Built; fixedBatch: number | undefined } {
  const source = readOnnxModel(forward)
  if (source.opset < oldestOpset || source.opset > newestOpset) {
    const range = `${oldestOpset} to ${newestOpset}`
    throw new NidusError('onnx-opset-unsupported', {
      opset: source.opset,
      reason: `the model uses operator set ${source.opset}; export it with one from ${range}`
    })
  }
  const { shape, bakedBatch } = inputShapeOf(source, spec)
  const asItIs = (): Built => build({ source, inputShape: shape, bakedBatch: undefined })
  if (bakedBatch === undefined) return { built: asItIs(), fixedBatch: undefined }
  try {
    const inputShape = [-1, ...shape.slice(1)]
    return { built: build({ source, inputShape, bakedBatch }), fixedBatch: undefined }
  } catch (thrown) {
    // whatever stands in the way of an open batch may not matter for the batch size that the file was made for
    if (!(thrown instanceof NidusError)) throw thrown
    return { built: asItIs(), fixedBatch: bakedBatch }
  }
}
