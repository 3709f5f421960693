import { buildGradientModel, type GradientModel } from '../../gradient/build-gradient-model'
import { checkGradient, type GradientCheck } from '../../gradient/check-gradient'
import type { GradientSpec } from '../../gradient/gradient-spec'
import { openGradientSession } from '../open-gradient-session'

/**
 * Differentiates a network, opens the result on the CPU and compares its gradients with finite differences.
 * @throws onnx-* where it cannot be differentiated or the gradients are wrong, model-session-failed
 */
export async function selfCheck(
  network: Uint8Array,
  spec: GradientSpec
): Promise<{ check: GradientCheck; built: GradientModel }> {
  const built = buildGradientModel(network, spec, ['reconstruction', 'kl', 'rec', 'grad_kl', 'grad_rec'])
  const session = await openGradientSession(built.model)
  try {
    return { check: await checkGradient(built, spec, session.run), built }
  } finally {
    await session.release()
  }
}

/** The outcome of a self-check in a line. */
export function describeCheck({ comparisons, worst }: GradientCheck): string {
  return `${comparisons} gradients agree with finite differences (worst ${(100 * worst).toFixed(2)} % of the largest)`
}
