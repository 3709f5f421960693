import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { evaluateCommand } from '../../../../src-main/commands/evaluate'
import { encodeNpy } from '../../../../src-main/export/write-npy'
// scikit-learn and brute force: models/training/fixtures/make_reference_values.py, maps()
import reference from '../../../fixtures/statistics/maps.json'

const { rows, columns } = reference
const root = mkdtempSync(join(tmpdir(), 'nidus-evaluate-'))
afterAll(() => rmSync(root, { recursive: true }))

function put(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), bytes)
}
const mapBytes = (i: number, change = (score: number): number => score): Uint8Array =>
  encodeNpy(Float32Array.from(reference.images[i], change), [rows, columns])
const maskPng = (i: number): Promise<Buffer> =>
  sharp(
    Uint8Array.from(reference.masks[i], (own) => 255 * own),
    { raw: { width: columns, height: rows, channels: 1 } }
  )
    .png()
    .toBuffer()

beforeAll(async () => {
  for (let i = 0; i < 4; i++) {
    put(`out/maps/series${i % 2}/000${i}_combi.npy`, mapBytes(i))
    put(
      `out/maps/series${i % 2}/000${i}_rec.npy`,
      mapBytes(i, (score) => -score)
    )
    // pictures of the maps lie beside them and are not scores
    put(`out/maps/series${i % 2}/000${i}_combi.png`, await maskPng(0))
    put(`masks/series${i % 2}/${i}.png`, await maskPng(i))
  }
})

let out = ''
let err = ''
beforeEach(() => {
  out = ''
  err = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
})
afterEach(() => vi.restoreAllMocks())
const folders = ['--maps', join(root, 'out/maps'), '--masks', join(root, 'masks')]

