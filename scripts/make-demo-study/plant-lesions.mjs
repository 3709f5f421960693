import { createRandom } from './seeded-random.mjs'
import { ellipsoid, inside, mix } from './solid-shapes.mjs'

/**
 * @typedef {{ name: string, x: number, y: number, z: number, radiusX: number, radiusY: number, radiusZ: number,
 *   signal: number, roughMm: number }} Lesion centre and radii in millimetres in the head frame; `signal` relative
 *   to cortex = 1; `roughMm` is how far the border departs from an ellipsoid
 */

/** The demo study's three lesions: all in white matter, off the midline, away from the brain's edge. */
export const demoLesions = /** @type {Lesion[]} */ ([
  {
    name: 'left frontal',
    x: 30,
    y: -38,
    z: 26,
    radiusX: 8.4,
    radiusY: 10,
    radiusZ: 8,
    signal: 2.2,
    roughMm: 3
  },
  {
    name: 'right parietal',
    x: -36,
    y: 36,
    z: 24,
    radiusX: 7.5,
    radiusY: 9,
    radiusZ: 7,
    signal: 2.05,
    roughMm: 2.5
  },
  {
    name: 'left posterior frontal',
    x: 26,
    y: 6,
    z: 44,
    radiusX: 6,
    radiusY: 6.5,
    radiusZ: 6,
    signal: 2.1,
    roughMm: 2
  }
])

/**
 * Draws one to three lesions for a training head, each on a random place of the cerebral white matter.
 * @param {number} seed
 * @returns {Lesion[]}
 */
export function drawLesions(seed) {
  const random = createRandom(seed ^ 0x5bd1e995)
  const count = 1 + (random.nextWord() % 3)
  const lesions = []
  for (let index = 0; index < count; index++) {
    const side = random.nextWord() % 2 === 0 ? -1 : 1
    lesions.push({
      name: `lesion ${index + 1}`,
      x: side * random.between(20, 42),
      y: random.between(-45, 50),
      z: random.between(10, 50),
      radiusX: random.between(4, 12),
      radiusY: random.between(4, 12),
      radiusZ: random.between(5, 11),
      signal: random.between(1.4, 2),
      roughMm: random.between(1, 3.5)
    })
  }
  return lesions
}

/**
 * How much of a point lesions fill, and their signal there.
 * @param {ReturnType<import('./draw-head.mjs').drawHead>} head
 * @param {Lesion[]} lesions
 * @returns {{ filled: number, signal: number, index: number }} `filled` 0 to 1; `signal` relative to cortex = 1;
 *   `index` of the lesion that fills most, -1 for none
 */
export function lesionShare(head, lesions, x, y, z) {
  const { lesion: noise } = head.noises
  let filled = 0
  let signal = 0
  let index = -1
  for (const [candidate, lesion] of lesions.entries()) {
    const dx = x - lesion.x
    const dy = y - lesion.y
    const dz = z - lesion.z
    const reach = Math.max(lesion.radiusX, lesion.radiusY, lesion.radiusZ) + lesion.roughMm + 2
    if (dx * dx + dy * dy + dz * dz > reach * reach) continue
    const rough = noise.at(x / 9, y / 9, z / 9) + 0.5 * noise.at(x / 4.5 + 33, y / 4.5, z / 4.5)
    const distance =
      ellipsoid(dx, dy, dz, lesion.radiusX, lesion.radiusY, lesion.radiusZ) + 1.6 * lesion.roughMm * rough
    const share = inside(distance, 1.6)
    if (share <= filled) continue
    filled = share
    index = candidate
    // Paler towards the border, uneven inside.
    signal =
      mix(lesion.signal, lesion.signal * 0.84, inside(-distance - 3, 3)) *
      (1 + 0.08 * noise.at(x / 6, y / 6, z / 6 + 50))
  }
  return { filled, signal, index }
}
