import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawn } from 'node:child_process'
import { build } from 'vite'

// npm run bench -- [--json FILE] [--python PATH]: builds the benchmarks from the sources as they are and runs them.
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const external = ['electron', ...Object.keys(dependencies)]

mkdirSync(join(root, 'out'), { recursive: true })
const folder = mkdtempSync(join(root, 'out', 'bench-'))
try {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { external, noExternal: true },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node16',
      rollupOptions: {
        external,
        input: {
          main: join(root, 'test/bench/main.ts'),
          series: join(root, 'test/bench/analyse-one-series.ts'),
          engine: join(root, 'src-main/engine.ts'),
          'decode-child': join(root, 'test/bench/decode-child.ts')
        },
        output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' }
      }
    }
  })
  const child = spawn(process.execPath, [join(folder, 'main.js'), ...process.argv.slice(2)], {
    stdio: 'inherit'
  })
  process.exitCode = await new Promise((done) => child.once('exit', (code) => done(code ?? 1)))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
