import { bell, clamp, ellipsoid, inside, join, mix, ramp, taperedRod } from './solid-shapes.mjs'

const slope = new Float64Array(3)

/** Distance (mm) to the lateral ventricles of one side; `across` is the distance from the midline. */
function lateralVentricle(across, y, z, scale) {
  // The horns and the body are taller than wide: distances upwards count for less.
  const low = (z - 12) * 0.7
  const frontal = taperedRod(across, y, low, 10, -34, -4, 3.2 * scale, 6.5, -8, 3, 4.6 * scale)
  const body = taperedRod(across, y, low, 6.5, -8, 3, 4.6 * scale, 14, 24, 5, 5 * scale)
  const trigone = taperedRod(across, y, low, 14, 24, 5, 5 * scale, 25, 37, -2, 5.4 * scale)
  const occipital = taperedRod(across, y, low, 25, 37, -2, 4.4 * scale, 21, 58, -5, 1.2 * scale)
  const temporal = taperedRod(across, y, low, 27, 30, -7, 2.6 * scale, 34, -8, -24, 1.4 * scale)
  const whole = join(join(join(join(frontal, body, 3), trigone, 4), occipital, 3), temporal, 2)
  // The septum keeps the two sides apart.
  return Math.max(whole, 1.1 - across)
}

/** Signal of the deep grey nuclei laid over the white matter. */
function paintNuclei(head, across, y, z, value) {
  const { signal } = head
  const thalamus = ellipsoid(across - 11, y - 9, z - 8, 8.5, 14, 9)
  const caudate = ellipsoid(across - 15 - 0.12 * (y + 22), y + 20, z - 11, 5, 13, 9)
  const tilted = across - 25 - 0.22 * (y + 3)
  const putamen = ellipsoid(tilted - 2, y + 3, z - 4, 5, 18, 10)
  const pallidum = ellipsoid(tilted + 5, y + 1, z - 3, 4, 11, 7)
  let result = mix(value, signal.deepGrey, inside(join(thalamus, caudate, 2), 1.6) * 0.75)
  result = mix(result, signal.deepGrey, inside(putamen, 1.4) * 0.9)
  return mix(result, signal.whiteMatter * 0.94, inside(pallidum, 1.4) * 0.8)
}

/** Distance (mm) to the cerebellum. */
function toCerebellum(x, y, z) {
  const hemisphere = ellipsoid(Math.abs(x) - 22, y - 46, z + 36, 27, 29, 27)
  const vermis = ellipsoid(x, y - 44, z + 32, 11, 26, 26)
  return join(hemisphere, vermis, 5)
}

/** Signal of cerebellum, pons, midbrain and the cisterns around them. */
function paintPosteriorFossa(head, x, y, z, depth) {
  const { signal, noises } = head
  const across = Math.abs(x)
  const cerebellum = Math.max(toCerebellum(x, y, z), 1.5 - depth)
  const stemY = 8 + 0.16 * (z + 30)
  const pons = ellipsoid(x, y - stemY, z + 34, 17, 14, 22)
  const midbrain = ellipsoid(x, y - stemY - 4, z + 16, 16, 12, 18)
  const peduncle = taperedRod(across, y, z, 12, 14, -34, 8, 24, 36, -36, 9)
  const stem = join(join(pons, midbrain, 6), peduncle, 5)

  let value = signal.csf
  // Folia: thin dark lines parallel to the cerebellar surface, fainter inside.
  const warp = noises.warp.at(x / 16, y / 16, z / 16)
  const layer = (cerebellum + 5 * warp) / 4.4
  const phase = Math.abs(layer - Math.floor(layer) - 0.5) * 2
  const leaf = 1 - 0.3 * ramp(0.72, 1, phase) * ramp(-16, -2, cerebellum)
  const core = inside(ellipsoid(across - 20, y - 40, z + 36, 14, 14, 10) + 4 * warp, 4)
  const cortex = mix(signal.cerebellum * leaf, signal.whiteMatter, core * 0.8)
  value = mix(value, cortex, inside(cerebellum, 0.8))
  value = mix(value, mix(signal.whiteMatter, signal.cerebellum, 0.35 + 0.3 * warp), inside(stem, 0.9))
  const colliculi = ellipsoid(across - 4.5, y - 24, z + 12, 4.5, 4, 6)
  value = mix(value, signal.cerebellum, inside(colliculi, 0.9))
  const aqueduct = ellipsoid(x, y - 18, z + 14, 1.3, 1.5, 10)
  value = mix(value, signal.csf, inside(aqueduct, 0.8))
  const fourth = ellipsoid(x, y - 27, z + 36, 7 * (1 - 0.25 * ramp(24, 31, y)), 5, 10)
  return mix(value, signal.csf, inside(fourth, 0.8))
}

