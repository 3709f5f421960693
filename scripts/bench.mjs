import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawn } from 'node:child_process'
import { build } from 'vite'
import { ensureElectron } from './electron-runtime.mjs'

// npm run bench -- [--json FILE] [--python PATH]: builds the benchmarks from the sources as they are and runs them.
// npm run bench -- --scrolling [--json FILE]: scrolls in the window of the built app, under Xvfb where there is no display.
// npm run bench -- --big-folder [--json FILE] [--kind dicom|png|nifti]: opens 50,000 small files of DICOM, 20,000 pictures
// or 300 volumes as the app does, made for it and removed.
// npm run bench -- --thresholds: simulates sites whose thresholds learn from readers who err, and a new scanner.
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const external = ['electron', 'playwright', ...Object.keys(dependencies)]
const scrolling = process.argv.includes('--scrolling')
const thresholds = process.argv.includes('--thresholds')
const bigFolder = process.argv.includes('--big-folder')
const argv = process.argv
  .slice(2)
  .filter((argument) => !['--scrolling', '--thresholds', '--big-folder'].includes(argument))

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
          scrolling: join(root, 'test/bench/scrolling.ts'),
          window: join(root, 'test/bench/window.ts'),
          'big-folder': join(root, 'test/bench/big-folder.ts'),
          'opening-child': join(root, 'test/bench/opening-child.ts'),
          thresholds: join(root, 'test/bench/threshold-simulation.ts'),
          series: join(root, 'test/bench/analyse-one-series.ts'),
          engine: join(root, 'src-main/engine.ts'),
          'decode-child': join(root, 'test/bench/decode-child.ts')
        },
        output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' }
      }
    }
  })
  const which = scrolling ? 'scrolling' : thresholds ? 'thresholds' : bigFolder ? 'big-folder' : 'main'
  const entry = join(folder, `${which}.js`)
  const windowless = scrolling && process.platform === 'linux' && !process.env.DISPLAY
  const screen = ['-a', '-s', '-screen 0 1440x900x24', process.execPath]
  const [program, before] = windowless ? ['xvfb-run', screen] : [process.execPath, []]
  const env = { ...process.env }
  // without an Electron the window is not measured, and the report says so
  const electron = await ensureElectron().catch((thrown) => (scrolling ? Promise.reject(thrown) : null))
  env.NIDUS_BENCH_APP = root
  if (electron) env.NIDUS_ELECTRON_PATH ??= electron.executablePath
  const child = spawn(program, [...before, entry, ...argv], { stdio: 'inherit', env })
  process.exitCode = await new Promise((done) => child.once('exit', (code) => done(code ?? 1)))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
