import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { demoSeed } from '../../scripts/make-demo-study/demo-series.mjs'

const script = resolve(__dirname, '../../scripts/make-demo-study/phantom-slices.mjs')
const folder = mkdtempSync(join(tmpdir(), 'nidus-phantom-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, ...args: string[]) => {
  const out = join(folder, name)
  execFileSync(process.execPath, [script, '--out', out, '--heads', '2', '--slices', '2', ...args])
  return out
}

describe('phantom-slices', () => {
  it('writes the same healthy heads for a seed, different ones for another, never the demo head', () => {
    const first = write('first', '--seed', '4', '--healthy')
    const again = write('again', '--seed', '4', '--healthy')
    const other = write('other', '--seed', '5', '--healthy')
    const names = readdirSync(first).filter((name) => name.endsWith('.png'))
    expect(names).toHaveLength(4)
    const bytes = (out: string) => names.map((name) => readFileSync(join(out, name)).toString('base64'))
    expect(bytes(again)).toEqual(bytes(first))
    expect(new Set([...bytes(first), ...bytes(other)]).size).toBe(8)
    const rows = readFileSync(join(first, 'slices.csv'), 'utf8').trim().split('\n').slice(1)
    const seeds = rows.map((row) => Number(row.split(',')[2]))
    expect(new Set(seeds).size).toBe(2)
    expect(seeds).not.toContain(demoSeed)
    expect(rows.every((row) => row.endsWith(',0'))).toBe(true)
    expect(readdirSync(first)).not.toContain('masks')
  })

  it('plants lesions and writes their masks without --healthy', () => {
    const out = write('sick', '--seed', '4')
    expect(readdirSync(join(out, 'masks')).sort()).toEqual(
      readdirSync(out)
        .filter((name) => name.endsWith('.png'))
        .sort()
    )
  })
})