/**
 * Distance (mm) to the nearest sulcus wall: zero surfaces of a noise that hangs on the direction from the centre
 * of the hemisphere, so that sulci run inward from the surface; each ends at its own depth.
 */
function sulcus(noise, dirX, dirY, dirZ, radius, spacing, depth, reach) {
  const value = noise.withSlope(dirX / spacing, dirY / spacing, dirZ / spacing, slope)
  const steep = Math.sqrt(slope[0] * slope[0] + slope[1] * slope[1] + slope[2] * slope[2])
  const lateral = ((Math.abs(value) * spacing) / Math.max(steep, 0.35)) * radius
  const below = Math.max(depth - reach, 0)
  return Math.sqrt(lateral * lateral + below * below)
}

/** Signal of one cerebral hemisphere: sulci, cortex, white matter, nuclei, ventricles, fissures. */
function paintCerebrum(head, x, y, z, depth) {
  const { signal, noises } = head
  const side = x < 0 ? -1 : 1
  // The midline wanders by a millimetre or two.
  const midline = 1.6 * noises.warp.at(3, y / 38, z / 38)
  const across = (x - midline) * side
  const mirrored = across < 0 ? -across : across

  const wander = noises.warp.at(x / 24, y / 24, z / 24)
  const wanderToo = noises.warp.at(x / 24 + 60, y / 24, z / 24)
  const cx = mirrored - 27
  const cz = z - 6 + 5 * wanderToo
  const cy = y + 6 * wander
  const norm = Math.sqrt((cx * cx) / 1369 + (cy * cy) / 6889 + (cz * cz) / 4489) + 1e-6
  const radius = clamp(norm, 0.3, 1.1)
  const stretch = 62 / norm
  const dirX = (cx / 37) * stretch * 0.75
  const sideShift = side > 0 ? 120 : 0
  const dirY = (cy / 83) * stretch * 1.25 + sideShift
  const dirZ = (cz / 67) * stretch

  // Fissure between the hemispheres, closed by the corpus callosum and the tissue under it.
  const callosum = ellipsoid(0, y - 4, z - 5, 1e4, 45 + 2 * wander, 22)
  const fissureOpen = z < -20 ? 0 : ramp(-1.5, 1.5, callosum)
  const fissureHalf =
    0.55 + head.sulcusHalfWidthMm * (0.6 + 0.7 * wanderToo) + 1.4 * bell(y + 74, 30) + 0.8 * bell(y - 78, 25)
  const toFissure = fissureOpen > 0 ? mirrored - fissureHalf + (1 - fissureOpen) * 20 : 60

  const tableGap = head.subarachnoidMm * (1 + 0.8 * noises.fold.at(x / 15 + 80, y / 15, z / 15))
  const pial = Math.min(depth - Math.max(tableGap, 0.5), toFissure)

  // Two families of sulci: the main ones, and finer, shallower ones between them.
  const reach = 13 + 13 * noises.fine.at(dirX / 30, dirY / 30, dirZ / 30)
  const main = sulcus(noises.fold, dirX, dirY, dirZ, radius, head.sulcusSpacingMm, pial, Math.max(reach, 3))
  const minor = sulcus(
    noises.fine,
    dirX,
    dirY,
    dirZ,
    radius,
    head.sulcusSpacingMm * 0.62,
    pial,
    Math.max(reach * 0.5, 1.5)
  )
  const taper = clamp(1.25 - pial / (Math.max(reach, 3) + 4), 0.25, 1.25)
  const openness = 0.65 + 1.1 * noises.warp.at(dirX / 26 + 20, dirY / 26, dirZ / 26)
  const width = head.sulcusHalfWidthMm * taper * Math.max(openness, 0.15)
  let fluid = Math.min(main - width, minor - width * 0.35)

  // Sylvian fissure: a slit from the side inward, then along the insula.
  if (z > -20 && z < 26 && mirrored > 28) {
    const ripple = noises.fold.at(x / 11 + 30, y / 11, z / 11)
    const insulaX = 37 + 0.011 * (y + 6) * (y + 6) + 3 * wander + 2.2 * ripple
    const insula = Math.max(Math.abs(mirrored - insulaX), Math.abs(y + 5) - 19, Math.abs(z - 3) - 15)
    const slitY = -13 + 0.55 * (z - 2) + 7 * wanderToo + 3.5 * ripple + 0.35 * (mirrored - 42)
    const slit = Math.max(Math.abs(y - slitY), insulaX - mirrored, Math.abs(z - 3) - 17)
    const insulaHalf = (0.5 + head.sulcusHalfWidthMm) * (1.15 - 0.045 * Math.abs(y - slitY))
    fluid = Math.min(
      fluid,
      insula - Math.max(insulaHalf, 0.2),
      slit - (0.6 + 0.7 * ripple) * (0.5 + head.sulcusHalfWidthMm)
    )
  }
  const surface = Math.min(pial, fluid)

  const texture = noises.tissue.at(x / 22, y / 22, z / 22)
  const bands = noises.tissue.at(x / 6 + 50, y / 6, z / 6)
  let white = signal.whiteMatter * (1 + 0.035 * texture + 0.02 * bands)
  if (z > -14 && z < 24 && mirrored < 36) white = paintNuclei(head, mirrored, y, z, white)
  const grey = 1 + 0.05 * texture + 0.04 * bands
  const cortex = head.cortexMm * (1 + 0.25 * bands)
  let value = mix(grey, white, ramp(cortex - 0.9, cortex + 0.9, surface))
  value = mix(value, signal.csf, inside(surface, 0.6))

  if (z > -30 && z < 36) {
    const scale = head.ventricleScale * (1 + side * head.ventricleAsymmetry)
    const ventricle = lateralVentricle(mirrored, y, z, scale) + 0.5 * bands
    value = mix(value, value * (1 + head.rimSignal), bell(ventricle - 1.2, 2.6))
    value = mix(value, signal.csf * 0.92, inside(ventricle, 0.7))
    const plexus = ellipsoid(mirrored - 23, y - 35, z - 9, 2.4, 5, 4)
    value = mix(value, 0.85, inside(Math.max(plexus, ventricle + 0.8), 0.8))
    const third = ellipsoid(mirrored, y - 4, z + 2, 1.5 + 1.2 * (head.ventricleScale - 0.7), 13, 11)
    value = mix(value, signal.csf, inside(third, 0.7))
  }
  return value
}

