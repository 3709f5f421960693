import { modelProto } from './messages'
import type { Attribute, OnnxGraph, OnnxModel, OnnxNode, OnnxValue } from './onnx-model'
import type { OnnxTensor } from './onnx-tensor'

const encoder = new TextEncoder()

/** Serialises a model as a standard ONNX file; the same model gives the same bytes. */
export function writeOnnxModel(model: OnnxModel): Uint8Array {
  const written = modelProto
    .encode({
      irVersion: model.irVersion,
      producerName: model.producerName,
      opsetImport: model.opsetImports,
      metadataProps: model.metadata,
      graph: graphMessage(model.graph)
    })
    .finish()
  // a plain array of its own: the writer's may be a Buffer, whose slices share memory
  return new Uint8Array(written)
}

function graphMessage(graph: OnnxGraph): object {
  return {
    name: graph.name,
    node: graph.nodes.map(nodeMessage),
    initializer: [...graph.initializers].map(([name, tensor]) => tensorMessage(tensor, name)),
    input: graph.inputs.map(valueMessage),
    output: graph.outputs.map(valueMessage)
  }
}

function nodeMessage(node: OnnxNode): object {
  return {
    name: node.name,
    opType: node.opType,
    domain: node.domain,
    input: node.inputs,
    output: node.outputs,
    attribute: Object.entries(node.attributes).map(([name, attribute]) => ({
      name,
      ...attributeMessage(attribute)
    }))
  }
}

function attributeMessage(attribute: Attribute): object {
  switch (attribute.kind) {
    case 'float':
      return { type: 1, f: attribute.value }
    case 'int':
      return { type: 2, i: attribute.value }
    case 'string':
      return { type: 3, s: encoder.encode(attribute.value) }
    case 'tensor':
      return { type: 4, t: tensorMessage(attribute.value, '') }
    case 'graph':
      return { type: 5, g: graphMessage(attribute.value) }
    case 'floats':
      return { type: 6, floats: attribute.value }
    case 'ints':
      return { type: 7, ints: attribute.value }
    case 'strings':
      return { type: 8, strings: attribute.value.map((value) => encoder.encode(value)) }
    case 'reference':
    case 'other':
      return {}
  }
}

function tensorMessage(tensor: OnnxTensor, name: string): object {
  return { name, dims: tensor.dims, dataType: tensor.dataType, rawData: tensor.raw }
}

function valueMessage(value: OnnxValue): object {
  const dim = value.dims?.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }))
  return {
    name: value.name,
    type: { tensorType: { elemType: value.dataType, shape: dim ? { dim } : undefined } }
  }
}
