import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const folder = join(__dirname, '..', '..', '..', '..', 'src-renderer', 'styles')
const sheets = readdirSync(folder)
  .filter((name) => name.endsWith('.css'))
  .map((name) => readFileSync(join(folder, name), 'utf8').replace(/\/\*[^]*?\*\//g, ''))
const variables = Object.fromEntries(
  [
    ...(sheets.join('\n').match(/:root\s*{[^}]*}/g) ?? [])
      .join('\n')
      .matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,6})/g)
  ].map(([, name, colour]) => [name, colour])
)

/** Red, green, blue of `#rgb`, `#rrggbb` or `var(--name)`; null for anything else. */
function colourOf(text: string | undefined): number[] | null {
  const named = /var\(--([\w-]+)\)/.exec(text ?? '')?.[1]
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(named ? (variables[named] ?? '') : (text ?? ''))?.[1]
  if (!hex) return null
  const long = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex
  return [0, 2, 4].map((at) => parseInt(long.slice(at, at + 2), 16))
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: number[]): number {
  const [r, g, b] = colour.map((byte) => {
    const share = byte / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Contrast ratio, WCAG 2.2: 1 to 21. */
function contrast(one: number[], other: number[]): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

const ratio = (text: string, ground: string): number =>
  contrast(colourOf(`var(--${text})`) ?? [], colourOf(`var(--${ground})`) ?? [])

/** Every rule that sets text and ground both. */
const pairs = sheets.flatMap((sheet) =>
  [...sheet.matchAll(/([^{}]+){([^{}]*)}/g)].flatMap(([, selector = '', body = '']) => {
    const text = colourOf(/(?:^|;)\s*color:\s*([^;]+)/.exec(body)?.[1])
    const ground = colourOf(/(?:^|;)\s*background(?:-color)?:\s*([^;]+)/.exec(body)?.[1])
    return text && ground ? [{ selector: selector.trim(), ratio: contrast(text, ground) }] : []
  })
)

describe('contrast of the window (WCAG 2.2 AA)', () => {
  it('knows what black on white and a middle grey come to', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5)
    // #767676 on white is the darkest grey that just passes: 4.54
    expect(contrast([0x76, 0x76, 0x76], [255, 255, 255])).toBeCloseTo(4.54, 2)
  })

  it('is at least 4.5 for every colour of text on every ground that text stands on', () => {
    for (const ground of ['ground', 'surface', 'raised', 'hover']) {
      for (const text of ['text', 'quiet', 'accent', 'warning', 'error', 'good']) {
        expect(ratio(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
      }
    }
    expect(ratio('text', 'accent-ground')).toBeGreaterThanOrEqual(4.5)
    expect(ratio('warning', 'warning-ground')).toBeGreaterThanOrEqual(4.5)
  })

  it('is at least 4.5 in every rule that sets both', () => {
    expect(pairs.length).toBeGreaterThan(5)
    expect(pairs.filter((pair) => pair.ratio < 4.5)).toEqual([])
  })

  it('is at least 3 for the mark of the focus', () => {
    for (const ground of ['ground', 'surface', 'raised', 'accent-ground'])
      expect(ratio('accent', ground), ground).toBeGreaterThanOrEqual(3)
  })
})
