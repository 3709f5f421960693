import { NidusError } from '../../contract/errors'
import { allPlain, foldCall } from '../fold/fold-call'
import { type Attributes, type OnnxNode } from '../onnx/onnx-model'
import { DataType, elementCount, tensorNumbers, tensorOf, type OnnxTensor } from '../onnx/onnx-tensor'
import type { OperatorCall } from '../shape/operator-call'
import { isStatic, type Shape } from '../shape/dims'
import { inferOutputs } from '../shape'
import { simplifyCall } from './simplify-call'
import type { ValueFacts } from './value-facts'

/** Constants above this size are looked at only when an operator must be evaluated on them. */
const smallConstant = 4096

/** What a call is made for: the node of the source model that errors should name. */
export interface Origin {
  node: string
  operator: string
}

/** A call in the graph and the node of the source model that it was made for. */
export interface BuiltNode extends OnnxNode {
  origin: Origin | undefined
}

/**
 * A graph under construction. Every call that is added is first folded (known inputs), simplified (an identity
 * is its input) and looked up (the same call is made once), then appended with the facts of its outputs.
 */
export class GraphBuilder {
  readonly nodes: BuiltNode[] = []
  readonly constants = new Map<string, OnnxTensor>()
  private readonly facts = new Map<string, ValueFacts>()
  private readonly producers = new Map<string, BuiltNode>()
  private readonly made = new Map<string, string[]>()
  private serial = 0
  /** names are taken from here until changed: the node being read or differentiated */
  origin: Origin | undefined

  constructor(readonly opset: number) {}

  /** Declares a value that no node produces: the graph's input. */
  declare(name: string, facts: ValueFacts): string {
    this.facts.set(name, facts)
    return name
  }

  /** Facts about a value; a value that was never made is a fault of the file. */
  factsOf(name: string): ValueFacts {
    const facts = this.facts.get(name)
    if (!facts)
      throw new NidusError('onnx-malformed', {
        ...this.origin,
        reason: `value '${name}' is used but never produced`
      })
    return facts
  }

  /** Shape of a value. Throws `onnx-shape-unknown` naming the node at hand. */
  shapeOf(name: string): Shape {
    const { shape } = this.factsOf(name)
    if (!shape) {
      throw new NidusError('onnx-shape-unknown', {
        ...this.origin,
        reason: `the shape of '${name}' cannot be told before the graph runs; export the model with fixed image height and width`
      })
    }
    return shape
  }

  dataTypeOf(name: string): number {
    return this.factsOf(name).dataType
  }

  producerOf(name: string): BuiltNode | undefined {
    return this.producers.get(name)
  }

  /** Adds a constant under the given name, or under a fresh one. */
  addTensor(tensor: OnnxTensor, name = this.fresh('constant')): string {
    this.constants.set(name, tensor)
    this.facts.set(name, constantFacts(tensor))
    return name
  }

  /** A constant made of numbers; the same numbers are stored once. */
  constant(dataType: number, dims: readonly number[], numbers: ArrayLike<number>): string {
    const key =
      numbers.length <= smallConstant
        ? `constant ${dataType} [${dims.join()}] ${Array.from(numbers).join()}`
        : undefined
    const known = key && this.made.get(key)
    if (known) return known[0]!
    const name = this.addTensor(tensorOf(dataType, dims, numbers))
    if (key) this.made.set(key, [name])
    return name
  }

  /** A single number without axes, in the element type of another value. */
  scalar(value: number, like: string): string {
    return this.constant(this.dataTypeOf(like), [], [value])
  }

  /** A list of 64-bit integers, as shape inputs want it. */
  integers(values: readonly number[]): string {
    return this.constant(DataType.int64, [values.length], values)
  }

  /** Numbers of a constant, or undefined when the value is not constant. */
  numbersOf(name: string): ArrayLike<number> | undefined {
    const tensor = this.constants.get(name)
    return tensor && tensorNumbers(tensor)
  }

  /** Adds a call with one output and returns its name. */
  op(opType: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.emit(opType, inputs, attributes)[0]!
  }

