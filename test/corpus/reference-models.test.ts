import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InferenceSession, Tensor } from '../../src-main/inference/onnx-runtime'
import { describe, expect, it } from 'vitest'
import { buildGradientModel } from '../../src-main/gradient/build-gradient-model'
import { readCaseRoles } from '../../src-main/gradient/read-case-roles'
import { readNpy } from '../helpers/read-npy'

// The oracle arrays were made with torch autograd in float64 on the same weights (case.json of each model).
const folder = join(
  process.env['NIDUS_CORPUS'] ?? resolve(__dirname, '../../../shared/data'),
  'reference-models'
)
const cases = existsSync(folder) ? readdirSync(folder).sort() : []
if (cases.length === 0) console.info(`skipped: no reference models at ${folder} (set NIDUS_CORPUS)`)

describe.skipIf(cases.length === 0)('gradient graphs of the reference models', () => {
  it.each(cases)('%s agrees with float64 autograd', async (name) => {
    const at = (file: string): string => join(folder, name, file)
    const json = readFileSync(at('case.json'), 'utf8')
    const stated = JSON.parse(json) as {
      checks: { float32_noise_max_rel: Record<string, number> }
      beta: number | null
    }
    const built = buildGradientModel(readFileSync(at('model.onnx')), readCaseRoles(json))
    expect(built.fixedBatch).toBeUndefined()
    const session = await InferenceSession.create(built.model)
    const x = readNpy(at('input.npy'))
    const results = await session.run({ x: new Tensor('float32', Float32Array.from(x.values), x.shape) })
    for (const output of ['reconstruction', 'mu', 'kl', 'rec', 'grad_kl', 'grad_rec', 'grad_elbo']) {
      if (!existsSync(at(`${output}.npy`))) continue
      const oracle = readNpy(at(`${output}.npy`))
      const found = results[output]!
      expect(found.dims).toEqual(oracle.shape)
      const values = found.data as Float32Array
      let largest = 0
      let worst = 0
      for (let index = 0; index < values.length; index++) {
        largest = Math.max(largest, Math.abs(oracle.values[index]!))
        worst = Math.max(worst, Math.abs(values[index]! - oracle.values[index]!))
      }
      const bound = Math.max(1e-5, 10 * (stated.checks.float32_noise_max_rel[output] ?? 0))
      if (process.env['NIDUS_SHOW']) console.info(name, output, (worst / largest).toExponential(2))
      expect(worst / largest, output).toBeLessThanOrEqual(bound)
    }
  })
})
