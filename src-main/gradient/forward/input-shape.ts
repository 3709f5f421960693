import { NidusError } from '../../contract/errors'
import type { GradientSpec } from '../gradient-spec'
import type { OnnxModel } from '../onnx/onnx-model'
import { isFloatType } from '../onnx/onnx-tensor'
import { batchDim, type Dim, type Shape } from '../shape/dims'

/**
 * Shape of the image input with the batch symbolic, and the batch size that the file has baked in, if any.
 * Open height and width are taken from the spec's image size.
 *
 * @throws NidusError `onnx-role-invalid` when the input is missing, no float image, or of another size
 */
export function inputShapeOf(
  model: OnnxModel,
  spec: GradientSpec
): { shape: Shape; bakedBatch: number | undefined } {
  const { input, layout } = spec.roles
  const candidates = model.graph.inputs.filter((value) => !model.graph.initializers.has(value.name))
  const found = candidates.find((value) => value.name === input)
  const fail = (reason: string): never => {
    throw new NidusError('onnx-role-invalid', { role: 'input', value: input, reason })
  }
  if (!found)
    return fail(
      `the model has no input '${input}'; its inputs are: ${candidates.map((value) => value.name).join(', ')}`
    )
  if (found.dataType !== 0 && !isFloatType(found.dataType))
    return fail(`input '${input}' does not take floating point numbers`)
  const wantedSize = imageDims(spec)
  const rank = layout === 'flat' ? 2 : (found.dims?.length ?? 4)
  if (found.dims && found.dims.length !== rank)
    return fail(`input '${input}' has ${found.dims.length} axes where layout ${layout} has ${rank}`)
  if (rank < 2) return fail(`input '${input}' has no batch axis`)
  const dims = found.dims ?? Array.from({ length: rank }, (_, axis) => `?${axis}`)
  const shape = dims.slice(1).map((dim, index): Dim => {
    const wanted = wantedSize?.[index]
    if (typeof dim === 'string')
      return wanted ?? fail(`input '${input}' leaves its size open; state the image size`)
    if (wanted !== undefined && wanted !== dim)
      return fail(
        `input '${input}' has size ${dims.slice(1).join(' x ')} but the image is said to be ${wantedSize!.join(' x ')}`
      )
    return dim
  })
  const batch = dims[0]!
  return {
    shape: [typeof batch === 'number' ? batch : batchDim, ...shape],
    bakedBatch: typeof batch === 'number' ? batch : undefined
  }
}

function imageDims({ roles, image }: GradientSpec): number[] | undefined {
  if (!image) return undefined
  const { channels, height, width } = image
  if (roles.layout === 'flat') return [channels * height * width]
  return roles.layout === 'NHWC' ? [height, width, channels] : [channels, height, width]
}
