import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { float, int, ints } from '../../src-main/gradient/onnx/onnx-model'
import { writeOnnxModel } from '../../src-main/gradient/onnx/write-model'
import type { CatalogueModel } from '../../src-main/inference/model-catalogue'
import { makeManifest } from '../helpers/make-manifest'
import { seededNumbers, TinyModel } from '../unit/src-main/gradient/tiny-model'

/** Latent dimensions of the small ceVAE. */
export const cevaeLatent = 32

const widths = [16, 32, 64, 256]

/**
 * Writes the small ceVAE that time_reference_paths.py times, with random weights: four strided 4x4 convolutions of
 * 16-32-64-256 maps, one that spans what is left, and their mirror image.
 * @param folder becomes the model's folder
 * @param size rows and columns of the input, a multiple of 16
 */
export function writeCevae(folder: string, size: number): CatalogueModel {
  const m = new TinyModel(17, [1, size, size], seededNumbers(size))
  const weights = (dims: number[]): string => {
    const scale = Math.sqrt(3 / (dims[1] * dims[2] * dims[3]))
    return m.weights(dims, -scale, scale)
  }
  const convolve = (opType: string, value: string, dims: number[], stride: number): string =>
    m.op(opType, [value, weights(dims)], {
      kernel_shape: ints(dims.slice(2)),
      strides: ints([stride, stride]),
      pads: ints(stride === 2 ? [1, 1, 1, 1] : [0, 0, 0, 0])
    })
  const leaky = (value: string): string => m.op('LeakyRelu', [value], { alpha: float(0.01) })

  let value = 'image'
  let before = 1
  for (const width of widths) {
    value = leaky(convolve('Conv', value, [width, before, 4, 4], 2))
    before = width
  }
  const rest = size / 16
  const code = convolve('Conv', value, [2 * cevaeLatent, before, rest, rest], 1)
  const [mu, logStd] = m.ops('Split', [code, m.integers(cevaeLatent, cevaeLatent)], { axis: int(1) }, 2)
  value = leaky(convolve('ConvTranspose', mu, [cevaeLatent, before, rest, rest], 1))
  for (const width of [...widths.slice(0, -1).reverse(), 1]) {
    value = convolve('ConvTranspose', value, [before, width, 4, 4], 2)
    if (width > 1) value = leaky(value)
    before = width
  }
  const bytes = writeOnnxModel(m.model([value, mu, logStd]))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'model.onnx'), bytes)
  const id = `small-cevae-${size}`
  const manifest = makeManifest({
    id,
    kind: 'cevae',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    input: { name: 'image', layout: 'NCHW', channels: 1, height: size, width: size },
    outputs: { reconstruction: value, mu, logStd }
  })
  return { id, folder, manifest }
}
