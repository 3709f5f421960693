import type { PixelArray } from '../image-types'

/** [samples, pixels] to [pixels, samples] (Planar Configuration 1, PS3.3 C.7.6.3.1.3). */
export function interleave(planar: PixelArray, pixelCount: number, samplesPerPixel: number): PixelArray {
  if (samplesPerPixel === 1) return planar
  const values = new (planar.constructor as new (length: number) => PixelArray)(planar.length)
  for (let sample = 0; sample < samplesPerPixel; sample++) {
    for (let pixel = 0; pixel < pixelCount; pixel++) {
      values[pixel * samplesPerPixel + sample] = planar[sample * pixelCount + pixel] as number
    }
  }
  return values
}
