/** What the network gives for one sample. Images are in the model's layout, gradients signed. */
export interface SampleOutputs {
  reconstruction: Float32Array
  /** per-sample sums */
  rec: number
  /** null for models without a latent distribution */
  kl: number | null
  gradKl?: Float32Array
  gradRec?: Float32Array
  gradElbo?: Float32Array
}

/** Whether both hold the same bits. */
export function sameBits(a: SampleOutputs, b: SampleOutputs): boolean {
  const same = (left?: Float32Array, right?: Float32Array): boolean =>
    left === right || (!!left && !!right && left.every((value, i) => Object.is(value, right[i])))
  return (
    Object.is(a.rec, b.rec) &&
    Object.is(a.kl, b.kl) &&
    same(a.reconstruction, b.reconstruction) &&
    same(a.gradKl, b.gradKl) &&
    same(a.gradRec, b.gradRec) &&
    same(a.gradElbo, b.gradElbo)
  )
}
