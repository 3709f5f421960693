import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mapNames, type ModelManifest } from '../../src-main/contract/manifest'
import { modelProto } from '../../src-main/gradient/onnx/messages'
import type { OnnxNode } from '../../src-main/gradient/onnx/onnx-model'
import { DataType } from '../../src-main/gradient/onnx/onnx-tensor'
import { readOnnxModel } from '../../src-main/gradient/onnx/read-model'
import { writeOnnxModel } from '../../src-main/gradient/onnx/write-model'
import { buildEntries } from '../helpers/build-entries'
import { makeNormalImages } from '../helpers/make-normal-images'
import { readNpy } from '../helpers/read-npy'
import { runNidus, type Ended } from '../helpers/run-nidus'
import { temporaryFolder } from '../helpers/temporary-folder'
import type { TinyModel } from '../unit/src-main/gradient/tiny-model'
import { tinyVae } from '../unit/src-main/gradient/tiny-vae'

const folder = temporaryFolder()
const normals = join(folder, 'normals')
const userData = join(folder, 'data')
const added = join(userData, 'models')
const fixture = resolve(__dirname, '../fixtures/models/tiny-vae')
let entries: Awaited<ReturnType<typeof buildEntries>> | undefined

beforeAll(async () => {
  mkdirSync(added, { recursive: true })
  entries = await buildEntries(['engine', 'cli'])
  await makeNormalImages(normals, 10)
})
afterAll(() => entries?.remove())

const nidus = (...argv: string[]): Promise<Ended> =>
  runNidus(entries?.folder ?? '', folder, { NIDUS_DATA: userData }, argv)
const manifestOf = (id: string): ModelManifest =>
  JSON.parse(readFileSync(join(added, id, 'model.json'), 'utf8')) as ModelManifest
/**
 * What lies in the user data folder: a failed addition must leave it as it was. The cache of gradient graphs is
 * left out, which whatever runs a network fills.
 */
const leftBehind = (): string[] =>
  readdirSync(userData, { recursive: true })
    .map(String)
    .filter((path) => !path.startsWith('graph-cache'))
    .sort()

const vae = tinyVae({ sampleShape: [1, 16, 16], floatType: DataType.float, latent: 4 })
const roles = {
  input: { name: 'image', layout: 'NCHW', image: { channels: 1, height: 16, width: 16 }, range: [0, 1] },
  outputs: { reconstruction: vae.names.reconstruction, mu: vae.names.mu, logvar: vae.names.spread },
  rec_loss: 'l1',
  beta: 0.5
}

/** A spread as it is, not its logarithm. */
const positive = (m: TinyModel, value: string): string => m.op('Softplus', [value])

/** Writes a model folder: network, and a case.json where one is given. */
function place(name: string, bytes: Uint8Array, caseJson?: unknown): string {
  const place = join(folder, name)
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'model.onnx'), bytes)
  if (caseJson) writeFileSync(join(place, 'case.json'), JSON.stringify(caseJson))
  return place
}

function changed(change: (node: OnnxNode) => void): Uint8Array {
  const model = readOnnxModel(vae.bytes)
  change(model.graph.nodes.find(({ opType }) => opType === 'Tanh') as OnnxNode)
  return writeOnnxModel(model)
}

