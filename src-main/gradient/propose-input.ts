import { NidusError } from '../contract/errors'
import type { ModelRoles } from './gradient-spec'
import type { OnnxGraph, OnnxValue } from './onnx/onnx-model'
import { isFloatType } from './onnx/onnx-tensor'

/** The parts of a graph that roles are proposed from. */
export type GraphOutline = Pick<OnnxGraph, 'inputs' | 'outputs' | 'nodes'> & {
  initializers: Pick<ReadonlyMap<string, unknown>, 'has'>
}

export interface ImageSize {
  channels: number
  height: number
  width: number
}

export interface InputProposal {
  input: OnnxValue
  layout: ModelRoles['layout']
  image: ImageSize
  /** why, in plain words */
  reason: string
}

/**
 * Finds the graph input that takes the image, its layout and its size: four axes with 1 or 3 channels in second
 * place are NCHW, in last place NHWC; two axes are flat, a square of 1 or 3 channels unless the size is given.
 * @throws NidusError `onnx-role-invalid`
 */
export function proposeInput(graph: GraphOutline, size?: ImageSize): InputProposal {
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name))
  const known = inputs.map(({ name }) => name).join(', ') || 'none'
  const images = inputs.filter(
    ({ dims, dataType }) => isFloatType(dataType || 1) && (dims?.length === 4 || dims?.length === 2)
  )
  const input = images.length > 1 ? images.find(({ name }) => telling.test(name)) : images[0]
  if (!input?.dims) {
    const what = images.length > 1 ? 'several inputs could be the image' : 'no input takes an image'
    throw fault(
      `${what} (a batch of images, or of flat vectors, of floating point numbers); inputs: ${known}`
    )
  }
  return input.dims.length === 2 ? flat(input, size) : spatial(input, size)
}

const telling = /^(x|image|images|img|input|inputs|pixel\w*|input_image|input_1)$/i

function flat(input: OnnxValue, size?: ImageSize): InputProposal {
  const count = input.dims![1]
  if (size) return { input, layout: 'flat', image: size, reason: describe(input, 'flat', size) }
  for (const channels of [1, 3]) {
    const side = Math.sqrt(Number(count) / channels)
    if (!Number.isInteger(side) || side < 2) continue
    const image = { channels, height: side, width: side }
    return { input, layout: 'flat', image, reason: describe(input, 'flat', image) }
  }
  throw fault(`input '${input.name}' is flat with ${count} numbers; state the image size (--image CxHxW)`)
}

function spatial(input: OnnxValue, size?: ImageSize): InputProposal {
  const [, second, third, last] = input.dims!
  const isChannels = (dim: number | string): boolean => dim === 1 || dim === 3
  const layout = isChannels(second) ? 'NCHW' : isChannels(last) ? 'NHWC' : undefined
  if (!layout && !(size && typeof second === 'string')) {
    throw fault(
      `input '${input.name}' has the shape [${input.dims!.join(', ')}]; neither its second nor its last axis has 1 or 3 channels`
    )
  }
  const taken = layout ?? 'NCHW'
  const [channels, height, width] = taken === 'NCHW' ? [second, third, last] : [last, second, third]
  const image = {
    channels: typeof channels === 'number' ? channels : size!.channels,
    height: typeof height === 'number' ? height : size?.height,
    width: typeof width === 'number' ? width : size?.width
  }
  if (image.height === undefined || image.width === undefined) {
    throw fault(`input '${input.name}' leaves its size open; state the image size (--image CxHxW)`)
  }
  const whole = image as ImageSize
  return { input, layout: taken, image: whole, reason: describe(input, taken, whole) }
}

function describe({ name }: OnnxValue, layout: string, { channels, height, width }: ImageSize): string {
  const plural = channels === 1 ? 'channel' : 'channels'
  return `image: ${name} (${layout}, ${channels} ${plural}, ${height} rows, ${width} columns)`
}

function fault(reason: string): NidusError {
  return new NidusError('onnx-role-invalid', { role: 'input', reason })
}
