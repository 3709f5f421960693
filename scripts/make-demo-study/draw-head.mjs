import { createGradientNoise } from './gradient-noise.mjs'
import { createRandom } from './seeded-random.mjs'

/** Sine and cosine of a small angle by t = tan(angle / 2), so that no engine-dependent function is called. */
function turn(halfTangent) {
  const square = halfTangent * halfTangent
  return { sine: (2 * halfTangent) / (1 + square), cosine: (1 - square) / (1 + square) }
}

/**
 * Draws one head: its size, pose, folding, contrast and scanner faults.
 * The anatomical frame has its origin near the centre of the brain, x to the patient's left, y to the back,
 * z up, in millimetres; `turns` and `stretch` carry the head frame into the scanner frame (LPS).
 * Signals are relative to cortical grey matter = 1.
 *
 * @param {number} seed the head; the same seed draws the same head on every machine
 */
export function drawHead(seed) {
  const random = createRandom(seed)
  const { between } = random
  const noise = (index) => createGradientNoise((Math.imul(seed, 31) + index * 7919) | 0)
  return {
    seed,
    noiseSeed: random.nextWord(),
    turns: {
      yaw: turn(between(-0.055, 0.055)),
      pitch: turn(between(-0.07, 0.07)),
      roll: turn(between(-0.025, 0.025))
    },
    shiftMm: { x: between(-6, 6), y: between(-5, 9), z: between(-3, 3) },
    stretch: { x: between(0.9, 1.04), y: between(0.9, 1.04), z: between(0.94, 1.05) },
    warpMm: between(2, 4.5),
    egg: between(0.03, 0.1),
    eggSquare: between(0.02, 0.09),
    skullMm: between(4.5, 7.5),
    scalpMm: between(4.5, 8),
    subarachnoidMm: between(0.7, 2.2),
    cortexMm: between(2.6, 3.6),
    sulcusHalfWidthMm: between(0.45, 1.05),
    sulcusSpacingMm: between(17, 23),
    ventricleScale: between(0.75, 1.5),
    ventricleAsymmetry: between(-0.18, 0.18),
    signal: {
      whiteMatter: between(0.76, 0.92),
      deepGrey: between(0.95, 1.05),
      cerebellum: between(0.9, 1.02),
      csf: between(0.14, 0.34),
      bone: between(0.05, 0.14),
      marrow: between(0.2, 0.75),
      fat: between(1.5, 2.9),
      muscle: between(0.32, 0.55),
      vitreous: between(0.12, 0.3)
    },
    rimSignal: between(0.02, 0.14),
    biasSlopes: [between(-0.0016, 0.0016), between(-0.0016, 0.0016), between(-0.002, 0.002)],
    biasSurface: between(0.0, 0.32),
    noiseSigma: between(0.01, 0.05),
    blurShare: between(0.25, 0.9),
    // Real 8-bit slices put cortex anywhere between these grey values; unused by the 16-bit study.
    cortexGrey: between(38, 82),
    noises: {
      shape: noise(1),
      skull: noise(2),
      fold: noise(3),
      fine: noise(4),
      warp: noise(5),
      tissue: noise(6),
      bias: noise(7),
      lesion: noise(8)
    }
  }
}

/**
 * Carries a point from the scanner frame (LPS, mm) to the head's own anatomical frame (mm).
 * @param {ReturnType<typeof drawHead>} head
 * @param {Float64Array} out receives x, y, z
 */
export function toHeadFrame(head, x, y, z, out) {
  const { yaw, pitch, roll } = head.turns
  let px = x - head.shiftMm.x
  let py = y - head.shiftMm.y
  let pz = z - head.shiftMm.z
  const yawX = px * yaw.cosine + py * yaw.sine
  py = py * yaw.cosine - px * yaw.sine
  px = yawX
  const pitchY = py * pitch.cosine + pz * pitch.sine
  pz = pz * pitch.cosine - py * pitch.sine
  py = pitchY
  const rollX = px * roll.cosine + pz * roll.sine
  pz = pz * roll.cosine - px * roll.sine
  px = rollX
  const { shape } = head.noises
  const warp = head.warpMm
  out[0] = px / head.stretch.x + warp * shape.at(px / 70, py / 70, pz / 70)
  out[1] = py / head.stretch.y + warp * shape.at(px / 70 + 40, py / 70, pz / 70)
  out[2] = pz / head.stretch.z + warp * shape.at(px / 70, py / 70 + 40, pz / 70)
}
