import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createGraphCache, type ReadyGraph } from '../../../../src-main/inference/graph-cache'
import { temporaryFolder } from '../../../helpers/temporary-folder'

const graph: ReadyGraph = {
  model: Uint8Array.from({ length: 1000 }, (_, i) => (i * 37) % 256),
  outputs: ['reconstruction', 'rec', 'grad_kl'],
  sampleShape: [1, 8, 8],
  unavailable: [{ output: 'kl', reason: 'no latent' }] as ReadyGraph['unavailable'],
  fixedBatch: 4,
  steady: true
}

const asPlain = ({ model, ...facts }: ReadyGraph) => ({ ...facts, model: [...model] })

/** Asks a cache and says whether it had to make the graph. */
async function ask(folder: string, key = 'key', buildId = 'build') {
  let made = 0
  const found = await createGraphCache(folder, buildId).get(key, () => {
    made++
    return graph
  })
  expect(asPlain(found)).toEqual(asPlain(graph))
  return made === 1
}

describe('the cache of gradient graphs', () => {
  it('makes a graph once and gives the same bytes and facts ever after', async () => {
    const folder = join(temporaryFolder(), 'not', 'there', 'yet')
    expect(await ask(folder)).toBe(true)
    expect(await ask(folder)).toBe(false)
    expect(readdirSync(folder).filter((name) => !name.endsWith('.graph'))).toEqual([])
  })

  it('keeps apart keys and builds', async () => {
    const folder = temporaryFolder()
    expect(await ask(folder)).toBe(true)
    expect(await ask(folder, 'other key')).toBe(true)
    expect(await ask(folder, 'key', 'other build')).toBe(true)
    expect(await ask(folder, 'other key')).toBe(false)
  })

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 500)],
    ['empty', () => Buffer.alloc(0)],
    ['changed by one bit', (bytes: Buffer) => bytes.map((b, i) => (i === 700 ? b ^ 1 : b))],
    ['longer than it was', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from([0])])]
  ])('makes anew what is %s, and heals the file', async (_, damage) => {
    const folder = temporaryFolder()
    await ask(folder)
    const path = join(folder, readdirSync(folder)[0])
    writeFileSync(path, damage(readFileSync(path)))
    expect(await ask(folder)).toBe(true)
    expect(await ask(folder)).toBe(false)
  })

  it('works without a folder that it could write to', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    expect(await ask(join(file, 'below-a-file'))).toBe(true)
    expect(await ask(join(file, 'below-a-file'))).toBe(true)
    const locked = temporaryFolder()
    chmodSync(locked, 0o500)
    await ask(join(locked, 'inside'))
    chmodSync(locked, 0o700)
  })

  it('keeps no more than sixteen graphs', async () => {
    const folder = temporaryFolder()
    for (let i = 0; i < 20; i++) await ask(folder, `key ${i}`)
    expect(existsSync(folder) && readdirSync(folder)).toHaveLength(16)
    expect(await ask(folder, 'key 19')).toBe(false)
  })
})
