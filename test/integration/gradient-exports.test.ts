import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InferenceSession, Tensor } from '../../src-main/inference/onnx-runtime'
import { describe, expect, it } from 'vitest'
import { buildGradientModel } from '../../src-main/gradient/build-gradient-model'
import { checkGradient } from '../../src-main/gradient/check-gradient'
import { readCaseRoles } from '../../src-main/gradient/read-case-roles'

// Small models as both torch exporters write them; oracle.json holds float64 autograd on the same weights, z = mu
// unless the case says otherwise (models/training/fixtures/export_gradient_models.py).
const folder = resolve(__dirname, '../fixtures/gradient')
const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())

describe('exports of torch', () => {
  it.each(names.map(({ name }) => name))('%s', async (name) => {
    const read = (file: string): string => readFileSync(join(folder, name, file), 'utf8')
    const spec = readCaseRoles(read('case.json'))
    const oracle = JSON.parse(read('oracle.json')) as Record<string, number[]>
    const built = buildGradientModel(readFileSync(join(folder, name, 'model.onnx')), spec)
    expect(built.fixedBatch).toBeUndefined()
    const session = await InferenceSession.create(built.model, { logSeverityLevel: 3, intraOpNumThreads: 1 })
    const run = async (images: Float32Array, dims: number[]): Promise<Record<string, Float32Array>> => {
      const results = await session.run({ x: new Tensor('float32', images, dims) })
      return Object.fromEntries(
        Object.entries(results).map(([key, tensor]) => [key, tensor.data as Float32Array])
      )
    }
    const found = await run(Float32Array.from(oracle['x']!), oracle['shape']!)
    for (const [output, expected] of Object.entries(oracle)) {
      if (output === 'x' || output === 'shape') continue
      const values = found[output]!
      expect(values.length).toBe(expected.length)
      const largest = Math.max(...expected.map(Math.abs))
      const worst = Math.max(...expected.map((value, at) => Math.abs(value - values[at]!)))
      expect(worst / largest, output).toBeLessThan(1e-5)
    }
    await checkGradient(built, spec, run)
    await session.release()
  })
})
