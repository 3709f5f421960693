import { bell, clamp, ellipsoid, inside, join, mix, ramp } from './solid-shapes.mjs'
import { paintBrain } from './paint-brain.mjs'

const soft = 0.6

/** Distance (mm) to the inner table of the skull: cerebrum, temporal lobes, posterior fossa and the stem. */
function innerTable(head, x, y, z) {
  const along = clamp(y / 86, -1.2, 1.2)
  const wide = x / (1 + head.egg * along - head.eggSquare * along * along)
  const across = Math.abs(x)
  const dome = ellipsoid(wide, y, z - 6, 68, 86, 70)
  const floorZ = -17 - 10 * ramp(-40, -15, y) + 9 * ramp(15, 45, y)
  const cerebrum = Math.max(dome, floorZ - z)
  const temporal = ellipsoid(across - 39, y + 12, z + 27, 24, 36, 25)
  const posterior = ellipsoid(x, y - 40, z + 34, 53, 38, 36)
  const stem = ellipsoid(x, y - 10, z + 36, 20, 22, 42)
  let distance = join(join(join(cerebrum, temporal, 7), posterior, 6), stem, 5)
  if (z < -12) {
    // The petrous ridge: a wedge of bone between the temporal lobe and the cerebellum.
    const t = clamp((across - 16) / 50, 0, 1)
    const ridgeY = 4 + 20 * t
    const ridgeZ = -40 + 4 * t
    const ridge = ellipsoid(0, y - ridgeY, z - ridgeZ, 20, 5 + 5 * t, 14) + (across < 14 ? 14 - across : 0)
    distance = Math.max(distance, -ridge)
  }
  return distance + 1.2 * head.noises.skull.at(x / 26, y / 26, z / 26)
}

/** Distance (mm) to the skin. */
function skin(head, x, y, z) {
  const along = clamp(y / 86, -1.2, 1.2)
  const wide = x / (1 + head.egg * along - head.eggSquare * along * along)
  const across = Math.abs(x)
  const shell = head.skullMm + head.scalpMm
  const cranium = ellipsoid(wide, y, z - 6, 68 + shell, 86 + shell, 70 + shell)
  const backwards = ramp(-70, 20, y)
  const column = Math.max(ellipsoid(x, y + 6, 0, 63 + 9 * backwards, 90, 1e4), z + 14)
  const nose = ellipsoid(x, y + 94, z + 46, 13, 17, 22)
  const ear = ellipsoid(across - 77, y - 18 - 0.5 * (across - 77), z + 34, 9, 12, 22)
  const temple = 6 * bell(y + 28, 36) * ramp(26, -8, z) * ramp(30, 55, across)
  return (
    join(join(join(cranium, column, 14), nose, 9), ear, 4) -
    temple +
    0.8 * head.noises.skull.at(x / 33 + 9, y / 33, z / 33) +
    2.4 * head.noises.skull.at(x / 60, y / 60 + 9, z / 60)
  )
}

