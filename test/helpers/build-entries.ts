import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'

const root = resolve(__dirname, '..', '..')
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>
}

/**
 * Builds entries of the main side from the sources as they are, for tests that start real processes.
 * @param entries the command line brings the reader process along, which it starts
 * @param others further entries, by name, with their paths from the root
 * @returns the folder with <entry>.js, inside out/, and a function that removes it
 */
export async function buildEntries(
  entries: ('engine' | 'cli')[],
  others: Record<string, string> = {}
): Promise<{ folder: string; remove(): void }> {
  mkdirSync(join(root, 'out'), { recursive: true })
  const folder = mkdtempSync(join(root, 'out', 'test-'))
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    // As in electron.vite.config.ts: dependencies stay outside, development dependencies are bundled.
    ssr: { external: Object.keys(dependencies), noExternal: true },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node16',
      rollupOptions: {
        external: ['electron'],
        input: Object.fromEntries([
          ...entries
            .flatMap((entry) => (entry === 'cli' ? [entry, 'reader'] : [entry]))
            .map((entry) => [entry, join(root, `src-main/${entry}.ts`)]),
          ...Object.entries(others).map(([name, path]) => [name, join(root, path)])
        ]),
        output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' }
      }
    }
  })
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
