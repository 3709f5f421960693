import { describe, expect, it } from 'vitest'
import {
  floorOf,
  mapToSourceGrid,
  reconstructionToSourceGrid
} from '../../../../src-main/maps/to-source-grid'
import { makeMaps } from '../../../../src-main/maps/make-maps'
import {
  modelColumnOf,
  modelRowOf,
  sourceColumnOf,
  sourceRowOf
} from '../../../../src-main/preprocess/place-on-model-grid'
import { prepareSlice } from '../../../../src-main/preprocess/prepare-slice'
import { makeManifest } from '../../../helpers/make-manifest'

/** An off-centre ellipse of 100 on 0, with a block of 260 in it. */
function phantom(rows: number, columns: number, block: { x: number; y: number; size: number }): Float32Array {
  const values = new Float32Array(rows * columns)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const inHead =
        ((y - rows * 0.55) / (rows * 0.38)) ** 2 + ((x - columns * 0.45) / (columns * 0.36)) ** 2 <= 1
      const inBlock = x >= block.x && x < block.x + block.size && y >= block.y && y < block.y + block.size
      values[y * columns + x] = inBlock ? 260 : inHead ? 100 : 0
    }
  }
  return values
}

describe('a map on the source grid', () => {
  it.each([
    { rows: 128, columns: 128, spacing: [1, 1] as [number, number], block: { x: 40, y: 60, size: 8 } },
    { rows: 200, columns: 100, spacing: [0.6, 1.2] as [number, number], block: { x: 55, y: 130, size: 8 } },
    { rows: 90, columns: 170, spacing: [1.3, 0.7] as [number, number], block: { x: 90, y: 30, size: 10 } },
    { rows: 512, columns: 512, spacing: [0.5, 0.5] as [number, number], block: { x: 150, y: 330, size: 24 } }
  ])('peaks inside a planted block, $rows x $columns at $spacing mm', ({ rows, columns, spacing, block }) => {
    const manifest = makeManifest({
      input: { name: 'x', layout: 'NCHW', channels: 1, height: 64, width: 64 }
    })
    const prepared = prepareSlice(phantom(rows, columns, block), rows, columns, spacing, manifest)
    // a network that rebuilds the head without the block: the residual is the block alone
    const reconstruction = prepared.tensor.map((value) => Math.min(value, 0.35))
    const outputs = { input: prepared.tensor, reconstruction }
    const { rec } = makeMaps(outputs, prepared.modelMask, manifest, ['rec'])
    const onSource = mapToSourceGrid(
      rec!,
      prepared.modelMask,
      prepared.eroded,
      prepared.placement,
      floorOf(manifest, 'rec')
    )

    let peak = 0
    let [weight, sumX, sumY] = [0, 0, 0]
    for (let i = 0; i < onSource.length; i++) {
      if (onSource[i] > onSource[peak]) peak = i
      weight += onSource[i]
      sumX += onSource[i] * (i % columns)
      sumY += onSource[i] * Math.floor(i / columns)
    }
    expect(peak % columns).toBeGreaterThanOrEqual(block.x)
    expect(peak % columns).toBeLessThan(block.x + block.size)
    expect(Math.floor(peak / columns)).toBeGreaterThanOrEqual(block.y)
    expect(Math.floor(peak / columns)).toBeLessThan(block.y + block.size)
    // its centre of mass is the block's centre to a third of a source pixel
    expect(Math.abs(sumX / weight - (block.x + (block.size - 1) / 2))).toBeLessThan(0.34)
    expect(Math.abs(sumY / weight - (block.y + (block.size - 1) / 2))).toBeLessThan(0.34)
  })

  it('is the exact inverse of the placement', () => {
    const manifest = makeManifest()
    const { placement } = prepareSlice(
      phantom(80, 60, { x: 20, y: 40, size: 4 }),
      80,
      60,
      [0.6, 1.2],
      manifest
    )
    for (const index of [-3.5, 0, 7.25, 31]) {
      expect(modelRowOf(placement, sourceRowOf(placement, index))).toBeCloseTo(index, 9)
      expect(modelColumnOf(placement, sourceColumnOf(placement, index))).toBeCloseTo(index, 9)
    }
  })

  it('gives a reconstruction back in modality values', () => {
    const manifest = makeManifest({
      input: { name: 'x', layout: 'NCHW', channels: 1, height: 64, width: 64 }
    })
    const values = phantom(96, 96, { x: 0, y: 0, size: 0 })
    const prepared = prepareSlice(values, 96, 96, null, manifest)
    const back = reconstructionToSourceGrid(prepared.tensor, manifest, prepared)
    // deep inside the head everything is 100, far outside 0
    expect(back[53 * 96 + 43]).toBeCloseTo(100, 3)
    expect(back[0]).toBe(0)
  })
})
