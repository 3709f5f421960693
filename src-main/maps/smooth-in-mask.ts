/**
 * Gaussian smoothing that knows the mask: g(mask * values) / g(mask) inside the mask, 0 outside, so that what
 * lies outside the mask neither leaks in nor dims the edge (normalised convolution, Knutsson & Westin 1993).
 * @param values [height * width]
 * @param mask [height * width], 0 or 1
 * @param sigmaPx standard deviation in pixels; the kernel ends at 4 sigma; 0 only applies the mask
 */
export function smoothInMask(
  values: Float64Array,
  mask: Uint8Array,
  height: number,
  width: number,
  sigmaPx: number
): Float64Array {
  return createMaskSmoother(mask, height, width, sigmaPx)(values)
}

/** Smooths values [height * width] inside one mask by one sigma. */
export type MaskSmoother = (values: Float64Array) => Float64Array

/** {@link smoothInMask} for several maps of one mask, whose weights are worked out once. */
export function createMaskSmoother(
  mask: Uint8Array,
  height: number,
  width: number,
  sigmaPx: number
): MaskSmoother {
  const applyMask = (values: Float64Array): Float64Array => {
    const masked = new Float64Array(values.length)
    for (let i = 0; i < values.length; i++) if (mask[i]) masked[i] = values[i]
    return masked
  }
  if (sigmaPx <= 0) return applyMask
  const kernel = gaussianKernel(sigmaPx)
  const weight = convolveBothWays(new Float64Array(mask), height, width, kernel)
  return (values) => {
    const smoothed = convolveBothWays(applyMask(values), height, width, kernel)
    for (let i = 0; i < smoothed.length; i++) smoothed[i] = mask[i] ? smoothed[i] / weight[i] : 0
    return smoothed
  }
}

/** Kernel of radius int(4 sigma + 0.5), summing to one (scipy.ndimage.gaussian_filter's). */
function gaussianKernel(sigmaPx: number): Float64Array {
  const radius = Math.floor(4 * sigmaPx + 0.5)
  const kernel = new Float64Array(2 * radius + 1)
  let sum = 0
  for (let i = -radius; i <= radius; i++)
    sum += kernel[i + radius] = Math.exp((-0.5 * i * i) / (sigmaPx * sigmaPx))
  return kernel.map((weight) => weight / sum)
}

function convolveBothWays(
  values: Float64Array,
  height: number,
  width: number,
  kernel: Float64Array
): Float64Array {
  const alongRows = convolve(values, height, width, width, 1, kernel)
  return convolve(alongRows, width, height, 1, width, kernel)
}

/** Convolves `lines` lines of `length` elements; zero beyond the ends. */
function convolve(
  values: Float64Array,
  lines: number,
  length: number,
  lineStride: number,
  stride: number,
  kernel: Float64Array
): Float64Array {
  const radius = (kernel.length - 1) / 2
  const result = new Float64Array(values.length)
  for (let line = 0; line < lines; line++) {
    const start = line * lineStride
    for (let i = 0; i < length; i++) {
      const first = Math.max(0, i - radius)
      const last = Math.min(length - 1, i + radius)
      let sum = 0
      for (let k = first; k <= last; k++) sum += kernel[k - i + radius] * values[start + k * stride]
      result[start + i * stride] = sum
    }
  }
  return result
}
