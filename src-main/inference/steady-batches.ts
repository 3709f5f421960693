/** Samples in, outputs out, in the same order; what one call of the session gives. */
export type RunSamples<Output> = (samples: Float32Array[]) => Promise<Output[]>

export interface SteadyBatchOptions<Output> {
  /** runs single samples, and batches where there is no runBatch */
  runSamples: RunSamples<Output>
  /** runs batches, as many at once as there are lanes */
  runBatch?: RunSamples<Output>
  /** batches run side by side */
  lanes?: number
  /** slices in a batch */
  batchSize: number
  /** what is known before the first run; `single` stays so for good, `padded` never runs another size than a batch */
  initially: 'unknown' | 'steady' | 'single' | 'padded'
  /** true where both outputs hold the same bits */
  same(a: Output, b: Output): boolean
}

/**
 * Runs samples in batches where that changes no bit of any result, and one by one where it would: the same slice
 * gives the same map whatever its neighbours, its place in the batch, the size of the batch and the number of threads.
 *
 * Why this has to be found out: ONNX Runtime's CPU kernels are not all invariant. Measured with 1.30 on x64:
 * Elu, Selu, Softplus, Mish and Log change their last bit with an element's place in the batch, ReduceSum and
 * ReduceMean with the row's alignment; Gemm has a kernel of its own for one row on some processors.
 *
 * The first full batch is therefore run one by one, which gives the results, and then as a batch, forwards and
 * backwards; only where all agree bit for bit are later slices batched. Short rests are padded with zeros or run
 * one by one, so that no other batch size than the proven ones occurs.
 */
export function createSteadyBatches<Output>(options: SteadyBatchOptions<Output>): RunSamples<Output> {
  const { runSamples, batchSize, same, runBatch = runSamples, lanes = 1 } = options
  let rule = batchSize < 2 ? 'single' : options.initially

  const oneByOne = async (samples: Float32Array[]): Promise<Output[]> => {
    const outputs: Output[] = []
    for (const sample of samples) outputs.push((await runSamples([sample]))[0])
    return outputs
  }
  const padded = async (samples: Float32Array[]): Promise<Output[]> => {
    const empty = new Float32Array(samples[0].length)
    const padding = Array.from({ length: batchSize - samples.length }, () => empty)
    return (await runBatch([...samples, ...padding])).slice(0, samples.length)
  }
  const agrees = async (samples: Float32Array[], expected: Output[]): Promise<boolean> => {
    const forwards = await runBatch(samples)
    if (!forwards.every((output, i) => same(output, expected[i]))) return false
    const backwards = (await runBatch([...samples].reverse())).reverse()
    return backwards.every((output, i) => same(output, expected[i]))
  }

  const runPart = async (part: Float32Array[]): Promise<Output[]> => {
    if (rule === 'padded' || (rule === 'steady' && part.length > batchSize / 2)) return padded(part)
    const made = await oneByOne(part)
    if (rule === 'unknown' && part.length === batchSize) {
      rule = (await agrees(part, made)) ? 'steady' : 'single'
    }
    return made
  }

  return async (samples) => {
    const parts: Float32Array[][] = []
    for (let from = 0; from < samples.length; from += batchSize)
      parts.push(samples.slice(from, from + batchSize))
    const outputs: Output[] = []
    while (parts.length > 0) {
      const together = rule === 'steady' || rule === 'padded' ? lanes : 1
      const made = await Promise.all(parts.splice(0, together).map(runPart))
      outputs.push(...made.flat())
    }
    return outputs
  }
}
