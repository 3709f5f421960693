import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect } from 'vitest'
import type { ModelManifest } from '../../src-main/contract/manifest'

/** What models/training/fixtures/make_map_values.py wrote: torch and numpy in float64, images channel by channel. */
const values = JSON.parse(
  readFileSync(resolve(__dirname, '../fixtures/map-values/maps.json'), 'utf8')
) as Record<string, number[]> & { channels: 3; height: number; width: number }

/** Numbers of the file by name, or, where a name holds several lists, by name and key. */
export function valuesOf(name: string, key?: string): number[] {
  const found = values[name] as unknown as number[] & Record<string, number[]>
  return key === undefined ? found : found[key]
}

const { channels, height, width } = values
const pixels = height * width

/** The grid of the file, in both orders of channels. */
export const inputs: ModelManifest['input'][] = [
  { name: 'x', layout: 'NCHW', channels, height, width },
  { name: 'x', layout: 'NHWC', channels, height, width },
  { name: 'x', layout: 'flat', channels, height, width }
]

/** Where element i of an array in the file's order (channel by channel) lies in a layout. */
export function placeOf(i: number, { layout }: ModelManifest['input']): number {
  return layout === 'NHWC' ? (i % pixels) * channels + Math.floor(i / pixels) : i
}

/** Puts values of the file's order into a layout. */
export function laidOut(list: ArrayLike<number>, input: ModelManifest['input']): Float32Array {
  const placed = new Float32Array(list.length)
  for (let i = 0; i < list.length; i++) placed[placeOf(i, input)] = list[i]
  return placed
}

/** An image of the file in a layout: `image`, `reconstruction`, `gradient`, `change`. */
export const imageOf = (name: string, input: ModelManifest['input']): Float32Array =>
  laidOut(valuesOf(name), input)

/** Compares all values; the bound is absolute. */
export function expectClose(found: ArrayLike<number>, expected: readonly number[], bound: number): void {
  expect(found.length).toBe(expected.length)
  const worst = Math.max(...expected.map((value, i) => Math.abs(value - found[i])))
  expect(worst).toBeLessThanOrEqual(bound)
}
