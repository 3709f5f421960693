import type { UsedProvider } from '../../contract/analysis'
import { NidusError, toNidusError } from '../../contract/errors'
import { goldenInput } from '../golden-input'
import { gradientSpecOf } from '../gradient-spec-of'
import { loadModel, readModelFile, type CatalogueModel } from '../model-catalogue'
import { openNetwork, type SampleOutputs } from '../open-network'
import { largestDifference } from '../probe-provider'
import { describeCheck, selfCheck } from './self-check'

/** One step of a check: what was looked at, and what came of it. */
export interface CheckStep {
  step: 'manifest and hash' | 'gradients' | 'provider' | 'repeatability'
  ok: boolean
  detail: string
  error: NidusError | null
}

/** Golden samples of the repeatability check: more than a batch, so that batched and single runs are compared. */
const goldenSamples = 11

/**
 * Checks an installed model from its file to its maps: schema and hash, gradients against finite differences, the
 * provider (agreement with the CPU, for others than the CPU), and whether the golden inputs give the same bits
 * again, alone and in company. Ends at the first step that fails.
 * @param provider that will be used, and why; probed already where it is not the CPU
 */
export async function checkModel(
  folder: string,
  provider: { used: UsedProvider; reason: string }
): Promise<CheckStep[]> {
  const steps: CheckStep[] = []
  const attempt = async (step: CheckStep['step'], work: () => Promise<string>): Promise<boolean> => {
    try {
      steps.push({ step, ok: true, detail: await work(), error: null })
      return true
    } catch (thrown) {
      const error = toNidusError(thrown)
      steps.push({ step, ok: false, detail: String(error.context.reason ?? error.code), error })
      return false
    }
  }
  let model: CatalogueModel | undefined
  const passed =
    (await attempt('manifest and hash', async () => {
      model = await loadModel(folder)
      return `valid; sha256 ${model.manifest.sha256}`
    })) &&
    (await attempt('gradients', async () => {
      const { check } = await selfCheck(await readModelFile(model!), gradientSpecOf(model!.manifest))
      return describeCheck(check)
    })) &&
    (await attempt('provider', async () => {
      const network = await openNetwork(model!, provider.used, model!.manifest.maps.available)
      await network.dispose()
      return `opens on ${provider.used} (${provider.reason})`
    }))
  if (passed) await attempt('repeatability', () => repeat(model!, provider.used))
  return steps
}

async function repeat(model: CatalogueModel, provider: UsedProvider): Promise<string> {
  const inputs = Array.from({ length: goldenSamples }, (_, i) => goldenInput(model.manifest, i))
  const network = await openNetwork(model, provider, model.manifest.maps.available)
  let first: SampleOutputs[]
  let again: SampleOutputs[]
  try {
    first = await network.run(inputs)
    again = []
    for (const input of inputs) again.push(...(await network.run([input])))
  } finally {
    await network.dispose()
  }
  if (
    !first.every(({ reconstruction, rec }) => reconstruction.every(Number.isFinite) && Number.isFinite(rec))
  ) {
    throw new NidusError('engine-failed', {
      model: model.id,
      reason: 'the network gave a value that is not finite for a golden input'
    })
  }
  const worst = largestDifference(again, first)
  // Written so that NaN counts as different.
  if (!(worst.difference === 0)) {
    throw new NidusError('engine-failed', {
      model: model.id,
      reason: `golden inputs gave other values the second time: ${worst.output} by ${worst.difference.toExponential(1)}`
    })
  }
  return `${goldenSamples} golden inputs give the same bits again, together and one by one`
}
