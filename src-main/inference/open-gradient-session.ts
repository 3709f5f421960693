import { InferenceSession, Tensor } from './onnx-runtime'
import { NidusError } from '../contract/errors'
import type { RunGradientModel } from '../gradient/check-gradient'

/**
 * Opens a gradient graph on the CPU, for its comparison with finite differences.
 * @param model bytes of the gradient graph, its input named `x`
 * @throws model-session-failed where ONNX Runtime refuses it
 */
export async function openGradientSession(
  model: Uint8Array
): Promise<{ run: RunGradientModel; release(): Promise<void> }> {
  let session: InferenceSession
  try {
    session = await InferenceSession.create(model, { logSeverityLevel: 3 })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new NidusError('model-session-failed', { reason }, { cause })
  }
  return {
    run: async (images, dims) => {
      const results = await session.run({ x: new Tensor('float32', images, dims) })
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array])
      )
    },
    release: () => session.release()
  }
}
