import type { OnnxTensor } from './onnx-tensor'

/** Attribute values by ONNX kind; integers are JavaScript numbers (exact to 2^53). */
export type Attribute =
  | { kind: 'float'; value: number }
  | { kind: 'int'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'tensor'; value: OnnxTensor }
  | { kind: 'graph'; value: OnnxGraph }
  | { kind: 'floats'; value: number[] }
  | { kind: 'ints'; value: number[] }
  | { kind: 'strings'; value: string[] }
  | { kind: 'reference'; value: string }
  | { kind: 'other'; value: null }

/** Attributes of a node by name. */
export type Attributes = Record<string, Attribute>

/** One operator call. An absent optional input or output is the empty string. */
export interface OnnxNode {
  name: string
  opType: string
  domain: string
  inputs: string[]
  outputs: string[]
  attributes: Attributes
}

/** A declared value: element type and, where stated, dims (a number, or a string for a symbolic size). */
export interface OnnxValue {
  name: string
  dataType: number
  dims: (number | string)[] | undefined
}

/** A graph: nodes in file order, constants by name, declared inputs, outputs and inner values. */
export interface OnnxGraph {
  name: string
  nodes: OnnxNode[]
  initializers: Map<string, OnnxTensor>
  inputs: OnnxValue[]
  outputs: OnnxValue[]
  values: OnnxValue[]
}

/** A model-local function: a body of nodes over named inputs, with attribute defaults. */
export interface OnnxFunction {
  name: string
  domain: string
  overload: string
  inputs: string[]
  outputs: string[]
  nodes: OnnxNode[]
  defaults: Attributes
}

/** A model file, reduced to what Nidus reads and writes. */
export interface OnnxModel {
  irVersion: number
  /** version of the default operator domain */
  opset: number
  opsetImports: { domain: string; version: number }[]
  producerName: string
  metadata: { key: string; value: string }[]
  graph: OnnxGraph
  functions: OnnxFunction[]
}

/** An integer attribute. */
export const int = (value: number): Attribute => ({ kind: 'int', value })
/** A float attribute (float32 in the file). */
export const float = (value: number): Attribute => ({ kind: 'float', value })
/** An attribute that is a list of integers. */
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value: [...value] })
/** A string attribute. */
export const text = (value: string): Attribute => ({ kind: 'string', value })

/** Integer attribute of a node, or the fallback when the attribute is absent. */
export function intAttribute(attributes: Attributes, name: string, fallback: number): number {
  const found = attributes[name]
  return found?.kind === 'int' ? found.value : fallback
}

/** Float attribute of a node, or the fallback when the attribute is absent. */
export function floatAttribute(attributes: Attributes, name: string, fallback: number): number {
  const found = attributes[name]
  return found?.kind === 'float' ? found.value : fallback
}

/** String attribute of a node, or the fallback when the attribute is absent. */
export function textAttribute(attributes: Attributes, name: string, fallback: string): string {
  const found = attributes[name]
  return found?.kind === 'string' ? found.value : fallback
}

/** List-of-integers attribute of a node, or undefined when it is absent. */
export function intsAttribute(attributes: Attributes, name: string): number[] | undefined {
  const found = attributes[name]
  return found?.kind === 'ints' ? found.value : undefined
}
