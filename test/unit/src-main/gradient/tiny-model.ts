import type { Attributes, OnnxModel, OnnxNode } from '../../../../src-main/gradient/onnx/onnx-model'
import {
  DataType,
  elementCount,
  tensorOf,
  type OnnxTensor
} from '../../../../src-main/gradient/onnx/onnx-tensor'

/** Numbers in [0, 1) from a 32-bit seed (mulberry32), so that every run sees the same models and images. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Writes small ONNX models node by node; the image input is called `image`, its batch is open. */
export class TinyModel {
  readonly nodes: OnnxNode[] = []
  readonly initializers = new Map<string, OnnxTensor>()
  private serial = 0

  constructor(
    readonly opset: number,
    readonly sampleShape: readonly number[],
    readonly random: () => number,
    readonly floatType: number = DataType.float,
    readonly batch: number | string = 'batch'
  ) {}

  constant(dims: readonly number[], numbers: ArrayLike<number>, dataType = this.floatType): string {
    const name = `c${this.serial++}`
    this.initializers.set(name, tensorOf(dataType, dims, numbers))
    return name
  }

  /** A constant of random numbers in [low, high). */
  weights(dims: readonly number[], low = -0.7, high = 0.7): string {
    const count = elementCount(dims)
    return this.constant(dims, Array.from({ length: count }, () => low + (high - low) * this.random())) // prettier-ignore
  }

  integers(...values: number[]): string {
    return this.constant([values.length], values, DataType.int64)
  }

  op(opType: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.ops(opType, inputs, attributes, 1)[0]!
  }

  ops(opType: string, inputs: readonly string[], attributes: Attributes, outputCount: number): string[] {
    const outputs = Array.from({ length: outputCount }, () => `v${this.serial++}`)
    this.nodes.push({
      name: `node_${opType}_${this.serial}`,
      opType,
      domain: '',
      inputs: [...inputs],
      outputs,
      attributes
    })
    return outputs
  }

  model(outputs: readonly string[]): OnnxModel {
    const value = (name: string, dims?: (number | string)[]) => ({ name, dataType: this.floatType, dims })
    return {
      irVersion: 8,
      opset: this.opset,
      opsetImports: [{ domain: '', version: this.opset }],
      producerName: 'test',
      metadata: [],
      functions: [],
      graph: {
        name: 'tiny',
        nodes: this.nodes,
        initializers: this.initializers,
        inputs: [value('image', [this.batch, ...this.sampleShape])],
        outputs: outputs.map((name) => value(name)),
        values: []
      }
    }
  }
}
