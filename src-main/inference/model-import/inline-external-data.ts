import { open } from 'node:fs/promises'
import { isAbsolute, join, normalize, sep } from 'node:path'
import { NidusError } from '../../contract/errors'
import { modelProto } from '../../gradient/onnx/messages'

interface TensorMessage {
  name: string
  rawData: Uint8Array
  dataLocation: number
  externalData: { key: string; value: string }[]
}
interface NodeMessage {
  attribute: { t: TensorMessage | null; g: GraphMessage | null }[]
}
interface GraphMessage {
  node: NodeMessage[]
  initializer: TensorMessage[]
}
interface ModelMessage {
  graph: GraphMessage | null
  functions: { node: NodeMessage[] }[]
}

/** What one ONNX file, and one buffer, can hold. */
const maxBytes = 2 ** 31 - 1

/**
 * Brings weights that lie in files beside an ONNX file into it, so that one file and one hash are the model
 * (ONNX, "External Data": keys location, offset, length). A file without such weights comes back as it is.
 * @param bytes of the ONNX file
 * @param folder that the file lies in; locations outside it are refused
 * @returns the whole model, and the side files that were read
 * @throws onnx-external-data-missing, onnx-malformed
 */
export async function inlineExternalData(
  bytes: Uint8Array,
  folder: string
): Promise<{ bytes: Uint8Array; sideFiles: string[] }> {
  let message: ModelMessage
  try {
    message = modelProto.decode(bytes) as unknown as ModelMessage
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const reason = `the file is damaged or not an ONNX model (${why}); export or copy it again`
    throw new NidusError('onnx-malformed', { reason }, { cause })
  }
  const outside = [
    ...(message.graph ? tensorsOf(message.graph) : []),
    ...message.functions.flatMap(({ node }) => node.flatMap(tensorsOfNode))
  ].filter(({ dataLocation }) => dataLocation === 1)
  const sideFiles = new Set<string>()
  let total = bytes.length
  for (const tensor of outside) {
    const facts = new Map(tensor.externalData.map(({ key, value }) => [key, value]))
    const location = facts.get('location') ?? ''
    const read = await readPart(tensor.name, folder, location, facts.get('offset'), facts.get('length'))
    total += read.length
    if (total > maxBytes) {
      throw new NidusError('onnx-malformed', { reason: 'with its weights the model is larger than 2 GiB' })
    }
    tensor.rawData = read
    tensor.dataLocation = 0
    tensor.externalData = []
    sideFiles.add(location)
  }
  if (outside.length === 0) return { bytes, sideFiles: [] }
  return { bytes: modelProto.encode(message as never).finish(), sideFiles: [...sideFiles] }
}

function tensorsOf(graph: GraphMessage): TensorMessage[] {
  return [...graph.initializer, ...graph.node.flatMap(tensorsOfNode)]
}

function tensorsOfNode({ attribute }: NodeMessage): TensorMessage[] {
  return attribute.flatMap(({ t, g }) => [...(t ? [t] : []), ...(g ? tensorsOf(g) : [])])
}

async function readPart(
  tensor: string,
  folder: string,
  location: string,
  offset = '0',
  length?: string
): Promise<Uint8Array> {
  const missing = (why: string, cause?: unknown): NidusError =>
    new NidusError(
      'onnx-external-data-missing',
      { tensor, location, reason: `weights '${tensor}' lie in the side file '${location}': ${why}` },
      { cause }
    )
  const inside = normalize(location)
  if (!location || isAbsolute(inside) || inside === '..' || inside.startsWith(`..${sep}`)) {
    throw missing('a place outside the folder of the model, which is not read; export the model anew')
  }
  const file = await open(join(folder, inside), 'r').catch((thrown: NodeJS.ErrnoException) => {
    throw missing(`it cannot be read (${thrown.code}); put it beside the model file`, thrown)
  })
  try {
    const { size } = await file.stat()
    const start = Number(offset)
    const count = length === undefined ? size - start : Number(length)
    if (!(start >= 0 && count >= 0 && start + count <= size && count <= maxBytes)) {
      throw missing(`it has ${size} bytes where ${start + count} are needed; copy it again`)
    }
    const part = new Uint8Array(count)
    let filled = 0
    while (filled < count) {
      const { bytesRead } = await file.read(part, filled, count - filled, start + filled)
      if (bytesRead === 0) throw missing('it ended early; copy it again')
      filled += bytesRead
    }
    return part
  } finally {
    await file.close()
  }
}
