import { NidusError } from '../../contract/errors'
import { bytesPerElement, DataType, elementCount, tensorOf, type OnnxTensor } from './onnx-tensor'

type Long = number | { toString(): string }

interface TensorMessage {
  name: string
  dims: Long[]
  dataType: number
  rawData: Uint8Array
  floatData: number[]
  doubleData: number[]
  int32Data: number[]
  int64Data: Long[]
  uint64Data: Long[]
  externalData: { key: string; value: string }[]
  dataLocation: number
}

/**
 * Turns a decoded TensorProto into raw little-endian bytes.
 * @throws NidusError `onnx-external-data-missing` for weights kept in a side file, `onnx-malformed` when the
 *   number of bytes does not fit the dims
 */
export function readTensor(decoded: unknown): OnnxTensor {
  const message = decoded as TensorMessage
  const dims = message.dims.map(Number)
  const { dataType } = message
  if (message.dataLocation === 1) {
    const location = message.externalData.find((entry) => entry.key === 'location')?.value ?? ''
    throw new NidusError('onnx-external-data-missing', {
      tensor: message.name,
      location,
      reason: `weights '${message.name}' lie in a side file (${location}); export the model with its weights inside one .onnx file`
    })
  }
  // texts never reach arithmetic; their bytes are not kept
  if (dataType === DataType.string) return { dataType, dims, raw: new Uint8Array(0) }
  const tensor =
    message.rawData.length > 0 ? { dataType, dims, raw: message.rawData } : fromTypedFields(message, dims)
  const expected = elementCount(dims) * bytesPerElement(dataType)
  if (dims.some((dim) => !(dim >= 0)) || tensor.raw.length !== expected) {
    throw new NidusError('onnx-malformed', {
      tensor: message.name,
      reason: `constant '${message.name}' holds ${tensor.raw.length} bytes where its shape asks for ${expected}; the file is damaged`
    })
  }
  return tensor
}

function fromTypedFields(message: TensorMessage, dims: number[]): OnnxTensor {
  const { dataType } = message
  if (dataType === DataType.float) return tensorOf(dataType, dims, message.floatData)
  if (dataType === DataType.double) return tensorOf(dataType, dims, message.doubleData)
  if (dataType === DataType.int64) return fromLongs(dataType, dims, message.int64Data)
  if (dataType === DataType.uint64 || dataType === DataType.uint32)
    return fromLongs(dataType, dims, message.uint64Data)
  // half floats travel as their bits
  if (dataType === DataType.float16 || dataType === DataType.bfloat16) {
    return { ...tensorOf(DataType.uint16, dims, message.int32Data), dataType }
  }
  return tensorOf(dataType, dims, message.int32Data)
}

function fromLongs(dataType: number, dims: number[], values: Long[]): OnnxTensor {
  if (dataType === DataType.uint32) return tensorOf(dataType, dims, values.map(Number))
  const raw = new Uint8Array(values.length * 8)
  const view = new DataView(raw.buffer)
  values.forEach((value, index) =>
    view.setBigUint64(index * 8, BigInt.asUintN(64, BigInt(value.toString())), true)
  )
  return { dataType, dims, raw }
}
