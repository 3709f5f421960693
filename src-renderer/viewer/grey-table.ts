import type { Image } from 'cornerstone-core'
import { shadeOf } from '../../src-main/contract/apply-window'
import type { ValueWindow } from '../../src-main/contract/study'
import { greyFacts } from './make-image'

/** What cornerstone calls a modality LUT: it looks every step of the image up here. */
export interface GreyTable {
  id: string
  firstValueMapped: number
  /** 0 to 255 for the steps from 0 on */
  lut: Float32Array
}

/** The last one of each image: cornerstone draws anew where the object is another. */
const lastTables = new WeakMap<Image, GreyTable>()
let tables = 0

/**
 * Steps of a grey image to grey levels by the window's own function or table. Cornerstone knows LINEAR_EXACT and
 * tables of integers only, so the whole way from step to level is given to it as one table, and its own window is to
 * be the one that leaves 0 to 255 as they are: centre 127.5, width 255.
 */
export function greyTable(image: Image, window: ValueWindow): GreyTable {
  const key = [window.center, window.width, window.function ?? 'linear'].join('|')
  const last = lastTables.get(image)
  if (last && last.id.endsWith(`#${key}`) && lastLuts.get(last) === window.lut) return last
  const shade = shadeOf(window)
  const lut = new Float32Array(image.maxPixelValue + 1)
  const { uneven = null, background = null } = greyFacts(image) ?? {}
  for (let step = 0; step < lut.length; step++)
    lut[step] = 255 * shade(uneven?.[step] ?? step * image.slope + image.intercept)
  if (background) lut[background.step] = background.level
  const table = { id: `${++tables}#${key}`, firstValueMapped: 0, lut }
  lastTables.set(image, table)
  lastLuts.set(table, window.lut)
  return table
}

const lastLuts = new WeakMap<GreyTable, ValueWindow['lut']>()
