import { NidusError } from '../../contract/errors'
import { modelProto } from './messages'
import type {
  Attribute,
  Attributes,
  OnnxFunction,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxValue
} from './onnx-model'
import { readTensor } from './read-tensor'

type Long = number | { toString(): string }
interface NodeMessage {
  input: string[]
  output: string[]
  name: string
  opType: string
  domain: string
  overload: string
  attribute: AttributeMessage[]
}
interface AttributeMessage {
  name: string
  f: number
  i: Long
  s: Uint8Array
  t: unknown
  g: GraphMessage | null
  floats: number[]
  ints: Long[]
  strings: Uint8Array[]
  type: number
  refAttrName: string
}
interface ValueMessage {
  name: string
  type: { tensorType: { elemType: number; shape: { dim: DimMessage[] } | null } | null } | null
}
interface DimMessage {
  dimValue: Long
  dimParam: string
}
interface GraphMessage {
  name: string
  node: NodeMessage[]
  initializer: unknown[]
  sparseInitializer: unknown[]
  input: ValueMessage[]
  output: ValueMessage[]
  valueInfo: ValueMessage[]
}
interface FunctionMessage {
  name: string
  domain: string
  overload: string
  input: string[]
  output: string[]
  node: NodeMessage[]
  attributeProto: AttributeMessage[]
}
interface ModelMessage {
  irVersion: Long
  producerName: string
  graph: GraphMessage | null
  functions: FunctionMessage[]
  opsetImport: { domain: string; version: Long }[]
  metadataProps: { key: string; value: string }[]
}

const decoder = new TextDecoder()

/**
 * Reads an ONNX file into plain structures. Constants keep their bytes; typed data fields become raw bytes.
 *
 * @param bytes a serialised ModelProto
 * @throws NidusError `onnx-malformed` when the bytes are no ONNX model, `onnx-external-data-missing` when a
 *   constant lies in another file
 */
export function readOnnxModel(bytes: Uint8Array): OnnxModel {
  const message = decodeMessage(bytes)
  const opsetImports = message.opsetImport.map((entry) => ({
    domain: entry.domain,
    version: Number(entry.version)
  }))
  const defaultDomain = opsetImports.find((entry) => entry.domain === '' || entry.domain === 'ai.onnx')
  if (!message.graph || message.graph.node.length === 0 || !defaultDomain) {
    throw new NidusError('onnx-malformed', {
      reason: 'the file is not an ONNX model: it has no graph or names no operator set; export it again'
    })
  }
  return {
    irVersion: Number(message.irVersion),
    opset: defaultDomain.version,
    opsetImports,
    producerName: message.producerName,
    metadata: message.metadataProps.map((entry) => ({ key: entry.key, value: entry.value })),
    graph: readGraph(message.graph),
    functions: message.functions.map(readFunction)
  }
}

function decodeMessage(bytes: Uint8Array): ModelMessage {
  try {
    return modelProto.decode(bytes) as unknown as ModelMessage
  } catch (cause) {
    const reason = `the file is damaged or not an ONNX model (${cause instanceof Error ? cause.message : String(cause)}); export or copy it again`
    throw new NidusError('onnx-malformed', { reason }, { cause })
  }
}

function readGraph(message: GraphMessage): OnnxGraph {
  if (message.sparseInitializer.length > 0) {
    throw new NidusError('onnx-malformed', {
      reason: 'sparse constants are not supported; export with dense weights'
    })
  }
  const initializers = new Map<string, ReturnType<typeof readTensor>>()
  for (const tensor of message.initializer)
    initializers.set((tensor as { name: string }).name, readTensor(tensor))
  return {
    name: message.name,
    nodes: message.node.map(readNode),
    initializers,
    inputs: message.input.map(readValue),
    outputs: message.output.map(readValue),
    values: message.valueInfo.map(readValue)
  }
}

function readFunction(message: FunctionMessage): OnnxFunction {
  return {
    name: message.name,
    domain: message.domain,
    overload: message.overload,
    inputs: message.input,
    outputs: message.output,
    nodes: message.node.map(readNode),
    defaults: readAttributes(message.attributeProto)
  }
}

function readNode(message: NodeMessage): OnnxNode {
  return {
    name: message.name,
    opType: message.opType,
    domain: message.domain === 'ai.onnx' ? '' : message.domain,
    inputs: message.input,
    outputs: message.output,
    attributes: readAttributes(message.attribute)
  }
}

function readAttributes(messages: AttributeMessage[]): Attributes {
  return Object.fromEntries(messages.map((message) => [message.name, readAttribute(message)]))
}

function readAttribute(message: AttributeMessage): Attribute {
  if (message.refAttrName) return { kind: 'reference', value: message.refAttrName }
  switch (message.type) {
    case 1:
      return { kind: 'float', value: message.f }
    case 2:
      return { kind: 'int', value: Number(message.i) }
    case 3:
      return { kind: 'string', value: decoder.decode(message.s) }
    case 4:
      return { kind: 'tensor', value: readTensor(message.t) }
    case 5:
      return { kind: 'graph', value: readGraph(message.g!) }
    case 6:
      return { kind: 'floats', value: [...message.floats] }
    case 7:
      return { kind: 'ints', value: message.ints.map(Number) }
    case 8:
      return { kind: 'strings', value: message.strings.map((bytes) => decoder.decode(bytes)) }
    default:
      return { kind: 'other', value: null }
  }
}

function readValue(message: ValueMessage): OnnxValue {
  const tensorType = message.type?.tensorType
  const dims = tensorType?.shape?.dim.map((dim) => (dim.dimParam ? dim.dimParam : dimSize(dim)))
  return { name: message.name, dataType: tensorType?.elemType ?? 0, dims }
}

/** A dimension without value or name is unknown; it gets a name that no other dimension shares. */
let unnamed = 0
function dimSize(dim: DimMessage): number | string {
  const size = Object.prototype.hasOwnProperty.call(dim, 'dimValue') ? Number(dim.dimValue) : -1
  return size >= 0 ? size : `?${unnamed++}`
}