describe('a model from its file to its maps', () => {
  it('is added with statistics of the normal images, and nothing else is left', async () => {
    const { code, stdout, stderr } = await nidus('models', 'add', place('first', vae.bytes, roles), '--normals', normals, '--name', 'First VAE') // prettier-ignore
    expect(stderr).toContain('agree with finite differences')
    expect(code).toBe(0)
    expect(stdout).toContain('added first: First VAE')
    expect(leftBehind()).toEqual(['models', 'models/first', 'models/first/card.md', 'models/first/model.json', 'models/first/model.onnx']) // prettier-ignore
    const manifest = manifestOf('first')
    expect(manifest.sha256).toBe(
      createHash('sha256').update(readFileSync(join(added, 'first', 'model.onnx'))).digest('hex') // prettier-ignore
    )
    expect(manifest).toMatchObject({
      id: 'first',
      kind: 'vae',
      losses: { reconstruction: 'l1', beta: 0.5 },
      // all but those that other models are needed for
      maps: { available: mapNames.slice(0, -2), default: 'rec', monteCarlo: { samples: 16, seed: 1 } },
      preprocessing: { intensity: { rule: 'fixed', offset: 0, scale: 1 / 255 }, clip: [0, 1] },
      trainedFor: { modalities: ['OT'], bodyParts: ['any'] }
    })
    const card = readFileSync(join(added, 'first', 'card.md'), 'utf8')
    expect(card).toContain('Statistics fitted on 10 images')
    expect(card).toContain('Research use only')
    expect(card).toContain('model.onnx')
  })

  it('has thresholds that the stated share of normal pixels reaches, counted in the maps that analyze writes', async () => {
    const out = join(folder, 'first-out')
    expect(
      (await nidus('analyze', normals, '--model', 'first', '--provider', 'cpu', '--map', 'all', '--out', out)).code // prettier-ignore
    ).toBe(0)
    const { thresholds, maps } = manifestOf('first')
    const [series] = readdirSync(join(out, 'maps'))
    for (const map of maps.available) {
      const { median, spread } = maps.statistics[map]!
      const floor = Math.fround(-median / spread)
      const scores = readdirSync(join(out, 'maps', series))
        .filter((file) => file.endsWith(`_${map}.npy`))
        .flatMap((file) => Array.from(readNpy(join(out, 'maps', series, file)).values))
        .filter((value) => value !== floor)
      const own = thresholds.filter((threshold) => threshold.map === map)
      expect(own.map(({ id }) => id)).toEqual(['p99', 'p95', 'p995'])
      for (const { value, falsePositiveRate, samples, confidence } of own) {
        expect(samples).toBe(scores.length)
        const share = scores.filter((score) => score >= value).length / scores.length
        expect(Math.abs(share - (falsePositiveRate as number))).toBeLessThan(2 / scores.length + 1e-4)
        expect(confidence![0]).toBeLessThanOrEqual(value)
        expect(confidence![1]).toBeGreaterThanOrEqual(confidence![0])
      }
    }
  })

  it('is listed, shown and checked', async () => {
    const list = await nidus('models', 'list')
    expect(list.stdout).toMatch(/^first\s+added\s+vae/m)
    expect(list.stdout).toMatch(/^brain-flair-cevae\s+shipped/m)
    const { models } = JSON.parse((await nidus('models', 'list', '--json')).stdout) as {
      models: { id: string }[]
    }
    expect(models.map(({ id }) => id)).toContain('first')
    const show = await nidus('models', 'show', 'first')
    expect(show.stdout).toContain(join(added, 'first'))
    expect(show.stdout).toContain('logVar')
    const check = await nidus('models', 'check', 'first')
    expect(check.code).toBe(0)
    expect(check.stdout.match(/^ok /gm)).toHaveLength(4)
    expect(check.stdout).toContain('same bits')
  })

  it('fails its check and stays out of the catalogue when its file was changed', async () => {
    const path = join(added, 'first', 'model.onnx')
    const whole = readFileSync(path)
    const bent = Uint8Array.from(whole)
    bent[bent.length - 1] ^= 1
    writeFileSync(path, bent)
    const check = await nidus('models', 'check', 'first')
    expect(check.code).toBe(4)
    expect(check.stdout).toContain('FAILED')
    expect(check.stderr).toContain('model-hash-mismatch')
    const list = await nidus('models', 'list')
    expect(list.stdout).not.toMatch(/^first/m)
    expect(list.stderr).toContain('first')
    writeFileSync(path, whole)
    expect((await nidus('models', 'check', 'first')).code).toBe(0)
  })

  it('is removed when told so, and only then; a shipped one never', async () => {
    expect((await nidus('models', 'remove', 'first')).code).toBe(2)
    expect(existsSync(join(added, 'first'))).toBe(true)
    const shipped = await nidus('models', 'remove', 'brain-flair-vae', '--yes')
    expect(shipped.code).toBe(2)
    expect(shipped.stderr).toContain('ships with Nidus')
    expect((await nidus('models', 'remove', 'first', '--yes')).code).toBe(0)
    expect(leftBehind()).toEqual(['models'])
    expect((await nidus('models', 'remove', 'first', '--yes')).code).toBe(4)
    expect((await nidus('models', 'remove', '../data', '--yes')).code).toBe(4)
    expect((await nidus('models', 'show', 'first')).code).toBe(4)
  })
})

