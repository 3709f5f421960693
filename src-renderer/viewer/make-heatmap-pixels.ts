/** Scores that the ends of the colour table stand for. Fixed per model and map, never per image. */
export interface ScoreRange {
  low: number
  high: number
}

export interface HeatmapOptions {
  range: ScoreRange
  /** pixels below it are fully transparent; null shows every pixel */
  threshold: number | null
  /** [256 * 3], 0 to 255 */
  table: Uint8Array
}

/**
 * Colours of an anomaly map: opaque at and above the threshold, fully transparent below it. How strongly the
 * layer shows is its opacity alone and does not follow the score.
 * @param scores [rows * columns], score units
 * @returns [rows * columns * 4], red, green, blue, alpha, not premultiplied
 */
export function makeHeatmapPixels(scores: Float32Array, options: HeatmapOptions): Uint8ClampedArray {
  const { range, threshold, table } = options
  const pixels = new Uint8ClampedArray(scores.length * 4)
  const perScore = 256 / (range.high - range.low)
  const visibleFrom = threshold ?? -Infinity
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? 0
    // written so that a NaN score stays transparent
    if (!(score >= visibleFrom)) continue
    const colour = 3 * Math.min(255, Math.max(0, Math.floor((score - range.low) * perScore)))
    pixels[4 * i] = table[colour] ?? 0
    pixels[4 * i + 1] = table[colour + 1] ?? 0
    pixels[4 * i + 2] = table[colour + 2] ?? 0
    pixels[4 * i + 3] = 255
  }
  return pixels
}
