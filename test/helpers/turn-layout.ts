import { ints } from '../../src-main/gradient/onnx/onnx-model'
import { DataType, tensorOf } from '../../src-main/gradient/onnx/onnx-tensor'
import { readOnnxModel } from '../../src-main/gradient/onnx/read-model'
import { writeOnnxModel } from '../../src-main/gradient/onnx/write-model'

/**
 * The same network for another layout: its image and its reconstruction are turned at both ends.
 * @param bytes takes and gives images [batch, ...sample] channels first; the image is called `image`
 * @param reconstruction name of that output; `reconstruction` afterwards
 */
export function turnLayout(
  bytes: Uint8Array,
  reconstruction: string,
  layout: 'NCHW' | 'NHWC' | 'flat',
  sample: readonly [number, number, number]
): Uint8Array {
  const model = readOnnxModel(bytes)
  const { graph } = model
  const [channels, height, width] = sample
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map((name) => (name === 'image' ? 'channels_first' : name))
  }
  const step = (name: string, from: string, to: string, dims: number[], perm: number[]): void => {
    if (layout === 'NHWC') {
      graph.nodes.push({ name, opType: 'Transpose', domain: '', inputs: [from], outputs: [to], attributes: { perm: ints(perm) } }) // prettier-ignore
      return
    }
    graph.initializers.set(`${name}_dims`, tensorOf(DataType.int64, [dims.length], dims))
    graph.nodes.push({ name, opType: 'Reshape', domain: '', inputs: [from, `${name}_dims`], outputs: [to], attributes: {} }) // prettier-ignore
  }
  const outer = { NCHW: [...sample], NHWC: [height, width, channels], flat: [channels * height * width] }[
    layout
  ]
  step('turn_in', 'image', 'channels_first', [-1, ...sample], [0, 3, 1, 2])
  graph.nodes.unshift(graph.nodes.pop()!)
  step('turn_out', reconstruction, 'reconstruction', [-1, ...outer], [0, 2, 3, 1])
  graph.inputs[0].dims = ['batch', ...outer]
  graph.outputs = graph.outputs.map((one) =>
    one.name === reconstruction ? { ...one, name: 'reconstruction', dims: ['batch', ...outer] } : one
  )
  return writeOnnxModel(model)
}