describe('roles', () => {
  it('proposed ones are printed and taken only when accepted', async () => {
    const model = readOnnxModel(vae.bytes)
    const [image, ...latent] = model.graph.outputs
    image.dims = ['batch', 1, 16, 16]
    for (const output of latent) output.dims = ['batch', 4]
    const bare = place('bare', writeOnnxModel(model))
    const asked = await nidus('models', 'add', bare, '--normals', normals)
    expect(asked.code).toBe(2)
    expect(asked.stderr).toContain('Proposed from names and shapes')
    expect(asked.stderr).toContain('--accept')
    expect(leftBehind()).toEqual(['models'])
    // the names say nothing (v12, …): shapes and order do, and that is said
    expect(asked.stderr).toContain('only by their order')
    expect((await nidus('models', 'add', bare, '--normals', normals, '--accept')).code).toBe(0)
    expect(manifestOf('bare').outputs).toEqual({
      reconstruction: vae.names.reconstruction,
      mu: vae.names.mu,
      logVar: vae.names.spread
    })
    expect(readFileSync(join(added, 'bare', 'card.md'), 'utf8')).toContain('confirmed by the user')
    expect((await nidus('models', 'remove', 'bare', '--yes')).code).toBe(0)
  })

  it('wrong ones are refused: a mean for the reconstruction, a name that is not there', async () => {
    const { reconstruction, mu, logvar } = roles.outputs
    const swapped = place('swapped', vae.bytes, { ...roles, outputs: { reconstruction: mu, mu: reconstruction, logvar } }) // prettier-ignore
    for (const source of [
      swapped,
      place('nameless', vae.bytes, { ...roles, outputs: { reconstruction: 'nothing' } })
    ]) {
      const { code, stderr } = await nidus('models', 'add', source, '--normals', normals)
      expect(code).toBe(4)
      expect(stderr).toContain('onnx-role-invalid')
      expect(leftBehind()).toEqual(['models'])
    }
  })

  it('bce is refused for pixels that can be negative', async () => {
    const odd = place('odd', vae.bytes, {
      ...roles,
      rec_loss: 'bce',
      input: { ...roles.input, range: [-1, 1] }
    })
    const { code, stderr } = await nidus('models', 'add', odd, '--normals', normals)
    expect(code).toBe(4)
    expect(stderr).toContain('bce')
  })
})

