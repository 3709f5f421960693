import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(__dirname, '../..')
const pages = ['README.md', ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))].map(
  (name, place) => (place === 0 ? name : join('docs', name))
)

/** Files that a page links to or shows, relative to the repository; addresses and places on a page left out. */
function linksOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map((match) => match[1]!)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => join(dirname(page), target))
}

describe('user guide', () => {
  it('links to nothing that is not there', () => {
    const links = pages.flatMap(linksOf)
    expect(links.length).toBeGreaterThan(20)
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('shows every picture it keeps', () => {
    const shown = new Set(pages.flatMap(linksOf))
    const kept = readdirSync(join(root, 'docs', 'images')).map((name) => join('docs', 'images', name))
    expect(kept.filter((path) => !shown.has(path))).toEqual([])
  })
})