/**
 * Signal of one point inside the skull, relative to cortical grey matter = 1.
 * @param {ReturnType<import('./draw-head.mjs').drawHead>} head
 * @param {number} depth millimetres from the inner table, positive inside
 */
export function paintBrain(head, x, y, z, depth) {
  const { signal, noises } = head
  const across = Math.abs(x)
  // The tentorium rises from the sides and the back to its notch; in front the petrous ridge ends the fossa.
  const tent = -2 - 0.3 * Math.max(y - 26, 0) - 0.3 * Math.max(across - 8, 0)
  const ridgeY = 8 + 17 * clamp((across - 16) / 50, 0, 1)
  const wave = 1.5 * noises.warp.at(x / 20, y / 20, z / 20 + 30)
  const toFossa = Math.max(z - tent, ridgeY - y, toCerebellum(x, y, z) - 2) + wave
  const toStem = ellipsoid(x, y - 10, z + 36, 20, 22, 34)
  const toTemporal = ellipsoid(across - 39, y + 12, z + 27, 23, 35, 24)
  const stemShare = inside(Math.max(toStem, -(toTemporal + 2)), 1.2) * ramp(-3, -8, z)
  const fossaShare = Math.max(inside(toFossa, 0.7), stemShare)
  let value = fossaShare < 1 ? paintCerebrum(head, x, y, z, depth) : 0
  if (fossaShare > 0) value = mix(value, paintPosteriorFossa(head, x, y, z, depth), fossaShare)
  const fromNotch = Math.sqrt(x * x + (y - 16) * (y - 16))
  value = mix(value, signal.csf * 1.5, bell(toFossa, 1.9) * 0.9 * ramp(15, 21, fromNotch))
  // Cisterns at the base, the quadrigeminal cistern and the superior sagittal sinus.
  if (z < 4) {
    const star = ellipsoid(x, y + 8, z + 24, 13 + 3 * noises.warp.at(x / 8, y / 8, z / 8), 9, 9)
    value = mix(value, signal.csf, inside(star, 1) * 0.95)
    value = mix(value, signal.csf, inside(ellipsoid(x, y - 30, z + 9, 10, 3.4, 7), 0.9) * 0.95)
  }
  if (y > 60)
    value = mix(
      value,
      signal.csf * 0.8,
      inside(ellipsoid(x, y - 83 + Math.max(z - 6, 0) * 0.35, 0, 4.5, 4, 1e4), 1)
    )
  return value
}
