import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { MapName, ModelManifest } from '../../src-main/contract/manifest'
import { openNetwork, type SampleOutputs } from '../../src-main/inference/open-network'
import { makeManifest } from '../helpers/make-manifest'
import { readNpy } from '../helpers/read-npy'

// Models as people export them (PyTorch and Keras; NCHW, NHWC and flat; with and without a latent distribution;
// batch fixed or open) through the engine's own session. Oracle: torch autograd in float64, see case.json.
const folder = join(
  process.env.NIDUS_CORPUS ?? resolve(__dirname, '../../../shared/data'),
  'reference-models'
)
const cases = existsSync(folder) ? readdirSync(folder).sort() : []
if (cases.length === 0) console.log(`skipped: no reference models at ${folder} (set NIDUS_CORPUS)`)

const opened: { dispose(): Promise<void> }[] = []
afterAll(async () => void (await Promise.all(opened.map((network) => network.dispose()))))

interface Case {
  input: {
    name: string
    layout: 'NCHW' | 'NHWC' | 'flat'
    image: { channels: 1 | 3; height: number; width: number }
  }
  outputs: { reconstruction: string; mu?: string; logvar?: string; log_std?: string }
  rec_loss: ModelManifest['losses']['reconstruction']
  beta: number | null
  checks: { float32_noise_max_rel: Record<string, number> }
}

async function open(name: string) {
  const stated = JSON.parse(readFileSync(join(folder, name, 'case.json'), 'utf8')) as Case
  const { reconstruction, mu, logvar, log_std: logStd } = stated.outputs
  const latent = mu !== undefined
  const manifest = makeManifest({
    id: name.replace(/_/g, '-'),
    sha256: createHash('sha256')
      .update(readFileSync(join(folder, name, 'model.onnx')))
      .digest('hex'),
    input: { name: stated.input.name, layout: stated.input.layout, ...stated.input.image },
    outputs: { reconstruction, mu, ...(logStd ? { logStd } : { logVar: logvar }) },
    losses: { reconstruction: stated.rec_loss, beta: stated.beta ?? 0 }
  })
  const maps: MapName[] = latent ? ['rec', 'grad-kl', 'grad-rec', 'grad-elbo'] : ['rec', 'grad-rec']
  const network = await openNetwork({ id: manifest.id, folder: join(folder, name), manifest }, 'cpu', maps)
  opened.push(network)
  const { shape, values } = readNpy(join(folder, name, 'input.npy'))
  const size = values.length / shape[0]
  const samples = Array.from({ length: shape[0] }, (_, i) =>
    Float32Array.from(values.subarray(i * size, (i + 1) * size))
  )
  return { stated, latent, network, samples }
}

/** 17 samples from the few of a case: each shifted along by a few pixels, so that all differ. */
function manySamples(samples: Float32Array[]): Float32Array[] {
  return Array.from({ length: 17 }, (_, i) => {
    const source = samples[i % samples.length]
    return source.map((_, at) => source[(at + 5 * i) % source.length])
  })
}

describe.skipIf(cases.length === 0)('reference models in the engine', () => {
  it.each(cases)('%s gives the losses and gradients of the oracle', async (name) => {
    const { stated, latent, network, samples } = await open(name)
    const outputs = await network.run(samples)
    const images: [string, keyof SampleOutputs][] = [
      ['reconstruction', 'reconstruction'],
      ['grad_rec', 'gradRec']
    ]
    if (latent) images.push(['grad_kl', 'gradKl'], ['grad_elbo', 'gradElbo'])
    for (const [file, output] of images) {
      const oracle = readNpy(join(folder, name, `${file}.npy`))
      const size = oracle.values.length / samples.length
      const most = Array.from(oracle.values).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
      let worst = 0
      outputs.forEach((sample, s) =>
        (sample[output] as Float32Array).forEach((value, i) => {
          worst = Math.max(worst, Math.abs(value - oracle.values[s * size + i]))
        })
      )
      const noise = stated.checks.float32_noise_max_rel[file] ?? 0
      expect(worst / most).toBeLessThanOrEqual(Math.max(1e-5, 10 * noise))
    }
    const rec = readNpy(join(folder, name, 'rec.npy')).values
    outputs.forEach((sample, s) => expect(Math.abs(sample.rec / rec[s] - 1)).toBeLessThan(1e-5))
    if (!latent) return outputs.forEach(({ kl }) => expect(kl).toBeNull())
    const kl = readNpy(join(folder, name, 'kl.npy')).values
    outputs.forEach((sample, s) => expect(Math.abs((sample.kl as number) / kl[s] - 1)).toBeLessThan(1e-5))
  })

  // d5 holds Elu and Softplus, whose CPU kernels depend on the place in the batch.
  it.each(cases)('%s gives every sample the same bits in any company', async (name) => {
    const { network, samples } = await open(name)
    const many = manySamples(samples)
    const single: SampleOutputs[] = []
    for (const sample of many) single.push((await network.run([sample]))[0])
    for (let round = 0; round < 3; round++) expect(await network.run(many)).toEqual(single)
    expect((await network.run([...many].reverse())).reverse()).toEqual(single)
    const other = await open(name)
    expect(await other.network.run(many.slice(3))).toEqual(single.slice(3))
  })
})
