import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(__dirname, '../..')
const corpus = resolve(root, process.env.NIDUS_CORPUS ?? '../shared/data')
const mebibyte = 1024 * 1024

function trackedFiles(): string[] | undefined {
  try {
    return execFileSync('git', ['ls-files', '-z'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore']
    })
      .split('\0')
      .filter((path) => path !== '' && existsSync(join(root, path)) && lstatSync(join(root, path)).isFile())
  } catch {
    return undefined
  }
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesUnder(path) : entry.isFile() ? [path] : []
  })
}

const hashOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')

const tracked = trackedFiles()
const sizeOf = (path: string) => lstatSync(join(root, path)).size
const withoutGit = 'not a git checkout: tracked files are unknown'

describe('repository', () => {
  it('tracks no file over 30 MiB and models of at most 60 MiB together', (context) => {
    if (tracked === undefined) return context.skip(withoutGit)
    expect(tracked.filter((path) => sizeOf(path) > 30 * mebibyte)).toEqual([])
    const models = tracked.filter((path) => path.startsWith('models/'))
    expect(models.reduce((sum, path) => sum + sizeOf(path), 0)).toBeLessThanOrEqual(60 * mebibyte)
  })

  it('tracks nothing that is built or installed', (context) => {
    if (tracked === undefined) return context.skip(withoutGit)
    expect(tracked.filter((path) => /(^|\/)(node_modules|out|__pycache__|\.venv)\//.test(path))).toEqual([])
  })

  it('holds only the agreed names at its top level', (context) => {
    if (tracked === undefined) return context.skip(withoutGit)
    const agreed = new Set([
      ...[
        'package.json',
        'package-lock.json',
        'electron.vite.config.ts',
        'tsconfig.json',
        'README.md',
        'LICENSE'
      ],
      ...['src-main', 'src-renderer', 'models', 'resources', 'test', 'scripts', 'docs']
    ])
    const top = [...new Set(tracked.map((path) => path.split('/')[0]!))]
    expect(top.filter((name) => !name.startsWith('.') && !agreed.has(name))).toEqual([])
  })

  it('keeps Python under models/training', (context) => {
    if (tracked === undefined) return context.skip(withoutGit)
    const python = tracked.filter((path) => path.endsWith('.py'))
    expect(python.length).toBeGreaterThan(0)
    expect(python.filter((path) => !path.startsWith('models/training/'))).toEqual([])
  })

  it('tracks no file of the development data', (context) => {
    if (tracked === undefined) return context.skip(withoutGit)
    if (!existsSync(corpus)) return context.skip(`no development data at ${corpus} (set NIDUS_CORPUS)`)
    const isImage = (path: string) =>
      /\.(png|jpe?g|dcm|nii(\.gz)?|onnx)$/i.test(path) || !/\.[a-z0-9]+$/i.test(path)
    const sizes = new Map<number, string[]>()
    for (const path of filesUnder(corpus)) {
      const { size } = lstatSync(path)
      if (size > 0) sizes.set(size, [...(sizes.get(size) ?? []), path])
    }
    // Only files of equal size can be equal; text such as licences may well be.
    const copies = tracked.filter(isImage).filter((path) => {
      const candidates = sizes.get(sizeOf(path)) ?? []
      const hash = candidates.length > 0 ? hashOf(join(root, path)) : ''
      return candidates.some((candidate) => hashOf(candidate) === hash)
    })
    expect(copies).toEqual([])
  })
})