describe('files that are refused, with nothing left behind', () => {
  const outside = (location: string): Uint8Array => {
    const message = modelProto.decode(vae.bytes) as unknown as {
      graph: { initializer: { rawData: Uint8Array }[] }
    }
    const [first] = message.graph.initializer
    Object.assign(first, { rawData: new Uint8Array(0), dataLocation: 1, externalData: [{ key: 'location', value: location }] }) // prettier-ignore
    return modelProto.encode(message as never).finish()
  }

  it.each([
    ['a loop, by node and operator', () => changed((node) => Object.assign(node, { opType: 'Loop', name: 'my_loop' })), 'onnx-operator-without-gradient', /node my_loop, operator Loop/], // prettier-ignore
    ['half a file', () => vae.bytes.slice(0, vae.bytes.length / 2), 'onnx-malformed', /damaged|export/],
    ['a text', () => new TextEncoder().encode('not a model'), 'onnx-malformed', /export/],
    ['missing side file', () => outside('weights.bin'), 'onnx-external-data-missing', /weights\.bin/],
    ['a side file elsewhere', () => outside('../../etc/hostname'), 'onnx-external-data-missing', /outside the folder/] // prettier-ignore
  ])('%s', async (name, bytes, code, words) => {
    const ended = await nidus(
      'models',
      'add',
      place(name.replace(/\W+/g, '-'), bytes(), roles),
      '--normals',
      normals
    )
    expect(ended.stderr).toContain(code)
    expect(ended.stderr).toMatch(words)
    expect(ended.code).toBe(4)
    expect(leftBehind()).toEqual(['models'])
  })

  it('no file, no network in the folder', async () => {
    expect((await nidus('models', 'add', join(folder, 'nowhere'), '--normals', normals)).code).toBe(4)
    const ended = await nidus('models', 'add', normals, '--normals', normals)
    expect(ended.code).toBe(4)
    expect(ended.stderr).toContain('no .onnx file')
  })

  it('an ID of a shipped model, or one taken', async () => {
    const source = place('second', vae.bytes, roles)
    const shipped = await nidus('models', 'add', source, '--normals', normals, '--id', 'brain-flair-cevae')
    expect(shipped.code).toBe(4)
    expect(shipped.stderr).toMatch(/ships with Nidus.*model-exists/)
    expect((await nidus('models', 'add', source, '--normals', normals, '--id', '../x')).code).toBe(2)
    expect((await nidus('models', 'add', source, '--normals', normals)).code).toBe(0)
    const again = await nidus('models', 'add', source, '--normals', normals)
    expect(again.code).toBe(4)
    expect(again.stderr).toContain('nidus models remove second')
    expect((await nidus('models', 'remove', 'second', '--yes')).code).toBe(0)
  })

  it('no normal images, or too few: thresholds are not made up', async () => {
    const source = place('third', vae.bytes, roles)
    const none = await nidus('models', 'add', source)
    expect(none.code).toBe(2)
    expect(none.stderr).toContain('--normals')
    const few = join(folder, 'few')
    await makeNormalImages(few, 7)
    const ended = await nidus('models', 'add', source, '--normals', few)
    expect(ended.code).toBe(4)
    expect(ended.stderr).toMatch(/at least 8.*model-statistics-failed/)
    const black = join(folder, 'black')
    await makeNormalImages(black, 9, 72, 1)
    expect((await nidus('models', 'add', source, '--normals', black)).code).toBe(4)
    expect(leftBehind()).toEqual(['models'])
  })
})

describe('models of other makes', () => {
  it.each([
    ['three channels first', { sampleShape: [3, 12, 10] }, 'NCHW', 'logvar', 'logVar'],
    ['three channels last', { sampleShape: [12, 10, 3] }, 'NHWC', 'log_std', 'logStd'],
    ['a deviation, flat', { sampleShape: [120], spreadOf: positive }, 'flat', 'std', 'std'],
    ['a variance', { sampleShape: [1, 12, 10], spreadOf: positive }, 'NCHW', 'var', 'variance'],
    ['a batch of two only', { sampleShape: [1, 12, 10], batch: 2 }, 'NCHW', 'logvar', 'logVar']
  ] as const)('%s', async (name, options, layout, spread, role) => {
    const { bytes, names } = tinyVae({ ...options, floatType: DataType.float, latent: 3 })
    const channels = name.startsWith('three') ? 3 : 1
    const source = place(`make ${name}`, bytes, {
      input: { name: 'image', layout, image: { channels, height: 12, width: 10 }, range: [0, 1] },
      outputs: { reconstruction: names.reconstruction, mu: names.mu, [spread]: names.spread }
    })
    const add = await nidus('models', 'add', source, '--normals', normals, '--id', 'make')
    expect(add.stderr).toContain('agree with finite differences')
    expect(add.code).toBe(0)
    expect(manifestOf('make').outputs).toMatchObject({ mu: names.mu, [role]: names.spread })
    expect((await nidus('models', 'check', 'make')).stdout.match(/^ok /gm)).toHaveLength(4)
    const out = join(folder, `out ${name}`)
    expect((await nidus('analyze', normals, '--model', 'make', '--provider', 'cpu', '--out', out)).code).toBe(
      0
    )
    const [series] = readdirSync(join(out, 'maps'))
    expect(readdirSync(join(out, 'maps', series))).toHaveLength(10 * 5)
    expect((await nidus('models', 'remove', 'make', '--yes')).code).toBe(0)
  })
})