describe('nidus evaluate', () => {
  it('prints its help', async () => {
    expect(await evaluateCommand(['--help'])).toBe(0)
    expect(out).toMatch(/^Usage: nidus evaluate/)
  })

  it('gives the figures of scikit-learn for what nidus analyze wrote', async () => {
    const argv = [
      ...folders,
      '--map',
      'combi',
      '--threshold',
      String(reference.fixed.threshold),
      '--curves',
      '--json'
    ]
    expect(await evaluateCommand(argv)).toBe(0)
    const own = JSON.parse(out)
    expect(own).toMatchObject({
      images: 4,
      anomalousImages: 3,
      patients: 2,
      leftOut: [],
      researchUseOnly: true
    })
    expect(own.pixel.auroc.value).toBeCloseTo(reference.pixel.auroc, 10)
    expect(own.pixel.averagePrecision.value).toBeCloseTo(reference.pixel.averagePrecision, 10)
    expect(own.pixel.bestDice.value).toBeCloseTo(reference.pixel.bestDice, 10)
    expect(own.fixedThreshold.dice.value).toBeCloseTo(reference.fixed.dice, 10)
    expect(own.slice.auroc.value).toBeCloseTo(reference.slice.auroc, 10)
    expect(own.perRegionOverlap.value).toBeCloseTo(reference.pro['0.3'], 10)
    const sensitivities = own.freeResponse.map((point: { sensitivity: number }) => point.sensitivity)
    expect(sensitivities).toEqual([0.5, 0.5, 0.75])
    expect(own.curves.roc[0]).toEqual({ threshold: null, falsePositiveRate: 0, truePositiveRate: 0 })
    expect(own.curves.precisionRecall.length).toBeGreaterThan(100)
  })

  it('asks which map is meant where there are several', async () => {
    expect(await evaluateCommand(folders)).toBe(2)
    expect(err).toContain('choose one with --map (combi, rec)')
  })

  it('pairs by order when asked, and only where the numbers agree', async () => {
    for (let i = 0; i < 4; i++) put(`numbered/mask-${i + 7}.png`, await maskPng(i))
    put('flat/10_x.npy', mapBytes(3))
    for (let i = 0; i < 3; i++) put(`flat/${i + 7}_x.npy`, mapBytes(i))
    const argv = ['--masks', join(root, 'numbered'), '--in-order', '--json']
    expect(await evaluateCommand(['--maps', join(root, 'flat'), ...argv])).toBe(0)
    expect(JSON.parse(out).pixel.auroc.value).toBeCloseTo(reference.pixel.auroc, 10)
    expect(await evaluateCommand(['--maps', join(root, 'out/maps'), ...argv])).toBe(2)
    expect(err).toContain('--in-order needs as many masks as maps; choose a map with --map (combi, rec)')
  })

  it('prints figures for people', async () => {
    expect(await evaluateCommand([...folders, '--map', 'combi'])).toBe(0)
    expect(out).toContain(`pixel AUROC ${reference.pixel.auroc.toFixed(4)} (`)
    expect(out).toContain('lesion sensitivity at 4 false positives per image 0.7500 (3 of 4)')
    expect(out).toContain('Research use only')
  })

  it('lists what it leaves out, and can take maps without masks as normal', async () => {
    put('some/maps/a.npy', mapBytes(1))
    put('some/maps/b.npy', mapBytes(3))
    put('some/maps/c.npy', Uint8Array.from([1, 2, 3]))
    put(
      'some/maps/d.npy',
      mapBytes(0, (score) => (score > 2 ? NaN : score))
    )
    put('some/maps/e.npy', mapBytes(0))
    const masks = ['a', 'c', 'd', 'z']
    for (const name of masks)
      put(`some/masks/${name}_mask.npy`, encodeNpy(Uint8Array.from(reference.masks[1]), [rows, columns]))
    put('some/masks/e.npy', encodeNpy(new Uint8Array(6), [2, 3]))
    const argv = ['--maps', join(root, 'some/maps'), '--masks', join(root, 'some/masks'), '--json']
    expect(await evaluateCommand(argv)).toBe(5)
    const own = JSON.parse(out)
    expect(own.images).toBe(1)
    expect(own.leftOut.map(({ path }: { path: string }) => path).sort()).toEqual([
      'b.npy',
      'c.npy',
      'd.npy',
      'e.npy',
      'z_mask.npy'
    ])
    expect(err).toContain('e.npy: the map is 24 x 20, its mask 2 x 3')
    out = ''
    await evaluateCommand([...argv, '--normal-without-mask'])
    expect(JSON.parse(out)).toMatchObject({ images: 2, anomalousImages: 1 })
  })

  it('reads PNG maps and groups images by listed patients', async () => {
    for (let i = 0; i < 4; i++) {
      const scores = Uint16Array.from(reference.images[i], (score) => Math.round(30000 + 1000 * score))
      const png = sharp(scores, { raw: { width: columns, height: rows, channels: 1 } })
      put(`png/maps/i${i}.png`, await png.toColourspace('grey16').png().toBuffer())
      put(`png/masks/i${i}.png`, await maskPng(i))
    }
    put('patients.csv', Buffer.from('name,patient\ni0,x\ni1,x\ni2,y\ni3,z\n'))
    const argv = ['--maps', join(root, 'png/maps'), '--masks', join(root, 'png/masks'), '--json']
    expect(await evaluateCommand([...argv, '--patients', join(root, 'patients.csv')])).toBe(0)
    const own = JSON.parse(out)
    expect(own.patients).toBe(3)
    // the scores are whole hundredths: a thousand grey levels a unit keep their order
    expect(own.pixel.auroc.value).toBeCloseTo(reference.pixel.auroc, 6)
  })

  it.each([
    [[], '--maps DIR is missing'],
    [['--maps', 'x'], '--masks DIR is missing'],
    [['--maps', 'x', '--masks', 'y', '--threshold', 'high'], '--threshold high is not possible'],
    [['--maps', 'x', '--masks', 'y', '--slice-score', '101'], '--slice-score 101'],
    [['--maps', 'x', '--masks', 'y', '--min-area-px', '0'], '--min-area-px'],
    [['--frames'], '--frames']
  ])('answers wrong arguments with usage: %j', async (argv, message) => {
    expect(await evaluateCommand(argv)).toBe(2)
    expect(err).toContain(message)
  })

  it('answers folders without a pair with 3', async () => {
    mkdirSync(join(root, 'empty'), { recursive: true })
    expect(await evaluateCommand(['--maps', join(root, 'empty'), '--masks', join(root, 'masks')])).toBe(3)
    expect(await evaluateCommand(['--maps', join(root, 'gone'), '--masks', join(root, 'masks')])).toBe(3)
    expect(err).toContain('nothing that Nidus can read')
  })
})
