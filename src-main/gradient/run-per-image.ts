import type { GradientModel } from './build-gradient-model'

/** Runs the gradient graph: images [batch, ...sample] as float32 in, every output as float32 out. */
export type RunGradientModel = (images: Float32Array, dims: number[]) => Promise<Record<string, Float32Array>>

/** Outputs of one image by name. */
export type ImageOutputs = Record<string, Float32Array>

/** Runs images in small batches (of the fixed size, where the graph has one) and takes the outputs apart again. */
export function runPerImage(
  run: RunGradientModel,
  built: GradientModel
): (images: Float32Array[]) => Promise<ImageOutputs[]> {
  const batch = built.fixedBatch ?? 6
  const size = built.sampleShape.reduce((product, dim) => product * dim, 1)
  return async (images) => {
    const separate: ImageOutputs[] = []
    for (let first = 0; first < images.length; first += batch) {
      const group = images.slice(first, first + batch)
      const count = built.fixedBatch ?? group.length
      const joined = new Float32Array(count * size)
      for (let index = 0; index < count; index++) joined.set(group[index] ?? group[0]!, index * size)
      const outputs = await run(joined, [count, ...built.sampleShape])
      group.forEach((_, index) => {
        const own: ImageOutputs = {}
        for (const [name, values] of Object.entries(outputs)) {
          const length = values.length / count
          own[name] = values.subarray(index * length, (index + 1) * length)
        }
        separate.push(own)
      })
    }
    return separate
  }
}
