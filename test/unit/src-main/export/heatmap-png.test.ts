import sharp from 'sharp'
import { expect, it } from 'vitest'
import { heatmapPng } from '../../../../src-main/export/heatmap-png'

it('is black at and below 0, mid-scale at the threshold, at its end from twice the threshold on', async () => {
  const png = await heatmapPng(Float32Array.of(-5, 0, 4, 8, 1000, 2), 2, 3, 4)
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  expect(info).toMatchObject({ width: 3, height: 2, channels: 3 })
  expect((await sharp(png).metadata()).depth).toBe('uchar')
  const pixel = (i: number): number[] => [...data.subarray(3 * i, 3 * i + 3)]
  // Colours 0, 64, 128 and 255 of matplotlib's inferno (matplotlib.colormaps['inferno'](i), times 255, rounded).
  const [black, quarter, middle, end] = [
    [0, 0, 4],
    [87, 16, 110],
    [188, 55, 84],
    [252, 255, 164]
  ]
  expect([0, 1, 2, 3, 4, 5].map(pixel)).toEqual([black, black, middle, end, end, quarter])
})
