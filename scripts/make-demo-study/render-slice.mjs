import { toHeadFrame } from './draw-head.mjs'
import { lesionShare } from './plant-lesions.mjs'
import { paintHead } from './paint-head.mjs'
import { createRandom } from './seeded-random.mjs'
import { clamp, mix } from './solid-shapes.mjs'

export const sideInPixels = 256

const point = new Float64Array(3)

/** Receiver sensitivity at a point of the head frame: a slope, a brighter rim and slow waves, about 1. */
function sensitivity(head, x, y, z) {
  const [alongX, alongY, alongZ] = head.biasSlopes
  const rim = head.biasSurface * ((x * x + y * y) / 8100 - 0.35)
  const wave = 0.09 * head.noises.bias.at(x / 90, y / 90, z / 90)
  return clamp(1 + alongX * x + alongY * y + alongZ * z + rim + wave, 0.5, 1.8)
}

/** Mixes each pixel with its neighbours by the kernel [1 2 1] x [1 2 1] / 16. */
function blur(signal, share) {
  const side = sideInPixels
  const result = new Float64Array(signal)
  for (let row = 1; row < side - 1; row++) {
    for (let column = 1; column < side - 1; column++) {
      const i = row * side + column
      const edges = signal[i - 1] + signal[i + 1] + signal[i - side] + signal[i + side]
      const corners =
        signal[i - side - 1] + signal[i - side + 1] + signal[i + side - 1] + signal[i + side + 1]
      result[i] = mix(signal[i], (4 * signal[i] + 2 * edges + corners) / 16, share)
    }
  }
  return result
}

/**
 * Renders one axial slice of a head: painted anatomy averaged over the slice thickness, lesions, receiver bias,
 * blur and Rician noise (Gudbjartsson and Patz 1995: the magnitude of a complex signal with normal noise).
 *
 * @param {ReturnType<import('./draw-head.mjs').drawHead>} head
 * @param {number} centreZMm position of the slice centre in the scanner frame (LPS z)
 * @param {{ spacingMm?: number, thicknessMm?: number, layers?: number, lesions?: import('./plant-lesions.mjs').Lesion[] }} options
 * @returns {{ signal: Float64Array, lesion: Uint8Array }} [256, 256] row-major: `signal` relative to cortex = 1;
 *   `lesion` is n where the n-th lesion (from 1) fills at least half of the pixel, else 0. Pixel (127.5, 127.5) lies at x = y = 0.
 */
export function renderSlice(
  head,
  centreZMm,
  { spacingMm = 0.9, thicknessMm = 4, layers = 3, lesions = [] } = {}
) {
  const side = sideInPixels
  const clean = new Float64Array(side * side)
  const lesion = new Uint8Array(side * side)
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      let sum = 0
      let share = 0
      let lesionNumber = 0
      let bias = 0
      for (let layer = 0; layer < layers; layer++) {
        const z = centreZMm + ((layer + 0.5) / layers - 0.5) * thicknessMm
        toHeadFrame(head, (column - 127.5) * spacingMm, (row - 127.5) * spacingMm, z, point)
        const [x, y, headZ] = point
        if (x * x > 11000 || y * y > 15000) continue
        if (layer === 0) bias = sensitivity(head, x, y, headZ)
        const tissue = paintHead(head, x, y, headZ)
        if (lesions.length === 0) {
          sum += tissue
          continue
        }
        const { filled, signal, index } = lesionShare(head, lesions, x, y, headZ)
        sum += mix(tissue, signal, filled)
        share += filled
        if (filled > 0) lesionNumber = index + 1
      }
      clean[row * side + column] = (sum / layers) * bias
      lesion[row * side + column] = share / layers >= 0.5 ? lesionNumber : 0
    }
  }
  const signal = blur(clean, head.blurShare)
  const random = createRandom((head.noiseSeed ^ Math.imul(Math.round(centreZMm * 16) + 4096, 0x9e3779b1)) | 0)
  for (let i = 0; i < signal.length; i++) {
    const real = signal[i] + head.noiseSigma * random.normal()
    const imaginary = head.noiseSigma * random.normal()
    signal[i] = Math.sqrt(real * real + imaginary * imaginary)
  }
  return { signal, lesion }
}
