/** Distance fields in millimetres: negative inside, positive outside. Only exactly rounded arithmetic. */

/** Keeps a value within [low, high]. */
export const clamp = (value, low, high) => (value < low ? low : value > high ? high : value)

/** Smooth step from 0 (value <= low) to 1 (value >= high), cubic. */
export function ramp(low, high, value) {
  const t = clamp((value - low) / (high - low), 0, 1)
  return t * t * (3 - 2 * t)
}

/** Share of a pixel inside a surface, 1 well inside, 0 well outside; `softMm` is half the width of the edge. */
export const inside = (distanceMm, softMm) => 1 - ramp(-softMm, softMm, distanceMm)

/** Linear mix: `from` at share 0, `to` at share 1. */
export const mix = (from, to, share) => from + (to - from) * share

/** Bell of height 1 at distance 0 that reaches 0 at |distance| = reach. */
export function bell(distance, reach) {
  const t = 1 - (distance * distance) / (reach * reach)
  return t > 0 ? t * t : 0
}

/** Distance to an ellipsoid about the origin, exact at the surface to first order (Quilez). */
export function ellipsoid(x, y, z, radiusX, radiusY, radiusZ) {
  const ux = x / radiusX
  const uy = y / radiusY
  const uz = z / radiusZ
  const norm = Math.sqrt(ux * ux + uy * uy + uz * uz)
  const vx = ux / radiusX
  const vy = uy / radiusY
  const vz = uz / radiusZ
  const slope = Math.sqrt(vx * vx + vy * vy + vz * vz)
  return slope < 1e-9 ? -Math.min(radiusX, radiusY, radiusZ) : (norm * (norm - 1)) / slope
}

/** Distance to a tapered rod from (ax, ay, az) with radius ra to (bx, by, bz) with radius rb. */
export function taperedRod(x, y, z, ax, ay, az, ra, bx, by, bz, rb) {
  const dx = bx - ax
  const dy = by - ay
  const dz = bz - az
  const t = clamp(((x - ax) * dx + (y - ay) * dy + (z - az) * dz) / (dx * dx + dy * dy + dz * dz), 0, 1)
  const ex = x - ax - t * dx
  const ey = y - ay - t * dy
  const ez = z - az - t * dz
  return Math.sqrt(ex * ex + ey * ey + ez * ez) - (ra + t * (rb - ra))
}

/** Union of two shapes with a rounded joint of about `joint` millimetres. */
export function join(a, b, joint) {
  const overlap = Math.max(joint - Math.abs(a - b), 0) / joint
  return Math.min(a, b) - overlap * overlap * joint * 0.25
}
