import { describe, expect, it } from 'vitest'
import { shadeOf, windowOfTable } from '../../../../src-main/contract/apply-window'

/**
 * Expected values are what pydicom 3.0.2 gives, divided by the range of its output:
 *
 *   ds = Dataset(); ds.PhotometricInterpretation = 'MONOCHROME2'; ds.BitsStored = 8; ds.PixelRepresentation = 0
 *   ds.WindowCenter = 40; ds.WindowWidth = 80; ds.VOILUTFunction = 'LINEAR'   # LINEAR_EXACT, SIGMOID
 *   apply_voi_lut(np.array([-100, 0, 39, 40, 41, 79.5, 120]), ds) / 255
 *
 *   item.LUTDescriptor = [4, 10, 12]; item.add_new('LUTData', 'US', [0, 1000, 3000, 4095])
 *   ds.VOILUTSequence = [item]
 *   apply_voi_lut(np.array([0, 9, 10, 11, 12, 13, 14, 500]), ds) / 4095
 */
const values = [-100, 0, 39, 40, 41, 79.5, 120]

function expectShades(shades: number[], expected: number[]): void {
  for (const [i, shade] of shades.entries()) expect(shade).toBeCloseTo(expected[i] as number, 6)
}

describe('shadeOf', () => {
  it.each([
    [undefined, [0, 0, 0.493671, 0.506329, 0.518987, 1, 1]],
    ['linear', [0, 0, 0.493671, 0.506329, 0.518987, 1, 1]],
    ['linear-exact', [0, 0, 0.4875, 0.5, 0.5125, 0.99375, 1]],
    ['sigmoid', [0.000911, 0.119203, 0.487503, 0.5, 0.512497, 0.878147, 0.982014]]
  ] as const)('follows the equation of %s', (shape, expected) => {
    const window = { center: 40, width: 80, ...(shape ? { function: shape } : {}) }
    expectShades(values.map(shadeOf(window)), [...expected])
  })

  it('is a step where LINEAR has a width of 1', () => {
    // the same snippet with WindowWidth = 1 and [39, 39.5, 39.6, 40, 41]
    expect([39, 39.5, 39.6, 40, 41].map(shadeOf({ center: 40, width: 1 }))).toEqual([0, 0, 1, 1, 1])
  })

  it('is exact below a width of 1, where LINEAR is not defined', () => {
    expectShades([0, 0.2, 0.25, 0.3, 1].map(shadeOf({ center: 0.25, width: 0.2 })), [0, 0.25, 0.5, 0.75, 1])
  })

  it('looks up in a table, clamped at both ends', () => {
    const lut = { firstMapped: 10, bits: 12, values: Uint16Array.of(0, 1000, 3000, 4095) }
    const window = windowOfTable(lut)
    expect(window).toMatchObject({ center: 12, width: 4 })
    expectShades([0, 9, 10, 11, 12, 13, 14, 500].map(shadeOf(window)), [0, 0, 0, 0.2442, 0.732601, 1, 1, 1])
  })

  it('finds every entry of a long table, also from a negative start', () => {
    const table = Uint16Array.from({ length: 4096 }, (_, at) => at)
    const shade = shadeOf(windowOfTable({ firstMapped: -1024, bits: 12, values: table }))
    for (let at = 0; at < 4096; at++) expect(Math.round(shade(at - 1024) * 4095)).toBe(at)
  })

  it('spreads a table over a window that was widened by hand', () => {
    const lut = { firstMapped: 0, bits: 8, values: Uint8Array.of(0, 255) }
    expect([-5, 5, 15].map(shadeOf({ center: 5, width: 20, lut }))).toEqual([0, 1, 1])
    expect([-5, 4, 5].map(shadeOf({ center: 5, width: 20, lut }))).toEqual([0, 0, 1])
  })

  it('shows what is no number as black', () => {
    for (const shape of ['linear', 'linear-exact', 'sigmoid'] as const)
      expect(shadeOf({ center: 0, width: 2, function: shape })(NaN)).toBe(0)
    expect(shadeOf(windowOfTable({ firstMapped: 0, bits: 8, values: Uint8Array.of(9, 9) }))(NaN)).toBe(0)
  })
})