describe('what a folder may hold besides', () => {
  it('weights in a side file are brought in', async () => {
    const message = modelProto.decode(vae.bytes) as unknown as {
      graph: { initializer: { rawData: Uint8Array; dims: unknown[] }[] }
    }
    const parts: Buffer[] = [Buffer.alloc(64)]
    let offset = 64
    for (const tensor of message.graph.initializer) {
      const length = tensor.rawData.length
      if (length < 64) continue
      parts.push(Buffer.from(tensor.rawData))
      const externalData = Object.entries({ location: 'weights.bin', offset, length }).map(([key, value]) => ({ key, value: String(value) })) // prettier-ignore
      Object.assign(tensor, { rawData: new Uint8Array(0), dataLocation: 1, externalData })
      offset += length
    }
    const source = place('aside', modelProto.encode(message as never).finish(), roles)
    writeFileSync(join(source, 'weights.bin'), Buffer.concat(parts))
    expect((await nidus('models', 'add', source, '--normals', normals)).code).toBe(0)
    expect(readdirSync(join(added, 'aside')).sort()).toEqual(['card.md', 'model.json', 'model.onnx'])
    // the same network as with its weights inside: the same statistics to the last digit
    expect((await nidus('models', 'add', place('inside', vae.bytes, roles), '--normals', normals)).code).toBe(
      0
    )
    const [aside, inside] = [manifestOf('aside'), manifestOf('inside')]
    expect(aside.maps.statistics).toEqual(inside.maps.statistics)
    expect(aside.thresholds).toEqual(inside.thresholds)
    for (const id of ['aside', 'inside']) await nidus('models', 'remove', id, '--yes')
  })

  it('a complete model.json needs no normal images; one for another file is refused', async () => {
    const manifest = JSON.parse(readFileSync(join(fixture, 'model.json'), 'utf8')) as ModelManifest
    const source = place('ready', readFileSync(join(fixture, 'model.onnx')))
    writeFileSync(join(source, 'model.json'), JSON.stringify(manifest))
    expect((await nidus('models', 'add', source, '--id', 'ready')).code).toBe(0)
    const { thresholds, maps } = manifestOf('ready')
    expect({ thresholds, maps }).toEqual({ thresholds: manifest.thresholds, maps: manifest.maps })
    const withBeta = await nidus('models', 'add', source, '--id', 'other', '--beta', '3')
    expect(withBeta.code).toBe(2)
    expect(withBeta.stderr).toContain('fitted anew')
    writeFileSync(join(source, 'model.onnx'), vae.bytes)
    const foreign = await nidus('models', 'add', source, '--id', 'other')
    expect(foreign.code).toBe(4)
    expect(foreign.stderr).toContain('model-hash-mismatch')
    await nidus('models', 'remove', 'ready', '--yes')
    expect(leftBehind()).toEqual(['models'])
  })
})

describe('nidus models', () => {
  it('says what it takes', async () => {
    const { code, stdout } = await nidus('models', '--help')
    expect(code).toBe(0)
    for (const option of ['--roles', '--normals', '--accept', '--preprocessing', 'NIDUS_DATA']) {
      expect(stdout).toContain(option)
    }
    for (const wrong of [
      [],
      ['buy'],
      ['add'],
      ['show'],
      ['list', 'x'],
      ['add', 'x', '--loss', 'l3'],
      ['add', 'x', '--image', '2x3'],
      ['add', 'x', '--range', '1,0']
    ]) {
      // prettier-ignore
      expect((await nidus('models', ...wrong)).code).toBe(2)
    }
  })
})
