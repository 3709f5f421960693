/** A map with its ground truth. */
export interface EvaluationImage {
  name: string
  /** opaque key; intervals come from resampling patients */
  patient: string
  rows: number
  columns: number
  /** [rows * columns], score units, finite; higher is less normal */
  scores: Float32Array | Float64Array
  /** [rows * columns], non-zero where anomalous */
  mask: Uint8Array
}