/** Signal of face, neck and skull base, outside the braincase. */
function paintFace(head, x, y, z, depth, outsideBrain) {
  const { signal, noises } = head
  const across = Math.abs(x)
  const grain = noises.tissue.at(x / 9, y / 9, z / 9)
  const fibre = noises.tissue.at(x / 4 + 30, y / 13, z / 13)
  let value = mix(signal.muscle, signal.fat * 0.6, ramp(0.1, 0.45, grain))
  value = mix(value, signal.bone, ramp(0.05, -0.25, grain) * 0.9)
  // Temporalis and masseter: striped muscle beside the skull.
  const muscle = ramp(38, 52, across) * bell(y + 25, 48)
  value = mix(value, signal.muscle * (1 + 0.25 * fibre), muscle)
  // Skull base and petrous bone: dark, with air cells.
  value = mix(value, signal.bone * (1.6 + 1.8 * fibre), inside(outsideBrain - 9, 2))
  const mastoid = ellipsoid(across - 58, y - 30, z + 44, 13, 16, 18)
  value = mix(value, signal.bone * (1.2 + 2.2 * grain), inside(mastoid, 2))
  // Neck muscles behind the posterior fossa.
  value = mix(value, signal.muscle * (1 + 0.3 * fibre), ramp(40, 60, y) * ramp(-30, -40, z) * 0.8)
  // Nasal cavity, ethmoid cells, sphenoid sinus: air between thin walls.
  const nasal = ellipsoid(x, y + 62, z + 46, 13, 34, 24)
  const wall = ramp(0.16, 0.3, Math.abs(noises.tissue.at(x / 7, y / 15, z / 20)))
  value = mix(value, mix(signal.muscle * 1.4, 0.03, wall), inside(nasal, 1.2))
  value = mix(value, 0.03, inside(ellipsoid(x - 2, y + 18, z + 42, 14, 12, 9), 1))
  // Orbit: a cone of fat, the eyeball in front, the optic nerve and four muscles inside.
  if (y < -15 && z < -8) {
    const t = clamp((y + 66) / 40, 0, 1)
    const axisX = 33 - 17 * t
    const axisZ = -37 + 3 * t
    const radius = 18 - 13 * t
    const offX = across - axisX
    const offZ = z - axisZ
    const off = Math.sqrt(offX * offX + offZ * offZ)
    const cone = Math.max(off - radius, -(y + 82), y + 24)
    value = mix(value, signal.bone, inside(cone - 1.5, soft))
    value = mix(value, signal.fat * (0.85 + 0.1 * fibre), inside(cone, 1))
    const ring = Math.abs(off - (radius - 3.5)) - 1.6
    const fourfold = ramp(0.1, 0.35, Math.abs(Math.abs(offX) - Math.abs(offZ)) / (off + 1))
    value = mix(value, signal.muscle * 1.1, inside(Math.max(ring, cone, -(y + 60)), 0.8) * fourfold)
    value = mix(value, signal.muscle * 1.5, inside(Math.max(off - 2.4, cone, -(y + 62)), 0.7))
    const eye = ellipsoid(across - 33, y + 69, z + 37, 12.3, 12.6, 12)
    value = mix(value, signal.muscle * 1.6, inside(eye, 0.8))
    value = mix(value, signal.vitreous, inside(eye + 1.4, 0.8))
    value = mix(value, signal.muscle, inside(ellipsoid(across - 33, y + 78, z + 37, 4.6, 2, 4.6), 0.8))
  }
  return mix(value, value * 0.8, ramp(3, 0, depth))
}

/**
 * Signal of one point of the head in its own frame, relative to cortical grey matter = 1, before bias and noise.
 * @param {ReturnType<import('./draw-head.mjs').drawHead>} head
 */
export function paintHead(head, x, y, z) {
  const outside = skin(head, x, y, z)
  if (outside > soft) return 0
  const { signal, noises } = head
  const depth = -outside
  const distance = innerTable(head, x, y, z)
  if (distance < -3) return paintBrain(head, x, y, z, -distance)

  const patch = noises.tissue.at(x / 14, y / 14, z / 14)
  const scalp = head.scalpMm * (1 + 0.25 * patch)
  // Skin is a little darker than the fat under it; the galea under the fat is darker again.
  let value = mix(signal.fat * 0.62, signal.fat * (1 + 0.22 * patch), ramp(0.8, 2.4, depth))
  value = mix(value, signal.muscle, ramp(scalp - 1.6, scalp, depth))
  const calvaria = ramp(-24, -10, z + 10 * ramp(-30, -70, y))
  const face = calvaria < 1 ? paintFace(head, x, y, z, depth, distance) : 0
  const skull = head.skullMm * (1 + 0.2 * noises.skull.at(x / 18, y / 18 + 20, z / 18))
  const marrow =
    bell(distance - skull * 0.5, skull * 0.32) * ramp(-0.3, 0.4, noises.skull.at(x / 30, y / 30, z / 30 + 20))
  const bone = mix(signal.bone, signal.marrow, marrow)
  let dome = mix(value, bone, inside(distance - skull, 0.8))
  if (y < -70 && z < 14) {
    // Frontal sinus: air inside the brow.
    const sinus = ellipsoid(Math.abs(x) - 9, y + 93, z + 4, 11, 5, 13)
    dome = mix(dome, 0.03, inside(Math.max(sinus, 1.5 - distance, head.scalpMm + 1 - depth), 0.8))
  }
  let tissue = calvaria < 1 ? mix(mix(value, face, ramp(scalp - 1, scalp + 1, depth)), dome, calvaria) : dome
  if (distance < soft) tissue = mix(tissue, paintBrain(head, x, y, z, -distance), inside(distance, soft))
  return tissue * inside(outside, soft)
}