  /**
   * Adds a call.
   * @param outputs names for the outputs (fresh ones otherwise), or their number
   * @returns names of the values that hold the results: constants, earlier values or new ones
   */
  emit(
    opType: string,
    inputs: readonly string[],
    attributes: Attributes = {},
    outputs: readonly string[] | number = 1
  ): string[] {
    const outputCount = typeof outputs === 'number' ? outputs : outputs.length
    const call = this.describe(opType, inputs, attributes, outputCount)
    const inferred = inferOutputs(call)
    const folded = this.fold(call, inputs, inferred)
    if (folded) return folded
    const simplified = outputCount === 1 ? simplifyCall(this, call, inputs, inferred[0]!) : undefined
    if (simplified) return [simplified]
    const key = `${opType} (${inputs.join()}) ${outputCount} ${attributeKey(attributes)}`
    const known = this.made.get(key)
    if (known) return known
    const names = Array.from({ length: outputCount }, (_, index) =>
      this.claim(typeof outputs === 'number' ? undefined : outputs[index], opType)
    )
    this.append(
      {
        opType,
        domain: '',
        name: `${opType}_${this.nodes.length}`,
        inputs: [...inputs],
        outputs: names,
        attributes,
        origin: this.origin
      },
      inferred
    )
    this.made.set(key, names)
    return names
  }

  private append(node: BuiltNode, inferred: readonly ValueFacts[]): void {
    this.nodes.push(node)
    node.outputs.forEach((name, index) => {
      if (!name) return
      this.facts.set(name, inferred[index]!)
      this.producers.set(name, node)
    })
  }

  /** The call as shape inference sees it. */
  describe(
    opType: string,
    inputs: readonly string[],
    attributes: Attributes,
    outputCount: number
  ): OperatorCall {
    const facts = inputs.map((name) => (name === '' ? undefined : this.factsOf(name)))
    return { opType, opset: this.opset, attributes, inputs: facts, outputCount }
  }

  /** Sets what shape inference could not tell: a shape that the source file states. */
  state(name: string, shape: Shape): void {
    const facts = this.factsOf(name)
    this.facts.set(name, { ...facts, shape })
  }

  private fold(call: OperatorCall, inputs: readonly string[], inferred: ValueFacts[]): string[] | undefined {
    const isKnown = (name: string): boolean =>
      name === '' || this.constants.has(name) || this.facts.get(name)!.elements !== undefined
    if (call.opType !== 'Shape' && call.opType !== 'Size' && !inputs.every(isKnown)) return undefined
    const widest = inferred.map((facts) =>
      facts.shape && isStatic(facts.shape) ? elementCount(facts.shape as number[]) : 0
    )
    const given = inputs.reduce((sum, name) => sum + (this.constants.get(name)?.raw.length ?? 0), 0)
    if (widest.some((count) => count > Math.max(smallConstant, given))) return undefined
    const elements = foldCall(call, inferred)
    if (!elements) return undefined
    if (elements.every(allPlain)) {
      return elements.map((values, index) => {
        const { dataType, shape } = inferred[index]!
        return this.constant(dataType, (shape as number[] | undefined) ?? [values.length], values)
      })
    }
    elements.forEach((values, index) => {
      inferred[index] = {
        ...inferred[index]!,
        shape: inferred[index]!.shape ?? [values.length],
        elements: values
      }
    })
    return undefined
  }

  private claim(wanted: string | undefined, prefix: string): string {
    if (wanted === '') return ''
    return wanted !== undefined && !this.facts.has(wanted) ? wanted : this.fresh(prefix)
  }

  private fresh(prefix: string): string {
    let name: string
    do name = `nidus.${prefix}.${this.serial++}`
    while (this.facts.has(name))
    return name
  }
}

function attributeKey(attributes: Attributes): string {
  return JSON.stringify(attributes, (_, value: unknown) =>
    value instanceof Uint8Array ? Array.from(value).join() : value
  )
}

function constantFacts(tensor: OnnxTensor): ValueFacts {
  const count = elementCount(tensor.dims)
  let elements: number[] | undefined
  const facts = {
    dataType: tensor.dataType,
    shape: tensor.dims,
    // weights are turned into numbers only when a call must be evaluated on them
    get elements() {
      return (elements ??=
        tensor.dataType === DataType.string ? undefined : Array.from(tensorNumbers(tensor)))
    },
    get uniform() {
      if (count === 0 || count > smallConstant || tensor.dataType === DataType.string) return undefined
      const [first, ...rest] = facts.elements!
      return rest.every((value) => value === first) ? first : undefined
    }
  }
  return facts
}
