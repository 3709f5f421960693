import { createRandom } from './seeded-random.mjs'

// The twelve edge directions of a cube, four of them twice (Perlin, 'Improving Noise', SIGGRAPH 2002).
const slopeX = Float64Array.of(1, -1, 1, -1, 1, -1, 1, -1, 0, 0, 0, 0, 1, -1, 0, 0)
const slopeY = Float64Array.of(1, 1, -1, -1, 0, 0, 0, 0, 1, -1, 1, -1, 1, 1, -1, -1)
const slopeZ = Float64Array.of(0, 0, 0, 0, 1, 1, -1, -1, 1, 1, -1, -1, 0, 0, 1, -1)

const fade = (t) => t * t * t * (t * (t * 6 - 15) + 10)
const fadeSlope = (t) => 30 * t * t * (t * (t - 2) + 1)

/**
 * Smooth random field in three dimensions, lattice step 1, period 256, about [-1, 1], zero mean.
 * @param {number} seed
 * @returns {{
 *   at: (x: number, y: number, z: number) => number,
 *   withSlope: (x: number, y: number, z: number, slope: Float64Array) => number
 * }} `withSlope` also writes the field's gradient (per lattice step) to `slope`
 */
export function createGradientNoise(seed) {
  const random = createRandom(seed)
  const order = new Uint8Array(512)
  for (let i = 0; i < 256; i++) order[i] = i
  for (let i = 255; i > 0; i--) {
    const other = random.nextWord() % (i + 1)
    const held = order[i]
    order[i] = order[other]
    order[other] = held
  }
  order.copyWithin(256, 0, 256)

  const withSlope = (x, y, z, slope) => {
    const floorX = Math.floor(x)
    const floorY = Math.floor(y)
    const floorZ = Math.floor(z)
    const ax = x - floorX
    const ay = y - floorY
    const az = z - floorZ
    const ix = floorX & 255
    const iy = floorY & 255
    const iz = floorZ & 255
    const i0 = order[ix] + iy
    const i1 = order[ix + 1] + iy
    const i00 = order[i0] + iz
    const i01 = order[i0 + 1] + iz
    const i10 = order[i1] + iz
    const i11 = order[i1 + 1] + iz
    const c000 = order[i00] & 15
    const c100 = order[i10] & 15
    const c010 = order[i01] & 15
    const c110 = order[i11] & 15
    const c001 = order[i00 + 1] & 15
    const c101 = order[i10 + 1] & 15
    const c011 = order[i01 + 1] & 15
    const c111 = order[i11 + 1] & 15
    const bx = ax - 1
    const by = ay - 1
    const bz = az - 1
    const v000 = slopeX[c000] * ax + slopeY[c000] * ay + slopeZ[c000] * az
    const v100 = slopeX[c100] * bx + slopeY[c100] * ay + slopeZ[c100] * az
    const v010 = slopeX[c010] * ax + slopeY[c010] * by + slopeZ[c010] * az
    const v110 = slopeX[c110] * bx + slopeY[c110] * by + slopeZ[c110] * az
    const v001 = slopeX[c001] * ax + slopeY[c001] * ay + slopeZ[c001] * bz
    const v101 = slopeX[c101] * bx + slopeY[c101] * ay + slopeZ[c101] * bz
    const v011 = slopeX[c011] * ax + slopeY[c011] * by + slopeZ[c011] * bz
    const v111 = slopeX[c111] * bx + slopeY[c111] * by + slopeZ[c111] * bz
    const u = fade(ax)
    const v = fade(ay)
    const w = fade(az)
    const kx = v100 - v000
    const ky = v010 - v000
    const kz = v001 - v000
    const kxy = v000 - v100 - v010 + v110
    const kyz = v000 - v010 - v001 + v011
    const kzx = v000 - v100 - v001 + v101
    const kxyz = v100 - v000 + v010 - v110 + v001 - v101 - v011 + v111
    if (slope !== undefined) {
      // Interpolated corner gradients plus the fade's own derivative (Quilez, 'Gradient noise derivatives').
      for (let axis = 0; axis < 3; axis++) {
        const g = axis === 0 ? slopeX : axis === 1 ? slopeY : slopeZ
        const low =
          g[c000] +
          u * (g[c100] - g[c000]) +
          v * (g[c010] - g[c000] + u * (g[c000] - g[c100] - g[c010] + g[c110]))
        const high =
          g[c001] +
          u * (g[c101] - g[c001]) +
          v * (g[c011] - g[c001] + u * (g[c001] - g[c101] - g[c011] + g[c111]))
        slope[axis] = low + w * (high - low)
      }
      slope[0] += fadeSlope(ax) * (kx + v * kxy + w * kzx + v * w * kxyz)
      slope[1] += fadeSlope(ay) * (ky + w * kyz + u * kxy + u * w * kxyz)
      slope[2] += fadeSlope(az) * (kz + u * kzx + v * kyz + u * v * kxyz)
    }
    return v000 + u * kx + v * ky + w * kz + u * v * kxy + v * w * kyz + w * u * kzx + u * v * w * kxyz
  }

  return { at: (x, y, z) => withSlope(x, y, z, undefined), withSlope }
}
