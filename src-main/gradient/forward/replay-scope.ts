import { NidusError } from '../../contract/errors'
import type { GraphBuilder } from '../graph/graph-builder'
import type { OnnxModel, OnnxNode } from '../onnx/onnx-model'
import type { Shape } from '../shape/dims'

/** Which value of the new graph stands for which value of the source file. */
export class ReplayScope {
  private readonly bound = new Map<string, string>([['', '']])

  private readonly missing = new Set<string>()

  constructor(
    readonly b: GraphBuilder,
    readonly model: OnnxModel,
    private readonly stated: ReadonlyMap<string, Shape>,
    /** batch size of the file when it is being opened, else undefined */
    readonly bakedBatch: number | undefined
  ) {}

  bind(sourceName: string, value: string): void {
    this.bound.set(sourceName, value)
  }

  /** Remembers a graph input that nothing will fill. */
  declareMissing(sourceName: string): void {
    this.missing.add(sourceName)
  }

  /** Binds the outputs of a node, with the shapes that the file states where inference has none. */
  bindOutputs(node: OnnxNode, values: readonly string[]): void {
    node.outputs.forEach((name, index) => {
      const value = values[index]
      if (!name || value === undefined) return
      this.bind(name, value)
      const shape = this.stated.get(name)
      if (shape && !this.b.factsOf(value).shape) this.b.state(value, shape)
    })
  }

  resolve(sourceName: string): string {
    const value = this.bound.get(sourceName)
    if (value === undefined && this.missing.has(sourceName)) {
      throw new NidusError('onnx-role-invalid', {
        ...this.b.origin,
        role: 'input',
        reason: `the model needs a further input '${sourceName}' beside the image; export it with that input as a constant`
      })
    }
    if (value === undefined) {
      throw new NidusError('onnx-malformed', {
        ...this.b.origin,
        reason: `value '${sourceName}' is used but nothing produces it`
      })
    }
    return value
  }

  resolveAll(node: OnnxNode): string[] {
    return node.inputs.map((name) => this.resolve(name))
  }
}
