/**
 * What every threshold does to labelled scores, from the strictest to the laxest. Point i calls scores at or over
 * `thresholds[i]` anomalous; thresholds are the distinct scores in descending order (as scikit-learn's
 * roc_curve with drop_intermediate=False, without its leading infinite threshold).
 */
export interface OperatingPoints {
  thresholds: Float64Array
  /** anomalies at or over */
  truePositives: Float64Array
  /** normals at or over */
  falsePositives: Float64Array
  anomalies: number
  normals: number
}

/**
 * Merges two ascending arrays of scores into operating points; equal scores fall together.
 * @param normals ascending, finite
 * @param anomalies ascending, finite
 */
export function operatingPoints(normals: ArrayLike<number>, anomalies: ArrayLike<number>): OperatingPoints {
  let points = 0
  walkDescending(normals, anomalies, () => points++)
  const thresholds = new Float64Array(points)
  const truePositives = new Float64Array(points)
  const falsePositives = new Float64Array(points)
  let at = 0
  walkDescending(normals, anomalies, (score, over, falselyOver) => {
    thresholds[at] = score
    truePositives[at] = over
    falsePositives[at] = falselyOver
    at++
  })
  return {
    thresholds,
    truePositives,
    falsePositives,
    anomalies: anomalies.length,
    normals: normals.length
  }
}

/**
 * Visits each distinct score of two ascending arrays in descending order, with the numbers of anomalies and of
 * normals at or over it. Needs no memory: for 10^7 pixels use this.
 */
export function walkDescending(
  normals: ArrayLike<number>,
  anomalies: ArrayLike<number>,
  visit: (score: number, truePositives: number, falsePositives: number) => void
): void {
  let n = normals.length
  let a = anomalies.length
  while (n > 0 || a > 0) {
    const normal = n > 0 ? normals[n - 1] : -Infinity
    const anomaly = a > 0 ? anomalies[a - 1] : -Infinity
    const score = normal > anomaly ? normal : anomaly
    while (n > 0 && normals[n - 1] === score) n--
    while (a > 0 && anomalies[a - 1] === score) a--
    visit(score, anomalies.length - a, normals.length - n)
  }
}
